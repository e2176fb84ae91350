/** `caisson kill`: a signal to the first process of a container. Source: runtime.md#kill. */
import type { KillRequest } from '../cli/requests.js';
import { signalContainer } from '../container/signal.js';
import { findContainer } from '../container/status.js';
import { stateRoot } from '../container/store.js';

export async function kill({ id, signal, all, globals }: KillRequest): Promise<number> {
  await signalContainer(findContainer(stateRoot(globals.root), id), signal, all);
  return 0;
}
