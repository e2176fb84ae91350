/** Takes back what was made of a container when a later step failed. Called by launch. */
import { isRuntimeError, RuntimeError } from '../errors.js';
import { warning } from '../log.js';
import { native } from '../native/load.js';
import type { Plan } from '../plan/step.js';
import type { PlannedUnit } from '../plan/systemdScope.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { isActFailure } from './actFailure.js';
import { tearDown } from './teardown.js';

/** What has to be known of a plan to take back what it made. */
type Undoable = Pick<Plan, 'host' | 'teardown' | 'unit'>;

/** How far things had come: only the state directory was there; a program of the plan was running; init was ready. */
export type Stage = 'claimed' | 'launching' | 'ready';

/** Does a step; when it fails, takes back what was made up to then, and the error goes on. */
export async function orUndo<T>(plan: Undoable, stage: Stage, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const done = stage === 'claimed' ? -1 : stage === 'launching' ? failedHostAct(error) : undefined;
    await undo(undoing(plan, done));
    if (stage !== 'claimed' && plan.unit !== undefined) await forgetUnit(plan.unit);
    throw error;
  }
}

/** The same while the first part of the host program runs (Native.begin): that is waited for, and taken back. */
export async function orAbandon<T>(begun: number, opening: Undoable, work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    const failed = await native().abandon(begun);
    await undo(undoing(opening, failed < 0 ? opening.host.length : failed));
    if (opening.unit !== undefined) await forgetUnit(opening.unit);
    throw error;
  }
}

async function undo(acts: readonly TeardownAct[]): Promise<void> {
  try {
    await tearDown(acts, warning);
  } catch (error) {
    // What cannot be taken back must not hide why it has to be.
    if (!isRuntimeError(error)) throw error;
  }
}

/** As above: why it failed is told already. */
async function forgetUnit(unit: PlannedUnit): Promise<void> {
  try {
    await (await import('./unit.js')).stopUnit(unit);
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    warning(error.message);
  }
}

/** Index of the act of the host program that failed; undefined when all of them were done. */
function failedHostAct(error: unknown): number | undefined {
  const cause = error instanceof RuntimeError ? error.cause : error;
  return isActFailure(cause) && cause.program === 'host' ? cause.act : undefined;
}

/**
 * The part of the teardown that undoes the first acts of the host program. It looks whether somebody is in the cgroups before it
 * makes the first: until then, those that are there are not ours, and neither are the processes in them. The hooks of a
 * container's end are due once init was cloned, as in runc: from then on others may have been run.
 */
function undoing({ host, teardown }: Undoable, done: number | undefined): TeardownAct[] {
  // With the failing act itself: it may have made some levels before it failed.
  const cgroupsMade = host
    .slice(0, done === undefined ? undefined : done + 1)
    .some(({ act }) => act.op === 'make-cgroup');
  // A group that could not be made is not ours.
  const groupsMade = new Set<string>();
  for (const { act } of host.slice(0, done === undefined ? undefined : Math.max(0, done))) {
    if (act.op === 'make-resctrl-group') groupsMade.add(act.path);
  }
  const isDue = (act: TeardownAct): boolean => {
    if (act.op === 'remove-state') return true;
    if (act.op === 'remove-resctrl-group') return groupsMade.has(act.path);
    return act.op === 'poststop-hook' ? done === undefined : cgroupsMade;
  };
  const acts: TeardownAct[] = [];
  for (const { act } of teardown) {
    if (isDue(act)) acts.push(act);
  }
  return acts;
}

/** An init that fails for its memory limit fails in many ways; while its cgroup is there, the cgroup knows. */
export async function orNameLimit<T>({ cgroups }: Plan, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { orWantOfMemory } = await import('./wantOfMemory.js');
    throw orWantOfMemory(error, cgroups);
  }
}
