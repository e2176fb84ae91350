/** `caisson start`: lets the process of a created container run. Source: runtime.md#start. */
import type { StartRequest } from '../cli/requests.js';
import { startContainer } from '../container/start.js';
import { findContainer } from '../container/status.js';
import { stateRoot } from '../container/store.js';

export async function start({ id, globals }: StartRequest): Promise<number> {
  await startContainer(findContainer(stateRoot(globals.root), id));
  return 0;
}
