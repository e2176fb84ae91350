/**
 * Changes the limits of a container that is there. Called by `caisson update`. Device rules are never touched, and no
 * process is frozen meanwhile.
 */
import { isSystemError, RuntimeError } from '../errors.js';
import { cgroupLayout } from '../host/cgroup.js';
import { type LimitWrite, type Refusal, writeLimits } from '../host/limitFiles.js';
import { alert } from '../log.js';
import { native } from '../native/load.js';
import { type CgroupLayout, hierarchyOf } from '../plan/cgroupLayout.js';
import { directoryOf } from '../plan/cgroups.js';
import { mergeResources } from '../plan/mergeResources.js';
import { resourcePlan } from '../plan/resources.js';
import type { ResourceWrite } from '../plan/resourceWrite.js';
import { loadSpec } from '../spec/load.js';
import type { Int64, MemoryLimits, Resources } from '../spec/types.gen.js';
import { checkedResources } from './checkedResources.js';
import { CONFIG_LIMIT } from './configFile.js';
import { exactJson } from './exactJson.js';
import { limitHint } from './limitHints.js';
import { type ContainerRecord, readRecord, writeRecord } from './record.js';
import { rareResources } from './resources.js';
import { type Container, requireCgroup } from './status.js';

/** Milliseconds that another update may take. */
const LOCK_DEADLINE = 10_000;

/**
 * Writes what is asked for, and keeps it for the next update.
 * @throws RuntimeError cgroup-failed with the file that refused, and then the old limits are in force; config-invalid
 */
export async function updateResources(container: Container, asked: Resources): Promise<void> {
  const { directory } = container;
  const lock = await native().lockDirectory(directory, LOCK_DEADLINE);
  try {
    // Under the lock: another update may just have written it.
    const record = readRecord(directory) ?? container.record;
    const { all, due } = mergeResources(await presentResources(directory, record), asked);
    const whole = exactJson(all);
    await checkedResources(whole, record.ociVersion, 'the limits with those that are in force');
    requireCgroup(record);
    const layout = cgroupLayout();
    const spec = { ociVersion: record.ociVersion, linux: { resources: due } };
    const { writes, warnings } = resourcePlan(spec, layout, await rareResources(spec));
    if (all.memory?.checkBeforeUpdate === true) requireRoom(due.memory, memoryDirectory(layout, record.cgroups));
    enableControllers(writes, layout, record.cgroups);
    // As properties first: what systemd does not take must not be in force. It writes them to the files, and we once more.
    const takeBack = await changeUnit(record, writes, layout);
    try {
      apply(writes, layout, record.cgroups);
    } catch (error) {
      await takeBack();
      throw error;
    }
    for (const warning of warnings) alert(warning);
    writeRecord(directory, { ...record, resources: whole });
  } finally {
    native().close(lock);
  }
}

/** Limits as properties of the unit, where there is one. @returns what gives it those that were before */
async function changeUnit(
  { unit }: ContainerRecord,
  writes: readonly ResourceWrite[],
  { kind }: CgroupLayout,
): Promise<() => Promise<void>> {
  if (unit === undefined) return () => Promise.resolve();
  return await (await import('./unit.js')).limitUnit(unit, writes, kind !== 'v2');
}

/** Of the last update, or of config.json as it was when the container was made. */
async function presentResources(directory: string, record: ContainerRecord): Promise<Resources> {
  const file = `${directory}/config.json`;
  if (record.resources !== undefined) return await checkedResources(record.resources, record.ociVersion, directory);
  return (await loadSpec(native().readText(file, CONFIG_LIMIT), file)).linux?.resources ?? {};
}

function apply(
  writes: readonly ResourceWrite[],
  layout: CgroupLayout,
  directories: Container['record']['cgroups'],
): void {
  const limits = writes.map((write): LimitWrite => {
    const directory = directoryOf(write.controller, layout, directories);
    const { file, value, optional = false, instead } = write;
    const other = instead && { path: `${directory}/${instead.file}`, value: instead.value };
    return { path: `${directory}/${file}`, value, optional, instead: other };
  });
  const refusal = writeLimits(limits);
  if (refusal !== undefined) throw refused(refusal, writes[limits.indexOf(refusal.write)]?.pointer);
}

function refused({ write, error, restored }: Refusal, pointer: string | undefined): RuntimeError {
  const { errno, syscall, path } = error;
  const now = restored ? 'the limits are as before' : 'not every limit is as before';
  return new RuntimeError('cgroup-failed', `write ${JSON.stringify(write.value)} (${now})`, {
    pointer,
    errno,
    syscall,
    path,
    hint: limitHint(path.slice(path.lastIndexOf('/') + 1), errno),
    cause: error,
  });
}

/** A cgroup of v2 has the files of those controllers only that it was made with. */
function enableControllers(
  writes: readonly ResourceWrite[],
  layout: CgroupLayout,
  directories: Container['record']['cgroups'],
): void {
  for (const controller of new Set(writes.map((write) => write.controller))) {
    const hierarchy = hierarchyOf(layout, controller);
    if (hierarchy?.version !== 2) continue;
    const below = (directories[hierarchy.name] ?? hierarchy.mount).slice(hierarchy.mount.length);
    let level = hierarchy.mount;
    for (const name of below.split('/').filter(Boolean)) {
      enable(level, controller);
      level += `/${name}`;
    }
  }
}

function enable(level: string, controller: string): void {
  const path = `${level}/cgroup.subtree_control`;
  try {
    if (native().readKernelText(path).trim().split(' ').includes(controller)) return;
    native().writeKernelText(path, `+${controller}`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const { errno, syscall } = error;
    const hint = 'who manages the cgroup above must give this controller to those below it';
    throw new RuntimeError('cgroup-failed', `enable the controller ${controller}`, { errno, syscall, path, hint });
  }
}

function memoryDirectory(layout: CgroupLayout, directories: Container['record']['cgroups']): string {
  return directoryOf('memory', layout, directories);
}

/** @throws RuntimeError config-invalid for a limit below what is in use */
function requireRoom({ limit, swap }: MemoryLimits = {}, directory: string): void {
  const memory = usage(directory, ['memory.usage_in_bytes', 'memory.current']);
  const both =
    usage(directory, ['memory.memsw.usage_in_bytes']) ?? sum(memory, usage(directory, ['memory.swap.current']));
  requireAbove('limit', limit, memory);
  requireAbove('swap', swap, both);
}

function requireAbove(field: string, limit: Int64 | undefined, used: bigint | undefined): void {
  if (limit === undefined || limit <= 0 || used === undefined || BigInt(limit) >= used) return;
  throw new RuntimeError(
    'config-invalid',
    `${limit} is less than the ${used} bytes in use, and checkBeforeUpdate is set`,
    {
      pointer: `linux/resources/memory/${field}`,
      hint: 'the limits are as before',
    },
  );
}

function usage(directory: string, files: readonly string[]): bigint | undefined {
  for (const file of files) {
    const path = `${directory}/${file}`;
    if (native().fileKind(path) === 'file') return BigInt(native().readKernelText(path).trim());
  }
  return undefined;
}

function sum(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  return one === undefined ? other : one + (other ?? 0n);
}
