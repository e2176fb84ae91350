/** `caisson create`: a container whose process waits for start. Source: runtime.md#create. */
import type { CreateRequest } from '../cli/requests.js';
import { launch } from '../container/launch.js';
import { stateRoot } from '../container/store.js';
import { traceInit } from '../container/traceInit.js';
import { native } from '../native/load.js';

export async function create(request: CreateRequest): Promise<number> {
  const { id, bundle, config, consoleSocket, pidFile, noNewKeyring, noPivot, globals } = request;
  const root = stateRoot(globals.root);
  const { plan, launched } = await launch({
    root,
    id,
    bundle,
    config,
    consoleSocket,
    pidFile,
    callerKeyring: noNewKeyring,
    noPivot,
    gate: true,
    foreground: false,
  });
  traceInit(plan);
  native().release(launched);
  return 0;
}
