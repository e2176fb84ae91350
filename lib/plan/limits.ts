/**
 * process.rlimits → prlimit(2) acts. Called by compile.ts. Source: getrlimit(2), config.md#posix-process.
 */
import { LIMITS } from '../linux/limits.js';
import type { Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

/** lib/spec/rules refuses what is no limit, and what is there twice. */
export function limits(spec: Spec): Step<InitAct>[] {
  const steps: Step<InitAct>[] = [];
  for (const { type, soft, hard } of spec.process?.rlimits ?? []) {
    const resource = LIMITS.indexOf(type);
    steps.push(step(`process/rlimits/${steps.length}`, { op: 'rlimit', resource, soft, hard }));
  }
  return steps;
}
