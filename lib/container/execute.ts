/** From an init that is ready to the container's program. Called by run; create leaves it to start. */
import { native } from '../native/load.js';
import { timeOfHooks } from '../plan/hookTime.js';
import type { Plan } from '../plan/step.js';
import { mark } from '../trace.js';
import { explained } from './actFailure.js';
import { forgetPidFile } from './handOver.js';
import type { LaunchedContainer } from './launch.js';
import { withListener } from './listener.js';
import type { Borrower } from './loans.js';
import { LAUNCH_DEADLINE, runStarted } from './meetings.js';
import { traceInit } from './traceInit.js';
import { orUndo } from './undo.js';

/** Lets init go on to the container's program. @throws RuntimeError when it cannot be executed */
export async function execute(container: LaunchedContainer): Promise<void> {
  const { plan, launched, record, pidFile } = container;
  await orUndo(plan, 'ready', async () => {
    try {
      const deadline = LAUNCH_DEADLINE + timeOfHooks(plan.init, 'start-container-hook');
      await withListener(record, (receiver) => native().proceed(launched, deadline, receiver));
      await hooksOfStart(launched, plan.started);
    } catch (error) {
      forgetPidFile(pidFile);
      throw await explained(error, plan.init);
    }
  });
  mark('program executed');
  traceInit(plan);
}

/** The program may not go on when one fails: runtime.md#lifecycle, step 9. */
async function hooksOfStart(launched: Borrower, hooks: Plan['started']): Promise<void> {
  try {
    await runStarted(launched, hooks);
  } catch (error) {
    await native().endInit(launched);
    throw error;
  }
}
