/**
 * From the clone to the meeting point `ready`: the parent does its part at each point where init waits for it.
 * Called by launch.
 */
import { native } from '../native/load.js';
import type { Launched, LaunchRequest } from '../native/surface.js';
import { encodePlan } from '../plan/encode.js';
import { actsOf, type Meeting, type Plan, type Step } from '../plan/step.js';
import { tracing } from '../trace.js';
import { explain, isActFailure } from './failure.js';

/** Milliseconds from one meeting point to the next: a slow disk is fine, a stuck one is not. */
export const LAUNCH_DEADLINE = 60_000;

/**
 * Runs the host program, clones init and brings it to `ready`. Nothing of init is left when that fails.
 * @param directory for the image where memfds cannot be executed: the state directory
 * @throws RuntimeError of nearly every code
 */
export async function runToReady(plan: Plan, directory: string): Promise<Launched> {
  let launched = await orExplain(plan, () => native().launch(requestOf(plan, directory)));
  for (const meeting of plan.meetings) launched = await meet(plan, meeting, launched);
  return launched;
}

function requestOf(plan: Plan, directory: string): LaunchRequest {
  return {
    host: encodePlan(actsOf(plan.host)),
    init: encodePlan(actsOf(plan.init), tracing()),
    cloneFlags: plan.cloneFlags,
    cgroupSlot: plan.cgroupSlot,
    deadline: LAUNCH_DEADLINE,
    imageDirectory: directory,
    trace: tracing(),
  };
}

/** The parent's work at one point; then init goes on to the next, and has perhaps made its console on the way. At `ready` it stays. */
async function meet(plan: Plan, { point, steps }: Meeting, launched: Launched): Promise<Launched> {
  try {
    return await orExplain(
      plan,
      async () => {
        await native().attend(launched, encodePlan(actsOf(steps)));
        if (point === 'ready') return launched;
        const { console } = await native().proceed(launched, LAUNCH_DEADLINE);
        return console < 0 ? launched : { ...launched, console };
      },
      steps,
    );
  } catch (error) {
    await native().endInit(launched);
    throw error;
  }
}

async function orExplain<T>(plan: Plan, work: () => Promise<T>, parent: readonly Step[] = []): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isActFailure(error)) throw error;
    const { program } = error;
    throw explain(error, program === 'host' ? plan.host : program === 'parent' ? parent : plan.init);
  }
}
