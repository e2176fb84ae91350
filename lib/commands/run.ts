/** `caisson run`: create and start in one; in the foreground, the supervisor takes the place of this process. */
import type { RunRequest } from '../cli/requests.js';
import { cgroupDriver } from '../container/cgroupDriver.js';
import { execute } from '../container/execute.js';
import { launch, type LaunchedContainer } from '../container/launch.js';
import { accountAct, exitFile } from '../container/exit.js';
import { orUndo } from '../container/undo.js';
import { stateDirectory, stateRoot } from '../container/store.js';
import { native } from '../native/load.js';
import { encodePlan } from '../plan/encode.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { finishTrace } from '../trace.js';

export async function run(request: RunRequest): Promise<number> {
  const { noNewKeyring, detach, keep, globals, ...flags } = request;
  const root = stateRoot(globals.root);
  const foreground = !detach;
  if (foreground) native().holdSignals();
  const container = await launch({
    ...flags,
    root,
    cgroupDriver: cgroupDriver(globals),
    rootless: globals.rootless,
    callerKeyring: noNewKeyring,
    foreground,
    gate: false,
  });
  await execute(container);
  finishTrace();
  if (!foreground) return 0;
  return await orUndo(container.plan, 'ready', () => supervise(container, stateDirectory(root, request.id), keep));
}

function supervise({ plan, launched }: LaunchedContainer, directory: string, keep: boolean): never {
  const terminal = launched.console >= 0 ? 1 : 0;
  const limited = keep || plan.host.some(({ pointer }) => pointer === 'linux/resources/memory/limit');
  const account = accountAct({ cgroups: plan.cgroups, limited, before: 0, record: exitFile(directory), keep });
  const program: TeardownAct[] = [{ op: 'supervise', terminal }, account];
  // The hooks are those of a container that is gone: with --keep, delete runs them.
  for (const { act } of plan.teardown)
    if (!keep || (act.op !== 'remove-state' && act.op !== 'poststop-hook')) program.push(act);
  return native().supervise(encodePlan(program), launched);
}
