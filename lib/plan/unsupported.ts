/**
 * The leaves of config.json that nobody carries out, and the refusal of a config that asks for one. Called by lib/container before a
 * plan is compiled. Of each of them claims.ts says `unsupported`; a test keeps the two in step. The table of claims itself is too long
 * to be held against every config.
 */
import { RuntimeError } from '../errors.js';
import type { Spec } from '../spec/types.gen.js';

export interface Unsupported {
  /** `linux/netDevices/*\/name`; `*` stands for an index or a map's key. */
  readonly pointer: string;
  readonly why: string;
  /** Values that ask for nothing, beside the empty string, list and map, which engines write for what they leave unset. */
  readonly nothing: readonly unknown[];
}

/** None, today. */
export const UNSUPPORTED: readonly Unsupported[] = [];

/** @throws RuntimeError config-unsupported with the pointer of the first such leaf */
export function refuseUnsupported(spec: Spec, leaves: readonly Unsupported[] = UNSUPPORTED): void {
  for (const leaf of leaves) refuseAt(spec, leaf.pointer.split('/'), '', leaf);
}

function refuseAt(value: unknown, steps: readonly string[], pointer: string, leaf: Unsupported): void {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (!asksNothing(value, leaf.nothing)) throw new RuntimeError('config-unsupported', leaf.why, { pointer });
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, child] of Object.entries(value)) {
      if (step === '*' || step === name) refuseAt(child, rest, below(pointer, name), leaf);
    }
  }
}

function asksNothing(value: unknown, nothing: readonly unknown[]): boolean {
  if (value === '' || nothing.includes(value)) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** JSON pointer of a child, RFC 6901. */
function below(pointer: string, name: string): string {
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1');
  return pointer === '' ? escaped : `${pointer}/${escaped}`;
}
