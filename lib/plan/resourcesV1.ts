/**
 * Memory, CPU and CPU sets of linux.resources → files of cgroup v1. Called by resources.ts. Pure.
 * Sources: config-linux.md#memory, config-linux.md#cpu, cgroup-v1/memory.rst, cgroup-v1/cpusets.rst, sched-bwc.rst.
 */
import type { CpuLimits, MemoryLimits } from '../spec/types.gen.js';
import { amount, type Asked, isSet, type Write } from './resourceWrite.js';

const MEMORY = 'linux/resources/memory';
const CPU = 'linux/resources/cpu';

/** MIN_SHARES and MAX_SHARES of kernel/sched: it takes what is beyond as these. */
const SHARES = { least: 2, most: 262_144 };

const AMOUNTS: readonly (readonly [keyof MemoryLimits & ('limit' | 'swap' | 'reservation' | 'kernelTCP'), string])[] = [
  ['limit', 'memory.limit_in_bytes'], // before swap, which must not be below it
  ['swap', 'memory.memsw.limit_in_bytes'],
  ['reservation', 'memory.soft_limit_in_bytes'],
  ['kernelTCP', 'memory.kmem.tcp.limit_in_bytes'],
];

/** Controller `memory`. */
export function memory({ resources: { memory: limits = {} }, warn }: Asked): Write[] {
  const writes: Write[] = [];
  for (const [field, file] of AMOUNTS) {
    const value = limits[field];
    const pointer = `${MEMORY}/${field}`;
    if (isSet(value)) writes.push({ file, value: amount(value, pointer), pointer });
  }
  const { kernel, swappiness, disableOOMKiller, useHierarchy } = limits;
  if (isSet(kernel) && kernel !== -1) {
    // memory.kmem.limit_in_bytes takes any value since Linux 5.16 and does nothing with it.
    warn(`${MEMORY}/kernel`, 'the kernel has no limit for its own memory alone any more; it counts towards the limit');
  }
  if (swappiness !== undefined) {
    writes.push({ file: 'memory.swappiness', value: swappiness.toString(), pointer: `${MEMORY}/swappiness` });
  }
  // False is what engines write for what is not set, and a new cgroup has the killer.
  if (disableOOMKiller === true) {
    writes.push({ file: 'memory.oom_control', value: '1', pointer: `${MEMORY}/disableOOMKiller` });
  }
  if (useHierarchy === true) {
    const pointer = `${MEMORY}/useHierarchy`;
    writes.push({
      file: 'memory.use_hierarchy',
      value: '1',
      pointer,
      optional: true,
      why: 'always so since Linux 5.11',
    });
  }
  return writes;
}

/** Controller `cpu`. */
export function cpu({ resources: { cpu: limits = {} }, warn }: Asked): Write[] {
  const writes: Write[] = [];
  const put = (field: keyof CpuLimits, file: string, value: string): void => {
    writes.push({ file, value, pointer: `${CPU}/${field}` });
  };
  const { shares, period, quota, realtimePeriod, realtimeRuntime } = limits;
  if (isSet(shares)) put('shares', 'cpu.shares', sharesOf(shares, warn));
  if (isSet(period)) put('period', 'cpu.cfs_period_us', period.toString());
  if (isSet(quota)) put('quota', 'cpu.cfs_quota_us', quota < 0 ? '-1' : quota.toString());
  writes.push(...newer(limits, 'cpu.cfs_burst_us'));
  if (isSet(realtimePeriod)) put('realtimePeriod', 'cpu.rt_period_us', realtimePeriod.toString());
  if (isSet(realtimeRuntime)) put('realtimeRuntime', 'cpu.rt_runtime_us', realtimeRuntime.toString());
  return writes;
}

/** What kernels have had since 5.14 (burst) and 5.15 (idle), in both versions: on an older one only 0 asks for nothing. */
export function newer({ burst, idle }: CpuLimits, burstFile: string): Write[] {
  const writes: Write[] = [];
  const put = (field: keyof CpuLimits, file: string, value: number | bigint): void => {
    const write = { file, value: value.toString(), pointer: `${CPU}/${field}` };
    writes.push(value === 0 ? { ...write, optional: true } : write);
  };
  if (burst !== undefined) put('burst', burstFile, burst);
  if (idle !== undefined) put('idle', 'cpu.idle', idle);
  return writes;
}

function sharesOf(shares: number | bigint, warn: Asked['warn']): string {
  const taken = shares < SHARES.least ? SHARES.least : shares > SHARES.most ? SHARES.most : shares;
  if (taken !== shares) warn(`${CPU}/shares`, `the kernel takes ${shares} as ${taken}`);
  return taken.toString();
}

/** Controller `cpuset`, the same in both versions. */
export function cpuset({ resources: { cpu: limits = {} } }: Asked): Write[] {
  const writes: Write[] = [];
  // Engines written in Go send '' for what is not set.
  if (limits.cpus) writes.push({ file: 'cpuset.cpus', value: limits.cpus, pointer: `${CPU}/cpus` });
  if (limits.mems) writes.push({ file: 'cpuset.mems', value: limits.mems, pointer: `${CPU}/mems` });
  return writes;
}
