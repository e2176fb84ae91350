/** `caisson state`: what a container is doing, as JSON. Source: runtime.md#query-state. */
import type { StateRequest } from '../cli/requests.js';
import { stateView } from '../container/state.js';
import { findContainer } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { native } from '../native/load.js';

const STDOUT = 1;

export function state({ id, warnings, globals }: StateRequest): Promise<number> {
  const container = findContainer(stateRoot(globals.root), id);
  const view = stateView(container);
  native().print(
    STDOUT,
    `${JSON.stringify(warnings ? { ...view, warnings: container.record.warnings } : view, null, 2)}\n`,
  );
  return Promise.resolve(0);
}
