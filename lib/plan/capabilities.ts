/**
 * process.capabilities → the five sets as bit masks. Called by process.ts. Source: capabilities(7), config.md#linux-process.
 */
import { CAPABILITIES } from '../linux/capabilities.js';
import type { Spec } from '../spec/types.gen.js';

/** The mask of one capability, 0 for an unknown one. Masks have 41 bits so far, which a number holds exactly. */
export function capabilityMask(name: string): number {
  const number = CAPABILITIES.indexOf(name);
  return number < 0 ? 0 : 2 ** number;
}

export interface CapabilitySets {
  readonly bounding: number;
  readonly effective: number;
  readonly permitted: number;
  readonly inheritable: number;
  readonly ambient: number;
}

/** No capabilities object means none are granted. Unknown names are left out; lib/spec/rules warns of them. */
export function capabilitySets(spec: Spec): CapabilitySets {
  const { bounding, effective, permitted, inheritable, ambient } = spec.process?.capabilities ?? {};
  return {
    bounding: mask(bounding),
    effective: mask(effective),
    permitted: mask(permitted),
    inheritable: mask(inheritable),
    ambient: mask(ambient),
  };
}

function mask(names: readonly string[] = []): number {
  let bits = 0;
  for (const name of names) {
    const bit = capabilityMask(name);
    if (bit !== 0 && Math.floor(bits / bit) % 2 === 0) bits += bit;
  }
  return bits;
}
