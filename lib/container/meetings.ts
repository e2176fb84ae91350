/**
 * From the clone to the meeting point `ready`: the parent does its part at each point where init waits for it; and once more
 * when the program runs. Called by launch and start.
 */
import { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { LaunchRequest } from '../native/surface.js';
import { encodePlan } from '../plan/encode.js';
import { timeOfHooks } from '../plan/hookTime.js';
import { actsOf, type Meeting, type Plan, type Step } from '../plan/step.js';
import type { ParentAct } from '../plan/wire.gen.js';
import { tracing } from '../trace.js';
import { DIED_HINT, explained, isActFailure } from './actFailure.js';
import { type Borrower, giveUp } from './loans.js';

/** Milliseconds from one meeting point to the next: a slow disk is fine, a stuck one is not. */
export const LAUNCH_DEADLINE = 60_000;

/** The first part of a host program, which runs already. */
export interface Begun {
  /** From Native.begin. */
  readonly number: number;
  /** How many of the plan's steps for the host are in it. */
  readonly steps: number;
}

/**
 * Runs the host program, clones init and brings it to `ready`. Nothing of init is left when that fails.
 * @param directory for the image where memfds cannot be executed: the state directory
 * @param note called with the pid of init before the first hook, which may take its time
 * @throws RuntimeError of nearly every code
 */
export async function runToReady(
  plan: Plan,
  directory: string,
  note: (pid: number) => void,
  begun?: Begun,
): Promise<Borrower> {
  const cloned = await orExplain(plan, () => native().launch(requestOf(plan, directory, begun)));
  let launched: Borrower = { ...cloned, loans: [] };
  for (const meeting of plan.meetings) {
    if (meeting.point === 'mounted') await orEnd(launched, () => note(launched.pid));
    launched = await meet(plan, meeting, launched);
  }
  return launched;
}

/** What is due when the container's program runs. @throws RuntimeError hook-failed */
export async function runStarted(
  init: Pick<Borrower, 'pid' | 'pidfd'>,
  steps: readonly Step<ParentAct>[],
): Promise<void> {
  if (steps.length === 0) return;
  try {
    await native().attend({ ...init, channel: -1, console: -1 }, encodePlan(actsOf(steps)));
  } catch (error) {
    throw await explained(error, steps);
  }
}

function requestOf(plan: Plan, directory: string, begun: Begun | undefined): LaunchRequest {
  return {
    host: encodePlan(actsOf(begun === undefined ? plan.host : plan.host.slice(begun.steps))),
    init: encodePlan(actsOf(plan.init), tracing()),
    cloneFlags: plan.cloneFlags,
    cgroupSlot: plan.cgroupSlot,
    deadline: LAUNCH_DEADLINE,
    imageDirectory: directory,
    trace: tracing(),
    begun: begun?.number,
  };
}

/** The parent's work at one point; then init goes on to the next, and has perhaps made its console on the way. At `ready` it stays. */
async function meet(plan: Plan, { point, steps }: Meeting, launched: Borrower): Promise<Borrower> {
  const attended = await orEnd(launched, () => orExplain(plan, () => attend(launched, steps), steps));
  if (point === 'ready') return attended;
  return orEnd(attended, () => orExplain(plan, () => goOn(plan, attended)));
}

async function goOn(plan: Plan, launched: Borrower): Promise<Borrower> {
  const deadline = LAUNCH_DEADLINE + timeOfHooks(plan.init, 'create-container-hook');
  const { point, console } = await native().proceed(launched, deadline);
  // Its end looks like an execution; there is none yet.
  if (point === 'exec') throw new RuntimeError('init-died', 'init ended before it was ready', { hint: DIED_HINT });
  return console < 0 ? launched : { ...launched, console };
}

async function attend(launched: Borrower, steps: Meeting['steps']): Promise<Borrower> {
  if (steps.length === 0) return launched;
  const loans = await native().attend(launched, encodePlan(actsOf(steps)));
  return loans.length === 0 ? launched : { ...launched, loans };
}

async function orEnd<T>(launched: Borrower, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await giveUp(launched);
    throw error;
  }
}

async function orExplain<T>(plan: Plan, work: () => Promise<T>, parent: readonly Step[] = []): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isActFailure(error)) throw error;
    const { program } = error;
    throw await explained(error, program === 'host' ? plan.host : program === 'parent' ? parent : plan.init);
  }
}
