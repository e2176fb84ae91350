/**
 * Resources as they were, and what is asked for now → what is to be in force, and what is to be written for it.
 * Called by `update`. Pure. As in runc: 0 leaves a limit as it is, a list changes the entries of the same device or page
 * size, and device rules are never touched.
 */
import type { BlockIoLimits, CpuLimits, MemoryLimits, Resources } from '../spec/types.gen.js';

export interface Merged {
  /** Everything that is in force then. */
  readonly all: Resources;
  /** What is to be written: what was asked for, and what goes into one file, or is weighed against it. */
  readonly due: Resources;
}

/** Fields whose 0 means something. */
const ZEROS = ['burst', 'idle', 'swappiness'];

export function mergeResources(old: Resources, asked: Resources): Merged {
  const memory = mergeMemory(old.memory, given(asked.memory));
  const cpu = mergeCpu(old.cpu, given(asked.cpu));
  const blockIO = mergeBlockIo(old.blockIO, given(asked.blockIO));
  const pids = { ...old.pids, ...asked.pids };
  const hugepageLimits = upsert(old.hugepageLimits, asked.hugepageLimits, ({ pageSize }) => pageSize);
  const priorities = upsert(old.network?.priorities, asked.network?.priorities, ({ name }) => name);
  const network = { ...old.network, ...given(asked.network), priorities };
  const rdma = { ...old.rdma, ...asked.rdma };
  const unified = { ...old.unified, ...asked.unified };
  const { devices: _, ...withoutDevices } = asked;
  const all = { ...old, memory, cpu, blockIO, pids, hugepageLimits, network, rdma, unified };
  return {
    all,
    due: { ...withoutDevices, memory: dueMemory(given(asked.memory), memory), cpu: dueCpu(given(asked.cpu), cpu) },
  };
}

/** Without the zeros that mean "not set". */
function given<T extends object>(fields: T | undefined): Partial<T> {
  const left: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields ?? {})) {
    if ((value === 0 && !ZEROS.includes(name)) || value === '' || value === undefined) continue;
    left[name] = value;
  }
  return left as Partial<T>;
}

/** No limit of memory means none of memory and swap either, unless that is said as well. */
function mergeMemory(old: MemoryLimits = {}, asked: MemoryLimits): MemoryLimits {
  const merged = { ...old, ...asked };
  return asked.limit === -1 && asked.swap === undefined ? { ...merged, swap: -1 } : merged;
}

/** Limit and swap are weighed against each other, and one file of cgroup v2 holds their difference. */
function dueMemory(asked: MemoryLimits, { limit, swap }: MemoryLimits): MemoryLimits {
  if (asked.limit === undefined && asked.swap === undefined) return asked;
  return { ...asked, ...(limit === undefined ? {} : { limit }), ...(swap === undefined ? {} : { swap }) };
}

/** An idle cgroup has the least weight: its shares are void. */
function mergeCpu(old: CpuLimits = {}, asked: CpuLimits): CpuLimits {
  const { shares, ...others } = { ...old, ...asked };
  return (asked.idle === 1 && asked.shares === undefined) || shares === undefined ? others : { ...others, shares };
}

/** Quota and period are one file of cgroup v2. */
function dueCpu(asked: CpuLimits, { quota, period }: CpuLimits): CpuLimits {
  if (asked.quota === undefined && asked.period === undefined) return asked;
  return { ...asked, ...(quota === undefined ? {} : { quota }), ...(period === undefined ? {} : { period }) };
}

function mergeBlockIo(old: BlockIoLimits = {}, asked: BlockIoLimits): BlockIoLimits {
  const merged: Record<string, unknown> = { ...old, ...asked };
  for (const [name, value] of Object.entries(asked)) {
    const former = old[name as keyof BlockIoLimits];
    if (!Array.isArray(value) || !Array.isArray(former)) continue;
    merged[name] = upsert(
      former as { major: number; minor: number }[],
      value as { major: number; minor: number }[],
      ({ major, minor }) => `${major}:${minor}`,
    );
  }
  return merged;
}

function upsert<T>(old: readonly T[] = [], asked: readonly T[] = [], keyOf: (one: T) => string): readonly T[] {
  const found = new Map(old.map((one) => [keyOf(one), one]));
  for (const one of asked) found.set(keyOf(one), one);
  return [...found.values()];
}
