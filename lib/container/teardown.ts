/** Runs the acts that take a container away, and tells of what went wrong. Called by destroy, undo and start. */
import { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { ActFailure } from '../native/surface.js';
import { encodePlan } from '../plan/encode.js';
import { type Step, step } from '../plan/step.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { explained, isActFailure } from './actFailure.js';

/**
 * Runs a teardown program.
 * @param warn takes a line for each poststop hook that failed: the container is gone all the same
 * @throws RuntimeError cgroup-failed, state-root
 */
export async function tearDown(acts: readonly TeardownAct[], warn: (message: string) => void): Promise<void> {
  try {
    for (const failed of await native().teardown(encodePlan(acts))) warn(lineOf(await explainedHere(failed, acts)));
  } catch (error) {
    throw isActFailure(error) ? await explainHeld(error, acts) : error;
  }
}

/** A cgroup that cannot be removed is held by somebody: that is what is worth to know. */
async function explainHeld(failure: ActFailure, acts: readonly TeardownAct[]): Promise<RuntimeError> {
  const error = await explainedHere(failure, acts);
  const act = acts[failure.act];
  if (failure.errno !== 'EBUSY' || (act?.op !== 'remove-cgroup' && act?.op !== 'end-cgroup')) return error;
  const { holdersOf } = await import('./holders.js');
  const hint = holdersOf(act.path);
  return hint === undefined ? error : new RuntimeError(error.code, error.message, { ...error.details, hint });
}

/** An act of these. */
async function explainedHere(failure: ActFailure, acts: readonly TeardownAct[]): Promise<RuntimeError> {
  return (await explained(failure, stepsOf(acts))) as RuntimeError;
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
