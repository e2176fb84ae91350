/**
 * process.rlimits → prlimit(2) acts. Called by compile.ts. Source: getrlimit(2), config.md#posix-process.
 */
import { LIMITS } from '../linux/limits.js';
import type { Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct, ParentAct } from './wire.gen.js';

/** Limits that init gives itself, or that the parent gives it. */
export interface Limits {
  readonly init: readonly Step<InitAct>[];
  readonly parent: readonly Step<ParentAct>[];
}

/**
 * lib/spec/rules refuses what is no limit, and what is there twice.
 * @param byParent whether init is in a user namespace, where it cannot raise a hard limit
 */
export function limits(spec: Spec, byParent: boolean): Limits {
  const init: Step<InitAct>[] = [];
  const parent: Step<ParentAct>[] = [];
  let index = 0;
  for (const { type, soft, hard } of spec.process?.rlimits ?? []) {
    const pointer = `process/rlimits/${index++}`;
    const resource = LIMITS.indexOf(type);
    if (byParent) parent.push(step(pointer, { op: 'limit', resource, soft, hard }));
    else init.push(step(pointer, { op: 'rlimit', resource, soft, hard }));
  }
  return { init, parent };
}
