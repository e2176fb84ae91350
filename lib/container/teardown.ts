/** Runs the acts that take a container away, and tells of what went wrong. Called by destroy, undo and start. */
import type { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import { encodePlan } from '../plan/encode.js';
import { type Step, step } from '../plan/step.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { explain, isActFailure } from './failure.js';

/**
 * Runs a teardown program.
 * @param warn takes a line for each poststop hook that failed: the container is gone all the same
 * @throws RuntimeError cgroup-failed, state-root
 */
export async function tearDown(acts: readonly TeardownAct[], warn: (message: string) => void): Promise<void> {
  try {
    for (const failed of await native().teardown(encodePlan(acts))) warn(lineOf(explain(failed, stepsOf(acts))));
  } catch (error) {
    throw isActFailure(error) ? explain(error, stepsOf(acts)) : error;
  }
}

/** The acts with their places in config.json, which a record does not keep. */
function stepsOf(acts: readonly TeardownAct[]): Step[] {
  const steps: Step[] = [];
  let hooks = 0;
  for (const act of acts) steps.push(step(act.op === 'poststop-hook' ? `hooks/poststop/${hooks++}` : '', act));
  return steps;
}

function lineOf({ message, details: { pointer = '', errno } }: RuntimeError): string {
  return `${pointer}: ${message}${errno === undefined ? '' : `: ${errno}`}`;
}
