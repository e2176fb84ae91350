/** The end of a container: its processes, its cgroups, its state. Called by `caisson delete`. */
import { isRuntimeError, isSystemError } from '../errors.js';
import { cgroupLayout } from '../host/cgroup.js';
import { isPrivileged } from '../host/privilege.js';
import { alert } from '../log.js';
import { native } from '../native/load.js';
import { cgroupTeardown } from '../plan/cgroups.js';
import { sharedRoot } from '../plan/paths.js';
import { actsOf } from '../plan/step.js';
import type { TeardownAct } from '../plan/wire.gen.js';
import { loadSpec } from '../spec/load.js';
import type { Spec } from '../spec/types.gen.js';
import { CONFIG_LIMIT } from './configFile.js';
import { endInit } from './end.js';
import { type ContainerRecord, readRecord } from './record.js';
import { findContainer, requireStatus } from './status.js';
import { isClaimed, stateDirectory } from './store.js';
import { tearDown } from './teardown.js';
import type { ContainerUnit } from './unit.js';

/** Milliseconds that a create may still take; longer than that it is stuck. */
const CREATE_DEADLINE = 5_000;

/**
 * Removes a stopped container.
 * @throws RuntimeError container-unknown, container-status, state-corrupt, cgroup-failed
 */
export async function deleteStopped(root: string, id: string): Promise<void> {
  const container = findContainer(root, id);
  requireStatus('delete', container);
  const { teardown, sharesPids, unit } = container.record;
  // A pid namespace ends with its init. Who is in the cgroup then is somebody else's, who was given the same cgroupsPath.
  await tearDown(sharesPids ? teardown : teardown.filter(({ op }) => op !== 'end-cgroup'), alert);
  if (unit !== undefined) await forgetUnit(unit);
}

/** Its cgroups are gone, and systemd is told: the name must be free for the next one when delete returns. */
async function forgetUnit(unit: ContainerUnit): Promise<void> {
  try {
    await (await import('./unit.js')).stopUnit(unit);
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    alert(error.message);
  }
}

/**
 * Removes a container whatever its status, and what a create that was killed has left. An unknown id is fine: nothing is there.
 * @throws RuntimeError timeout, cgroup-failed
 */
export async function deleteForced(root: string, id: string): Promise<void> {
  if (!isClaimed(root, id)) return;
  const directory = stateDirectory(root, id);
  const lock = await lockOrBreak(directory);
  try {
    if (!isClaimed(root, id)) return;
    const record = readable(directory);
    if (record !== undefined) await endInit(record);
    await tearDown(record?.teardown ?? (await teardownOfSnapshot(id, directory)), alert);
    if (record?.unit !== undefined) await forgetUnit(record.unit);
  } finally {
    if (lock >= 0) native().close(lock);
  }
}

/**
 * A create that is stuck in a hook takes everything back by itself when its init has ended. One that is stuck elsewhere is
 * not waited for.
 */
async function lockOrBreak(directory: string): Promise<number> {
  const lock = await waitForCreate(directory);
  const record = lock < 0 ? readable(directory) : undefined;
  if (record?.unready === undefined) return lock;
  await endInit(record);
  return await waitForCreate(directory);
}

/** A create that is at work holds the lock and writes the record before it lets go. -1: it still does. */
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
  // Of a user, the record is written before the cgroup is made; without one, there is none.
  const steps = spec === undefined || !isPrivileged() ? [] : cgroupTeardown(spec, id, { layout: cgroupLayout() });
  return [...actsOf(steps), { op: 'unmount', directory: sharedRoot(directory) }, { op: 'remove-state', directory }];
}

async function snapshot(file: string): Promise<Spec | undefined> {
  try {
    return await loadSpec(native().readText(file, CONFIG_LIMIT), file);
  } catch {
    return undefined;
  }
}
