/**
 * Freezes and thaws the cgroup of a container, and waits until the kernel says that it is done. Called by pause, resume and
 * kill. Sources: cgroup-v1/freezer-subsystem.rst, cgroup-v2.rst#core-interface-files.
 */
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import { freezerFile, isFrozen } from './cgroup.js';

/** Milliseconds: who is in an uninterruptible system call is not frozen before its end. */
const DEADLINE = 10_000;
/** Milliseconds between two looks, at first and at most. */
const PAUSE = { first: 1, longest: 50 };

type Directories = Readonly<Record<string, string>>;

/** @throws RuntimeError timeout, and then everything is thawed again; host-unsupported, cgroup-failed */
export async function freeze(directories: Directories): Promise<void> {
  const { path, frozen, thawed } = fileOf(directories);
  put(path, frozen, 'freeze');
  // Version 1 can stay halfway when processes are forked meanwhile, and tries again only when it is told to.
  if (
    await until(
      () => isFrozen(directories),
      () => put(path, frozen, 'freeze'),
    )
  )
    return;
  put(path, thawed, 'thaw');
  throw new RuntimeError('timeout', 'the container does not freeze, and runs on', {
    path,
    hint: 'a process of it is stuck in the kernel: look for state D (caisson ps ID -o pid,stat,wchan,args)',
  });
}

/** @throws RuntimeError timeout, host-unsupported, cgroup-failed */
export async function thaw(directories: Directories): Promise<void> {
  const { path, thawed } = fileOf(directories);
  put(path, thawed, 'thaw');
  if (
    await until(
      () => !isFrozen(directories),
      () => undefined,
    )
  )
    return;
  throw new RuntimeError('timeout', 'the container stays frozen', {
    path,
    hint: 'is a cgroup above it frozen? that one must be thawed first',
  });
}

function fileOf(directories: Directories): { path: string; frozen: string; thawed: string } {
  const found = freezerFile(directories);
  if (found !== undefined) return found;
  if (Object.keys(directories).length === 0) {
    throw new RuntimeError('host-unsupported', 'the container has no cgroup to freeze', {
      hint: 'it was made with --cgroup-manager disabled, or by a user whom no cgroup is delegated to',
    });
  }
  throw new RuntimeError('host-unsupported', 'this host has no way to freeze a container', {
    hint: 'mount the freezer controller of cgroup v1, or cgroup v2',
  });
}

/** A cgroup that is gone has nobody in it to be frozen. */
function put(path: string, value: string, doing: string): void {
  try {
    native().writeKernelText(path, value);
  } catch (error) {
    if (isSystemError(error) && (error.errno === 'ENOENT' || error.errno === 'ENODEV')) return;
    throw fromSystem('cgroup-failed', `cannot ${doing} the container`, error);
  }
}

async function until(done: () => boolean, again: () => void): Promise<boolean> {
  const end = performance.now() + DEADLINE;
  let pause = PAUSE.first;
  while (!done()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, PAUSE.longest);
    again();
  }
  return true;
}
