/** `caisson create`: a container whose process waits for start. Source: runtime.md#create. */
import type { CreateRequest } from '../cli/requests.js';
import { cgroupDriver } from '../container/cgroupDriver.js';
import { launch } from '../container/launch.js';
import { stateRoot } from '../container/store.js';
import { traceInit } from '../container/traceInit.js';
import { native } from '../native/load.js';

export async function create(request: CreateRequest): Promise<number> {
  const { noNewKeyring, globals, ...flags } = request;
  const root = stateRoot(globals.root);
  const { plan, launched } = await launch({
    ...flags,
    root,
    cgroupDriver: cgroupDriver(globals),
    rootless: globals.rootless,
    callerKeyring: noNewKeyring,
    gate: true,
    foreground: false,
  });
  traceInit(plan);
  native().release(launched);
  return 0;
}
