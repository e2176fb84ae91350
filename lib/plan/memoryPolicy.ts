/**
 * linux.memoryPolicy → set_mempolicy(2). Called by compile.ts. Source: config-linux.md#memory-policy, linux/mempolicy.h.
 */
import { maskOf } from '../linux/lists.js';
import type { MemoryPolicyFlag, MemoryPolicyMode, Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

export const MEMORY_POLICY_MODES: Readonly<Record<MemoryPolicyMode, number>> = {
  MPOL_DEFAULT: 0,
  MPOL_PREFERRED: 1,
  MPOL_BIND: 2,
  MPOL_INTERLEAVE: 3,
  MPOL_LOCAL: 4,
  MPOL_PREFERRED_MANY: 5,
  MPOL_WEIGHTED_INTERLEAVE: 6,
};

export const MEMORY_POLICY_FLAGS: Readonly<Record<MemoryPolicyFlag, number>> = {
  MPOL_F_STATIC_NODES: 1 << 15,
  MPOL_F_RELATIVE_NODES: 1 << 14,
  MPOL_F_NUMA_BALANCING: 1 << 13,
};

export function memoryPolicy(spec: Spec): Step<InitAct>[] {
  const asked = spec.linux?.memoryPolicy;
  if (asked?.mode === undefined) return [];
  let flags = 0;
  for (const flag of asked.flags ?? []) flags |= MEMORY_POLICY_FLAGS[flag];
  const nodes = maskOf(asked.nodes ?? '');
  return [step('linux/memoryPolicy', { op: 'memory-policy', policy: MEMORY_POLICY_MODES[asked.mode], flags, nodes })];
}
