/** `caisson state`: what a container is doing, as JSON. Source: runtime.md#query-state. */
import type { StateRequest } from '../cli/requests.js';
import { stateView } from '../container/state.js';
import { type Container, findContainer } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { native } from '../native/load.js';

const STDOUT = 1;

export async function state({ id, warnings, globals }: StateRequest): Promise<number> {
  const container = findContainer(stateRoot(globals.root), id);
  const view = stateView(container);
  const shown = warnings ? { ...view, warnings: await warningsOf(container) } : view;
  native().print(STDOUT, `${JSON.stringify(shown, null, 2)}\n`);
  return 0;
}

/** What nobody knows makes no difference, and is not in the record. */
async function warningsOf({ directory, record }: Container): Promise<string[]> {
  const { specOfSnapshot } = await import('../container/snapshot.js');
  const { unknownWarnings } = await import('../container/unknown.js');
  return [...unknownWarnings(await specOfSnapshot(directory)), ...record.warnings];
}
