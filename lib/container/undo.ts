/** Takes back what was made of a container when a later step failed. Called by launch. */
import { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import { encodePlan } from '../plan/encode.js';
import type { Plan } from '../plan/step.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { isActFailure } from './failure.js';

/** How far things had come: only the state directory was there; a program of the plan was running; init was ready. */
export type Stage = 'claimed' | 'launching' | 'ready';

/** Does a step; when it fails, takes back what was made up to then, and the error goes on. */
export async function orUndo<T>(plan: Plan, stage: Stage, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await undo(
      stage === 'launching' ? undoing(plan, failedHostAct(error)) : undoing(plan, stage === 'claimed' ? -1 : undefined),
    );
    throw error;
  }
}

async function undo(acts: readonly TeardownAct[]): Promise<void> {
  try {
    await native().teardown(encodePlan(acts));
  } catch (error) {
    // What cannot be taken back must not hide why it has to be.
    if (!isActFailure(error)) throw error;
  }
}

/** Index of the act of the host program that failed; undefined when all of them were done. */
function failedHostAct(error: unknown): number | undefined {
  const cause = error instanceof RuntimeError ? error.cause : error;
  return isActFailure(cause) && cause.program === 'host' ? cause.act : undefined;
}

/**
 * The part of the teardown that undoes the first acts of the host program. It looks whether somebody is in the cgroups before it
 * makes the first: until then, those that are there are not ours, and neither are the processes in them.
 */
function undoing({ host, teardown }: Plan, done: number | undefined): TeardownAct[] {
  // With the failing act itself: it may have made some levels before it failed.
  const cgroupsMade = host
    .slice(0, done === undefined ? undefined : done + 1)
    .some(({ act }) => act.op === 'make-cgroup');
  return teardown.map(({ act }) => act).filter(({ op }) => cgroupsMade || op === 'remove-state');
}
