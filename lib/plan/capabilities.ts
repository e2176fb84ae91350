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

/** Masks of what a process may grant. */
export interface HeldCapabilities {
  readonly permitted: number;
  readonly bounding: number;
}

export interface CapabilitySets {
  readonly bounding: number;
  readonly effective: number;
  readonly permitted: number;
  readonly inheritable: number;
  readonly ambient: number;
  readonly warnings: readonly string[];
}

type SetName = Exclude<keyof CapabilitySets, 'warnings'>;

/**
 * The five sets of the process, without what cannot be granted: that is a warning each, as the specification says.
 * No capabilities object means none are granted. Of unknown names, lib/spec/rules warns.
 * @param held what the caller has in the user namespace of the container; undefined in a new one, where init has all
 */
export function capabilitySets(spec: Spec, held: HeldCapabilities | undefined): CapabilitySets {
  const asked = spec.process?.capabilities ?? {};
  const warnings: string[] = [];
  const grant = (set: SetName, ...limits: readonly Limit[]): number =>
    granted(asked[set] ?? [], `process/capabilities/${set}`, limits, warnings);
  const own = (mask: number | undefined): Limit => ({ mask: mask ?? ALL, reason: 'caisson does not have it itself' });
  // capset(2) and PR_CAP_AMBIENT_RAISE refuse what these conditions leave out.
  const bounding = grant('bounding', own(held?.bounding));
  const permitted = grant('permitted', own(held?.permitted));
  const effective = grant('effective', own(held?.permitted), {
    mask: permitted,
    reason: 'it is not in the permitted set',
  });
  const inheritable = grant('inheritable', own(held?.permitted), {
    mask: bounding,
    reason: 'it is not in the bounding set',
  });
  const ambient = grant(
    'ambient',
    own(held?.permitted),
    { mask: permitted, reason: 'it is not in the permitted set' },
    { mask: inheritable, reason: 'it is not in the inheritable set' },
  );
  return { bounding, effective, permitted, inheritable, ambient, warnings };
}

/** What a set is limited to, and why, as the end of a sentence. */
interface Limit {
  readonly mask: number;
  readonly reason: string;
}

const ALL = 2 ** 41 - 1;

function granted(names: readonly string[], pointer: string, limits: readonly Limit[], warnings: string[]): number {
  let bits = 0;
  let index = -1;
  for (const name of names) {
    index++;
    const bit = capabilityMask(name);
    if (bit === 0 || holds(bits, bit)) continue;
    const reason = limits.find(({ mask }) => !holds(mask, bit))?.reason;
    if (reason === undefined) bits += bit;
    else warnings.push(`${pointer}/${index}: ${name} is not granted: ${reason}`);
  }
  return bits;
}

/** Whether a mask has a bit, beyond the 32 that the operators of JavaScript take. */
function holds(mask: number, bit: number): boolean {
  return Math.floor(mask / bit) % 2 === 1;
}
