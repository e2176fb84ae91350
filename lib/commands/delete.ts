/** `caisson delete`: removes what is left of a container. Source: runtime.md#delete. */
import type { DeleteRequest } from '../cli/requests.js';
import { deleteForced, deleteStopped } from '../container/destroy.js';
import { stateRoot } from '../container/store.js';

export async function deleteContainer({ id, force, globals }: DeleteRequest): Promise<number> {
  const remove = force ? deleteForced : deleteStopped;
  await remove(stateRoot(globals.root), id);
  return 0;
}
