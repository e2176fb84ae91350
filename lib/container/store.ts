/**
 * The state root: one directory a container. Finds, claims and lists them; knows nothing of what is in a record.
 * Called by every verb.
 */
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { isRootOfHost, outerUserId } from '../host/privilege.js';
import { userStateRoot } from '../host/userState.js';
import { native } from '../native/load.js';
import { PHRASES } from '../phrases.js';

const DEFAULT_ROOT = '/run/caisson';

/**
 * The state root: what --root said, or /run/caisson, made absolute, not looked up; without --root, that of the user for
 * everybody but root of the host.
 * @throws RuntimeError state-root when a user has no directory for it
 */
export function stateRoot(given: string | undefined): string {
  if (given === undefined || given === '') return isRootOfHost() ? DEFAULT_ROOT : userStateRoot(outerUserId);
  return given.startsWith('/') ? given : `${native().workingDirectory()}/${given}`;
}

/** The directory of compiled filters. No id begins with a dot. */
export function filterStore(root: string): string {
  return `${root}/.filters`;
}

/** Of a state root: other users may look up what they know the name of. */
const ROOT_MODE = 0o711;
/** Of one that is a user's: sticky files are not swept away when they were not used for long (XDG Base Directory Specification). */
const USER_ROOT_MODE = 0o1700;

/** Makes the state root where it is missing. */
export function makeRoot(root: string): void {
  native().ensureDirectory(root, isRootOfHost() ? ROOT_MODE : USER_ROOT_MODE);
}

/** The directory of a container. The id is a checked one: it has no slash and is not `..`. */
export function stateDirectory(root: string, id: string): string {
  return `${root}/${id}`;
}

/**
 * Claims an id by making its directory.
 * @throws RuntimeError container-exists, state-root
 */
export function claim(root: string, id: string): string {
  const directory = stateDirectory(root, id);
  requireOwn(root);
  try {
    claimOnce(root, directory);
  } catch (error) {
    if (isSystemError(error) && error.errno === 'EEXIST') {
      throw new RuntimeError('container-exists', `a container with the id ${id} exists already`, {
        path: directory,
        hint: `caisson delete ${id} removes it`,
      });
    }
    if (error instanceof RuntimeError) throw error;
    throw fromSystem('state-root', `cannot make the state directory of ${id}`, error, {
      hint: 'the state root must be a writable directory: see --root',
    });
  }
  return directory;
}

/** The root is there but for the first time ever: so it is made only when it is missed. */
function claimOnce(root: string, directory: string): void {
  try {
    native().makeDirectory(directory, 0o700);
  } catch (error) {
    if (!isSystemError(error) || error.errno !== 'ENOENT') throw error;
    makeRoot(root);
    // In a directory that everybody may write to, somebody else may have been quicker.
    requireOwn(root);
    native().makeDirectory(directory, 0o700);
  }
}

/**
 * The lock of an id that was just claimed. A delete --force may have come in between.
 * @throws RuntimeError container-status
 */
export async function lockClaimed(directory: string, id: string): Promise<number> {
  try {
    return await native().lockDirectory(directory, 0);
  } catch (error) {
    throw fromSystem('container-status', `container ${id} is deleted while it is created`, error, {
      hint: 'two commands at once: the other one came first',
    });
  }
}

/**
 * Whether a container of this id was ever claimed.
 * @throws RuntimeError state-root when somebody else could have written its state
 */
export function isClaimed(root: string, id: string): boolean {
  const directory = stateDirectory(root, id);
  if (native().fileKind(directory) !== 'directory') return false;
  for (const path of [root, directory]) requireOwn(path);
  return true;
}

/** A record says what is run, killed and removed with our privilege: nobody else may write it. */
function requireOwn(path: string): void {
  if (!native().isForeign(path)) return;
  throw new RuntimeError('state-root', 'somebody else may write to the state', {
    path,
    hint: 'it must belong to root or to who runs caisson, and not be writable for everybody',
  });
}

/** The error for an id that nobody claimed. */
export function unknownContainer(root: string, id: string): RuntimeError {
  return new RuntimeError('container-unknown', `container ${id} ${PHRASES.doesNotExist}`, {
    path: stateDirectory(root, id),
    hint: 'caisson list shows those there are; --root chooses another state root',
  });
}

/**
 * Ids of all containers, sorted.
 * @param explicit whether the root was given by the user: then a missing one is an error
 * @throws RuntimeError state-root
 */
export function containerIds(root: string, explicit: boolean): string[] {
  try {
    return native()
      .listDirectory(root)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    if (!explicit && isSystemError(error) && error.errno === 'ENOENT') return [];
    throw fromSystem('state-root', 'cannot list the state root', error);
  }
}
