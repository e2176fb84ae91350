/**
 * Where the state of a user's containers is: a directory that is the user's alone and goes with the last logout or the boot.
 * Called by lib/container/store.ts for everybody but root of the host. Source: XDG Base Directory Specification.
 */
import { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { Native } from '../native/surface.js';
import { visibleKind } from './rootless.js';

/** What is needed of the addon. */
type World = Pick<Native, 'environment' | 'fileKind' | 'owner' | 'isForeign' | 'mayWrite' | 'userId'>;

const NAME = 'caisson';

/**
 * `$XDG_RUNTIME_DIR/caisson`; where that is not set or not the user's, as behind su and sudo, `/run/user/UID/caisson`; and
 * where there is none either, `/tmp/caisson-UID`. Each time the same, as long as the first one is not made or lost meanwhile.
 * @param uid of the user, outside of its user namespace
 * @throws RuntimeError state-root when somebody else has the last one
 */
export function userStateRoot(uid: () => number, world: World = native()): string {
  const given = world.environment('XDG_RUNTIME_DIR').replace(/\/+$/, '');
  for (const directory of [given, `/run/user/${uid()}`]) {
    if (isOwn(directory, world)) return `${directory}/${NAME}`;
  }
  const last = `/tmp/${NAME}-${uid()}`;
  if (visibleKind(last, world) === 'missing' || isOwn(last, world)) return last;
  throw new RuntimeError('state-root', 'there is no directory for the state of this user', {
    path: last,
    hint: `it is another user's; set XDG_RUNTIME_DIR to a directory that only user ${uid()} may write to, or give --root`,
  });
}

/** Itself, not what it links to: in /tmp, anybody may have put a link there. */
function isOwn(directory: string, world: World): boolean {
  if (!directory.startsWith('/') || visibleKind(directory, world) !== 'directory') return false;
  return world.owner(directory) === world.userId() && !world.isForeign(directory) && world.mayWrite(directory);
}
