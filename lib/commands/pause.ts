/** `caisson pause`: freezes every process of a container. */
import type { PauseRequest } from '../cli/requests.js';
import { findContainer, requireStatus } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { freeze } from '../host/freezer.js';

export async function pause({ id, globals }: PauseRequest): Promise<number> {
  const container = findContainer(stateRoot(globals.root), id);
  requireStatus('pause', container);
  await freeze(container.record.cgroups);
  return 0;
}
