/** The end of a container: its processes, its cgroups, its state. Called by `caisson delete`. */
import { isSystemError, RuntimeError } from '../errors.js';
import { cgroupLayout, isFrozen } from '../host/cgroup.js';
import { native } from '../native/load.js';
import { cgroups } from '../plan/cgroups.js';
import { encodePlan } from '../plan/encode.js';
import { actsOf, Slots, step } from '../plan/step.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { loadSpec } from '../spec/load.js';
import type { Spec } from '../spec/types.gen.js';
import { CONFIG_LIMIT } from './configFile.js';
import { explain, isActFailure } from './failure.js';
import { openInit } from './process.js';
import { type ContainerRecord, readRecord } from './record.js';
import { findContainer, requireStatus } from './status.js';
import { isClaimed, stateDirectory } from './store.js';

const SIGKILL = 9;
/** Milliseconds that a create may still take; longer than that it is stuck. */
const CREATE_DEADLINE = 5_000;
/** Milliseconds: a process in uninterruptible sleep takes its time to die. */
const END_DEADLINE = 10_000;

/**
 * Removes a stopped container.
 * @throws RuntimeError container-unknown, container-status, state-corrupt, cgroup-failed
 */
export async function deleteStopped(root: string, id: string): Promise<void> {
  const container = findContainer(root, id);
  requireStatus('delete', container);
  // Its pid namespace ended with it. Who is in the cgroup now is somebody else's, who was given the same cgroupsPath.
  await tearDown(container.record.teardown.filter(({ op }) => op !== 'end-cgroup'));
}

/**
 * Removes a container whatever its status, and what a create that was killed has left. An unknown id is fine: nothing is there.
 * @throws RuntimeError timeout, cgroup-failed
 */
export async function deleteForced(root: string, id: string): Promise<void> {
  if (!isClaimed(root, id)) return;
  const directory = stateDirectory(root, id);
  const lock = await waitForCreate(directory);
  try {
    if (!isClaimed(root, id)) return;
    const record = readable(directory);
    if (record !== undefined) await end(record);
    await tearDown(record?.teardown ?? (await teardownOfSnapshot(id, directory)));
  } finally {
    if (lock >= 0) native().close(lock);
  }
}

/** A create that is at work holds the lock and writes the record before it lets go; one that is stuck is not waited for. */
async function waitForCreate(directory: string): Promise<number> {
  try {
    return await native().lockDirectory(directory, CREATE_DEADLINE);
  } catch (error) {
    if (isSystemError(error) && ['EAGAIN', 'ENOENT'].includes(error.errno)) return -1;
    throw error;
  }
}

/** A record that cannot be read must not keep the container from being removed. */
function readable(directory: string): ContainerRecord | undefined {
  try {
    return readRecord(directory);
  } catch {
    return undefined;
  }
}

/** What the teardown of a container must have been, by the copy of its config.json; by the default cgroup without one. */
async function teardownOfSnapshot(id: string, directory: string): Promise<readonly TeardownAct[]> {
  const spec = await snapshot(`${directory}/config.json`);
  const steps = spec === undefined ? [] : cgroups(spec, id, { layout: cgroupLayout() }, new Slots()).teardown;
  return [...actsOf(steps), { op: 'remove-state', directory }];
}

async function snapshot(file: string): Promise<Spec | undefined> {
  try {
    return await loadSpec(native().readText(file, CONFIG_LIMIT), file);
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
