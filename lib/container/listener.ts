/**
 * Who decides on the system calls of SCMP_ACT_NOTIFY: the program that listens at linux.seccomp.listenerPath gets the
 * filter's descriptor just before the container's program runs. Called by create (is somebody there?), start and run.
 * Source: config-linux.md#seccomp, config-linux.md#containerprocessstate.
 *
 * The connection is made then, not at create: programs of this kind read one connection after the other, and a container that
 * is created and not started would keep them from all others.
 */
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { FilterReceiver } from '../native/surface.js';
import { usesListener } from '../plan/seccomp.js';
import type { Spec } from '../spec/types.gen.js';
import type { ContainerRecord } from './record.js';

/** What the record keeps of it. */
export interface Listener {
  readonly path: string;
  readonly metadata?: string;
}

/** Milliseconds to be let in, and again to be read. Init waits meanwhile, and not in its sleep. */
const DEADLINE = 10_000;

const POINTER = 'linux/seccomp/listenerPath';
const HINT = 'is the program running that decides on system calls?';

/**
 * The listener that a container needs; undefined when it needs none.
 * @throws RuntimeError seccomp-failed when there is no socket
 */
export function listenerOf({ linux }: Spec): Listener | undefined {
  const seccomp = linux?.seccomp;
  if (seccomp === undefined || !usesListener(seccomp)) return undefined;
  const { listenerPath: path = '', listenerMetadata: metadata } = seccomp;
  requireSocket(path);
  return metadata === undefined || metadata === '' ? { path } : { path, metadata };
}

function requireSocket(path: string): void {
  try {
    if (native().fileKind(native().realPath(path)) === 'socket') return;
  } catch (error) {
    throw fromSystem('seccomp-failed', 'cannot find the listener', error, { pointer: POINTER, hint: HINT });
  }
  throw new RuntimeError('seccomp-failed', 'the listener is not a socket', { pointer: POINTER, path });
}

/**
 * Does what brings init to its execution, with a connection to the listener where the container needs one.
 * @param further pid of a process that is not the container's first
 * @throws RuntimeError seccomp-failed; what `work` throws
 */
export async function withListener<T>(
  record: ContainerRecord,
  work: (receiver?: FilterReceiver) => Promise<T>,
  further?: number,
): Promise<T> {
  const { listener } = record;
  if (listener === undefined) return await work();
  const { path } = listener;
  try {
    const socket = await native().connectStream(path, DEADLINE);
    try {
      return await work({ socket, path, message: processState(record, listener, further), deadline: DEADLINE });
    } finally {
      native().close(socket);
    }
  } catch (error) {
    if (!isSystemError(error) || error.path !== path) throw error;
    throw fromSystem('seccomp-failed', 'hand the filter over to the listener', error, { pointer: POINTER, hint: HINT });
  }
}

/** The container process state. Its status is that of a container whose program has not been executed yet. */
function processState(record: ContainerRecord, { metadata }: Listener, further: number | undefined): string {
  const { ociVersion, id, bundle, annotations } = record;
  const pid = record.init?.pid ?? 0;
  const status = further === undefined ? 'created' : 'running';
  const state = { ociVersion, id, status, pid, bundle, annotations };
  return JSON.stringify({ ociVersion, fds: ['seccompFd'], pid: further ?? pid, metadata, state });
}
