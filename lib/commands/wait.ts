/** `caisson wait`: the exit status of a container, once it has ended. */
import type { WaitRequest } from '../cli/requests.js';
import { findContainer, requireStatus } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { awaitExit } from '../container/wait.js';
import { native } from '../native/load.js';

const STDOUT = 1;

export async function wait({ id, json, globals }: WaitRequest): Promise<number> {
  const container = findContainer(stateRoot(globals.root), id);
  requireStatus('wait', container);
  const exit = await awaitExit(container);
  native().print(STDOUT, json ? `${JSON.stringify(exit)}\n` : `${exit.status}\n`);
  return 0;
}
