/** `caisson list`: the containers of a state root, as a table or as JSON. */
import type { ListRequest } from '../cli/requests.js';
import { stateView, type StateView } from '../container/state.js';
import { findContainer } from '../container/status.js';
import { containerIds, stateDirectory, stateRoot } from '../container/store.js';
import { isRuntimeError, isSystemError } from '../errors.js';
import { userName } from '../host/users.js';
import { native } from '../native/load.js';

const STDOUT = 1;
const STDERR = 2;

export function list({ format, quiet, globals }: ListRequest): Promise<number> {
  const root = stateRoot(globals.root);
  const ids = containerIds(root, globals.root !== undefined);
  const views = ids.flatMap((id) => view(root, id));
  native().print(
    STDOUT,
    quiet ? lines(views.map(({ id }) => id)) : format === 'json' ? `${JSON.stringify(views)}\n` : table(views),
  );
  return Promise.resolve(0);
}

/** One broken container must not hide the others. */
function view(root: string, id: string): StateView[] {
  try {
    return [stateView(findContainer(root, id), userName(native().owner(stateDirectory(root, id))))];
  } catch (error) {
    // Deleted while we looked.
    if (isSystemError(error) && error.errno === 'ENOENT') return [];
    if (!isRuntimeError(error)) throw error;
    native().print(STDERR, `caisson: warning: ${id}: ${error.message}\n`);
    return [];
  }
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

/** The columns of runc, which scripts know. */
function table(views: readonly StateView[]): string {
  const rows = [
    ['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'],
    ...views.map(({ id, pid, status, bundle, created, owner }) => [id, String(pid), status, bundle, created, owner]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length), 8)) ?? [];
  return lines(
    rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd((widths[column] ?? 0) + 4))
        .join('')
        .trimEnd(),
    ),
  );
}
