/** `caisson resume`: thaws a paused container. */
import type { ResumeRequest } from '../cli/requests.js';
import { findContainer, requireStatus } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { thaw } from '../host/freezer.js';

export async function resume({ id, globals }: ResumeRequest): Promise<number> {
  const container = findContainer(stateRoot(globals.root), id);
  requireStatus('resume', container);
  await thaw(container.record.cgroups);
  return 0;
}
