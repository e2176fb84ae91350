/** How long hooks may keep init from going on. Called by lib/container; start loads it without the rest of the plan. */
import type { Step } from './step.js';

/**
 * The hooks that init runs among some steps: what has to be waited for them.
 * @returns milliseconds; Infinity where one has no timeout
 */
export function timeOfHooks(steps: readonly Step[], op: 'create-container-hook' | 'start-container-hook'): number {
  let time = 0;
  for (const { act } of steps) {
    if (act.op === op) time += act.timeout === 0 ? Infinity : Number(act.timeout);
  }
  return time;
}
