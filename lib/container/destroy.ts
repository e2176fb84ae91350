/** The end of a container: its processes, its cgroups, its state. Called by `caisson delete`. */
import { RuntimeError } from '../errors.js';
import { isFrozen } from '../host/cgroup.js';
import { native } from '../native/load.js';
import { encodePlan } from '../plan/encode.js';
import { step } from '../plan/step.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { explain, isActFailure } from './failure.js';
import { openInit } from './process.js';
import { type ContainerRecord, readRecord } from './record.js';
import { findContainer, requireStatus } from './status.js';
import { isClaimed, stateDirectory } from './store.js';

const SIGKILL = 9;
/** Milliseconds: a process in uninterruptible sleep takes its time to die. */
const END_DEADLINE = 10_000;

/**
 * Removes a stopped container.
 * @throws RuntimeError container-unknown, container-status, state-corrupt, cgroup-failed
 */
export async function deleteStopped(root: string, id: string): Promise<void> {
  const container = findContainer(root, id);
  requireStatus('delete', container);
  await tearDown(container.record.teardown);
}

/**
 * Removes a container whatever its status, and what a create that was killed has left. An unknown id is fine: nothing is there.
 * @throws RuntimeError timeout, cgroup-failed
 */
export async function deleteForced(root: string, id: string): Promise<void> {
  if (!isClaimed(root, id)) return;
  const directory = stateDirectory(root, id);
  const record = readable(directory);
  if (record !== undefined) await end(record);
  await tearDown(record?.teardown ?? [{ op: 'remove-state', directory }]);
}

/** A record that cannot be read must not keep its directory from being removed. */
function readable(directory: string): ContainerRecord | undefined {
  try {
    return readRecord(directory);
  } catch {
    return undefined;
  }
}

async function end(record: ContainerRecord): Promise<void> {
  const pidfd = openInit(record);
  if (pidfd === undefined) return;
  try {
    native().signalProcess(pidfd, SIGKILL);
    // A frozen process of cgroup v1 dies only when it is thawed, and that is what end-cgroup does.
    if (isFrozen(record.cgroups)) await tearDown(record.teardown.filter(({ op }) => op === 'end-cgroup'));
    if (await native().awaitEnd(pidfd, END_DEADLINE)) return;
  } finally {
    native().close(pidfd);
  }
  throw new RuntimeError('timeout', `the process of ${record.id} was killed and does not end`, {
    hint: `it is stuck in the kernel: cat /proc/${record.init?.pid ?? 0}/stack`,
  });
}

async function tearDown(acts: readonly TeardownAct[]): Promise<void> {
  try {
    await native().teardown(encodePlan(acts));
  } catch (error) {
    const steps = acts.map((act) => step('', act));
    throw isActFailure(error) ? explain(error, steps) : error;
  }
}
