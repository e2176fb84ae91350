/** The first process of a container: is it there, and a hold on it. Called by status, start, kill and delete. */
import { isSystemError } from '../errors.js';
import { bootId } from '../host/boot.js';
import { native } from '../native/load.js';
import type { ContainerRecord, ProcessIdentity } from './record.js';

/** Who a living process is; undefined when it is gone. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = native().processStat(pid);
  return stat === undefined ? undefined : { pid, startTime: stat.startTime, bootId: bootId() };
}

/** Whether the first process is the one that was recorded: number, start time and boot are the same, and it is no zombie. */
export function isAlive({ init }: ContainerRecord): boolean {
  return init !== undefined && isThere(init);
}

function isThere({ pid, startTime, bootId: boot }: ProcessIdentity): boolean {
  const stat = native().processStat(pid);
  if (stat?.startTime !== startTime) return false;
  return stat.state !== 'Z' && stat.state !== 'X' && boot === bootId();
}

/**
 * A pidfd of the first process, ready or not; undefined when it has ended. The caller closes it.
 * Identity is checked after the open: from then on the pidfd cannot become another process's.
 */
export function openInit({ init, unready }: ContainerRecord): number | undefined {
  const identity = init ?? unready;
  if (identity === undefined) return undefined;
  let pidfd: number;
  try {
    pidfd = native().openProcess(identity.pid);
  } catch (error) {
    if (isSystemError(error) && error.errno === 'ESRCH') return undefined;
    throw error;
  }
  if (isThere(identity)) return pidfd;
  native().close(pidfd);
  return undefined;
}
