/** Ends the processes of a container, and leaves the rest to delete. Called by destroy, and by start when a hook has failed. */
import { RuntimeError } from '../errors.js';
import { isFrozen } from '../host/cgroup.js';
import { warning } from '../log.js';
import { native } from '../native/load.js';
import { openInit } from './process.js';
import type { ContainerRecord } from './record.js';
import { tearDown } from './teardown.js';

const SIGKILL = 9;
/** Milliseconds: a process in uninterruptible sleep takes its time to die. */
const END_DEADLINE = 10_000;

/**
 * Ends the first process; those of its pid namespace end with it.
 * @throws RuntimeError timeout
 */
export async function endInit(record: ContainerRecord): Promise<void> {
  const pidfd = openInit(record);
  if (pidfd === undefined) return;
  try {
    native().signalProcess(pidfd, SIGKILL);
    // A frozen process of cgroup v1 dies only when it is thawed, and that is what end-cgroup does.
    if (isFrozen(record.cgroups)) await endOthers(record);
    if (await native().awaitEnd(pidfd, END_DEADLINE)) return;
  } finally {
    native().close(pidfd);
  }
  throw new RuntimeError('timeout', `the process of ${record.id} was killed and does not end`, {
    hint: `it is stuck in the kernel: cat /proc/${(record.init ?? record.unready)?.pid ?? 0}/stack`,
  });
}

/**
 * Ends every process.
 * @throws RuntimeError timeout, cgroup-failed
 */
export async function endContainer(record: ContainerRecord): Promise<void> {
  await endInit(record);
  await endOthers(record);
}

async function endOthers({ teardown }: ContainerRecord): Promise<void> {
  await tearDown(
    teardown.filter(({ op }) => op === 'end-cgroup'),
    warning,
  );
}
