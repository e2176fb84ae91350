/** `caisson exec`: a further process in a container; in the foreground, the supervisor takes the place of this process. */
import type { ExecRequest } from '../cli/requests.js';
import { execIn, type ExecutedProcess } from '../container/exec.js';
import { specOfExec } from '../container/execProcess.js';
import { findContainer, requireStatus } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { traceInit } from '../container/traceInit.js';
import { native } from '../native/load.js';
import { encodePlan } from '../plan/encode.js';
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
  const process = await execIn(container, spec, { ...receivers, root, preserveFds, cgroups: cgroup });
  traceInit(process.plan);
  finishTrace();
  return foreground ? supervise(process) : 0;
}

function supervise({ launched }: ExecutedProcess): never {
  const terminal = launched.console >= 0 ? 1 : 0;
  return native().supervise(encodePlan([{ op: 'supervise', terminal }]), launched);
}
