/**
 * What a container is doing, as the kernel tells it: never what somebody wrote down. And which verb is allowed when.
 * Called by every verb. Source: runtime.md#state.
 */
import { isSystemError, RuntimeError } from '../errors.js';
import { isFrozen } from '../host/cgroup.js';
import { native } from '../native/load.js';
import { PHRASES } from '../phrases.js';
import { isAlive } from './process.js';
import { type ContainerRecord, readRecord } from './record.js';
import { isClaimed, stateDirectory, unknownContainer } from './store.js';

export type Status = 'creating' | 'created' | 'running' | 'paused' | 'stopped';

/** What the memfd of init is called in /proc/PID/exe until it executes the container's program. */
const INIT_IMAGE = '/memfd:caisson-init';

export interface Container {
  readonly id: string;
  readonly directory: string;
  readonly record: ContainerRecord;
  readonly status: Status;
}

/**
 * Looks a container up.
 * @throws RuntimeError container-unknown, state-corrupt
 */
export function findContainer(root: string, id: string): Container {
  if (!isClaimed(root, id)) throw unknownContainer(root, id);
  const directory = stateDirectory(root, id);
  const record = readRecord(directory);
  if (record === undefined) {
    // Deleted while we looked.
    if (!isClaimed(root, id)) throw unknownContainer(root, id);
    // Claimed a moment ago, or by a create that was killed: only that create, or delete --force, can say more.
    throw new RuntimeError('container-status', `container ${id} is being created`, {
      hint: 'if no create is at work on it any more, caisson delete --force removes it',
    });
  }
  return { id, directory, record, status: statusOf(directory, record) };
}

/** The status of a container whose record was read. */
export function statusOf(directory: string, record: ContainerRecord): Status {
  if (record.init === undefined) return 'creating';
  if (!isAlive(record)) return 'stopped';
  // Whoever is created may be paused as well, and waits then for both.
  if (isFrozen(record.cgroups)) return 'paused';
  return statusByGate(directory, record.init.pid);
}

/**
 * The gate stands until start takes it away; a start that was killed in between is told by what the process executes. One that
 * executes nothing any more is ending: an init whose create was killed.
 */
function statusByGate(directory: string, pid: number): Status {
  if (native().fileKind(`${directory}/gate`) !== 'socket') return 'running';
  try {
    const image = native().readLink(`/proc/${pid}/exe`);
    // Where memfds cannot be executed, the image is a file without a name in the state directory.
    return image.startsWith(INIT_IMAGE) || image.startsWith(`${directory}/#`) ? 'created' : 'running';
  } catch (error) {
    return isSystemError(error) && (error.errno === 'ENOENT' || error.errno === 'ESRCH') ? 'stopped' : 'running';
  }
}

type GuardedVerb = 'start' | 'exec' | 'kill' | 'delete' | 'pause' | 'resume' | 'ps' | 'update' | 'events' | 'wait';

/** The statuses in which a verb may do its work. kill of a created container ends it; exec does not wait for start; delete --force asks nobody. */
const ALLOWED: Readonly<Record<GuardedVerb, readonly Status[]>> = {
  start: ['created'],
  exec: ['created', 'running'],
  kill: ['created', 'running', 'paused'],
  delete: ['stopped'],
  pause: ['created', 'running'],
  resume: ['paused'],
  ps: ['created', 'running', 'paused'],
  update: ['created', 'running', 'paused'],
  events: ['created', 'running', 'paused'],
  wait: ['created', 'running', 'paused', 'stopped'],
};

/** The verbs that need a process. */
const NEEDS_PROCESS: readonly GuardedVerb[] = ['exec', 'kill', 'pause', 'resume', 'ps', 'update', 'events'];

const HINTS: Readonly<Record<GuardedVerb, string>> = {
  start: 'only a created container can be started',
  exec: 'a process can be added while the first one is there and not paused',
  kill: 'it has not been made yet',
  delete: 'end it first (caisson kill), or delete --force',
  pause: 'only a created or running container can be paused',
  resume: 'only a paused container can be resumed',
  ps: 'it has not been made yet',
  update: 'it has not been made yet',
  events: 'it has not been made yet',
  wait: 'it has not been made yet',
};

/** @throws RuntimeError container-not-running, container-status */
export function requireStatus(verb: GuardedVerb, { id, status }: Container): void {
  if (ALLOWED[verb].includes(status)) return;
  if (status === 'stopped' && NEEDS_PROCESS.includes(verb)) {
    throw new RuntimeError('container-not-running', `cannot ${verb} ${id}: ${PHRASES.containerNotRunning}`, {
      hint: 'its process has ended',
    });
  }
  throw new RuntimeError('container-status', `cannot ${verb} container ${id}: it is ${status}`, { hint: HINTS[verb] });
}

/** For what is done by the cgroup of a container. @throws RuntimeError host-unsupported when it has none */
export function requireCgroup({ id, cgroups }: ContainerRecord): void {
  for (const _ in cgroups) return;
  throw new RuntimeError('host-unsupported', `${id} has no cgroup of its own`, {
    hint: 'it was made with --cgroup-manager disabled, or by a user whom no cgroup is delegated to',
  });
}
