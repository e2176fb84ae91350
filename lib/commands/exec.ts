/** `caisson exec`: a further process in a container; in the foreground, the supervisor takes the place of this process. */
import type { ExecRequest } from '../cli/requests.js';
import { accountAct } from '../container/exit.js';
import { execIn, type ExecutedProcess } from '../container/exec.js';
import { specOfExec } from '../container/execProcess.js';
import { type Container, findContainer, requireStatus } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { traceInit } from '../container/traceInit.js';
import { memoryFiles, oomKills } from '../host/memory.js';
import { native } from '../native/load.js';
import { encodePlan } from '../plan/encode.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import type { Spec } from '../spec/types.gen.js';
import { finishTrace, mark } from '../trace.js';

export async function exec(request: ExecRequest): Promise<number> {
  const { id, consoleSocket, pidfdSocket, pidFile, preserveFds, detach, cgroup, ignorePaused, globals } = request;
  const foreground = !detach;
  if (foreground) native().holdSignals();
  const root = stateRoot(globals.root);
  const container = findContainer(root, id);
  if (container.status !== 'paused' || !ignorePaused) requireStatus('exec', container);
  const spec = await specOfExec(container, request);
  mark('config read');
  const receivers = { consoleSocket, pidfdSocket, pidFile, foreground };
  const limited = memoryLimited(container, spec);
  // Before its program runs: what was killed earlier is not told.
  const before = foreground && limited ? oomKills(memoryFiles(container.record.cgroups)) : undefined;
  const process = await execIn(container, spec, { ...receivers, root, preserveFds, cgroups: cgroup });
  traceInit(process.plan);
  finishTrace();
  return foreground ? supervise(process, container.record.cgroups, before) : 0;
}

/** Where nothing limits the memory, nothing is read for it. An update may have set a limit that the config has not. */
function memoryLimited({ record }: Container, { linux }: Spec): boolean {
  return record.resources !== undefined || (linux?.resources?.memory?.limit ?? 0) > 0;
}

function supervise({ launched }: ExecutedProcess, cgroups: Container['record']['cgroups'], before?: number): never {
  const terminal = launched.console >= 0 ? 1 : 0;
  const program: TeardownAct[] = [{ op: 'supervise', terminal }];
  if (before !== undefined) program.push(accountAct({ cgroups, limited: false, before, record: '', keep: false }));
  return native().supervise(encodePlan(program), launched);
}
