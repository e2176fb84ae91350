/** A signal to a container. Called by `caisson kill`. */
import { isSystemError, RuntimeError } from '../errors.js';
import { cgroupProcesses } from '../host/cgroup.js';
import { native } from '../native/load.js';
import { PHRASES } from '../phrases.js';
import { openInit } from './process.js';
import { type Container, requireStatus } from './status.js';

const SIGKILL = 9;

/**
 * Sends a signal to the first process, or to every process of the container. SIGKILL to one whose pid namespace is not its own goes
 * to every process: nobody else would end the others.
 * @param all also means that a stopped container is no error
 * @throws RuntimeError container-not-running, container-status
 */
export async function signalContainer(container: Container, signal: number, all: boolean): Promise<void> {
  const { record, status } = container;
  if (all && status === 'stopped') {
    if (record.sharesPids) signalOthers(container, signal);
    return;
  }
  requireStatus('kill', container);
  if (record.sharesPids !== true || signal !== SIGKILL) {
    signalInit(container, signal, all);
    await thawKilled(container, signal);
    return;
  }
  const { endContainer } = await import('./end.js');
  await endContainer(record);
}

function signalInit(container: Container, signal: number, all: boolean): void {
  const pidfd = openInit(container.record);
  if (pidfd === undefined) {
    if (all) return;
    throw new RuntimeError('container-not-running', `cannot kill ${container.id}: ${PHRASES.containerNotRunning}`);
  }
  try {
    if (all) signalOthers(container, signal);
  } finally {
    send(pidfd, signal);
  }
}

/** On cgroup v1 a frozen process dies only when it is thawed. */
async function thawKilled({ record, status }: Container, signal: number): Promise<void> {
  if (signal !== SIGKILL || status !== 'paused') return;
  const { thaw } = await import('../host/freezer.js');
  await thaw(record.cgroups);
}

/** Init goes last: it takes the others of its pid namespace with it. */
function signalOthers({ record }: Container, signal: number): void {
  for (const pid of cgroupProcesses(record.cgroups)) {
    if (pid === record.init?.pid) continue;
    try {
      send(native().openProcess(pid), signal);
    } catch (error) {
      if (!isSystemError(error) || error.errno !== 'ESRCH') throw error;
    }
  }
}

function send(pidfd: number, signal: number): void {
  try {
    native().signalProcess(pidfd, signal);
  } catch (error) {
    // It ended between the look and the signal: the same as having been signalled just before.
    if (!isSystemError(error) || error.errno !== 'ESRCH') throw error;
  } finally {
    native().close(pidfd);
  }
}
