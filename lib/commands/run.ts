/** `caisson run`: create and start in one; in the foreground, the supervisor takes the place of this process. */
import type { RunRequest } from '../cli/requests.js';
import { execute, launch, type LaunchedContainer } from '../container/launch.js';
import { stateRoot } from '../container/store.js';
import { native } from '../native/load.js';
import { encodePlan } from '../plan/encode.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { finishTrace } from '../trace.js';

export async function run(request: RunRequest): Promise<number> {
  const { id, bundle, config, consoleSocket, pidFile, detach, keep, globals } = request;
  const root = stateRoot(globals.root);
  const foreground = !detach;
  if (foreground) native().holdSignals();
  const container = await launch({ root, id, bundle, config, consoleSocket, pidFile, gate: false, foreground });
  await execute(container);
  finishTrace();
  return foreground ? supervise(container, keep) : 0;
}

function supervise({ plan, launched }: LaunchedContainer, keep: boolean): never {
  const terminal = launched.console >= 0 ? 1 : 0;
  const program: TeardownAct[] = [{ op: 'supervise', terminal, tree: 0 }];
  for (const { act } of plan.teardown) if (!keep || act.op !== 'remove-state') program.push(act);
  return native().supervise(encodePlan(program), launched);
}
