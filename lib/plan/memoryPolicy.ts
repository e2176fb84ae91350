/**
 * linux.memoryPolicy → set_mempolicy(2). Called by compile.ts. Source: config-linux.md#memory-policy, linux/mempolicy.h.
 */
import { runsOf } from '../linux/lists.js';
import type { MemoryPolicyFlag, MemoryPolicyMode, Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

const MODES: Readonly<Record<MemoryPolicyMode, number>> = {
  MPOL_DEFAULT: 0,
  MPOL_PREFERRED: 1,
  MPOL_BIND: 2,
  MPOL_INTERLEAVE: 3,
  MPOL_LOCAL: 4,
  MPOL_PREFERRED_MANY: 5,
  MPOL_WEIGHTED_INTERLEAVE: 6,
};

const FLAGS: Readonly<Record<MemoryPolicyFlag, number>> = {
  MPOL_F_STATIC_NODES: 1 << 15,
  MPOL_F_RELATIVE_NODES: 1 << 14,
  MPOL_F_NUMA_BALANCING: 1 << 13,
};

const WORD_BITS = 64;
const WORD_BYTES = 8;

export function memoryPolicy(spec: Spec): Step<InitAct>[] {
  const asked = spec.linux?.memoryPolicy;
  if (asked?.mode === undefined) return [];
  let flags = 0;
  for (const flag of asked.flags ?? []) flags |= FLAGS[flag];
  const nodes = nodeMask(asked.nodes ?? '');
  return [step('linux/memoryPolicy', { op: 'memory-policy', policy: MODES[asked.mode], flags, nodes })];
}

/** A bit for each number of a list such as `0-3,7`, in whole words; empty for an empty list. */
function nodeMask(list: string): Uint8Array {
  const runs = runsOf(list);
  if (runs.length === 0) return new Uint8Array();
  const last = runs.reduce((most, run) => Math.max(most, run.last), 0);
  const mask = new Uint8Array((Math.floor(last / WORD_BITS) + 1) * WORD_BYTES);
  for (const run of runs) {
    for (let node = run.first; node <= run.last; node++) mask[node >> 3] = (mask[node >> 3] ?? 0) | (1 << (node & 7));
  }
  return mask;
}
