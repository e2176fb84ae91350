// The limits whose cost is measured, and what the kernel alone needs for them: the same values written into the files of a
// cgroup that was made for it, on whatever layout this host has.

import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { mountedHierarchies } from './cgroups.js';
import { quantile } from './figures.js';

const MIB = 1024 * 1024;
const ROUNDS = 40;

/** linux.resources as engines fill it for `--memory --cpus --cpu-shares --cpuset-cpus --pids-limit`. */
export const limits = {
  memory: { limit: 64 * MIB, reservation: 32 * MIB },
  cpu: { shares: 512, quota: 50_000, period: 100_000, cpus: '0' },
  pids: { limit: 100 },
};

/** What is written for them, in each cgroup of v1 and in the one of v2. */
const files: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  memory: {
    'memory.limit_in_bytes': String(limits.memory.limit),
    'memory.soft_limit_in_bytes': String(limits.memory.reservation),
  },
  cpu: {
    'cpu.shares': String(limits.cpu.shares),
    'cpu.cfs_period_us': String(limits.cpu.period),
    'cpu.cfs_quota_us': String(limits.cpu.quota),
  },
  cpuset: { 'cpuset.cpus': limits.cpu.cpus },
  pids: { 'pids.max': String(limits.pids.limit) },
};
const unified: Readonly<Record<string, string>> = {
  'memory.max': String(limits.memory.limit),
  'memory.low': String(limits.memory.reservation),
  'cpu.weight': '59',
  'cpu.max': `${limits.cpu.quota} ${limits.cpu.period}`,
  'cpuset.cpus': limits.cpu.cpus,
  'pids.max': String(limits.pids.limit),
};

/**
 * Milliseconds, the median of some rounds, each in new cgroups.
 * @throws {Error} when the kernel refuses one
 */
export function timeOfWrites(): number {
  const times = Array.from({ length: ROUNDS }, () => timeRound());
  return quantile(times, 0.5);
}

function timeRound(): number {
  const folders: string[] = [];
  try {
    const writes = mountedHierarchies().flatMap(({ mountPoint, controllers, own }) => {
      const values = controllers === '' ? unifiedValues(mountPoint) : valuesOf(controllers);
      if (Object.keys(values).length === 0) return [];
      const folder = join(mountPoint, own, `caisson-bench-writes-${process.pid}`);
      mkdirSync(folder);
      folders.push(folder);
      return Object.entries(values).map(([file, value]) => [join(folder, file), value] as const);
    });
    const begun = performance.now();
    for (const [file, value] of writes) writeFileSync(file, value);
    return performance.now() - begun;
  } finally {
    for (const folder of folders) rmdirSync(folder);
  }
}

function valuesOf(controllers: string): Readonly<Record<string, string>> {
  return Object.assign({}, ...controllers.split(',').map((controller) => files[controller] ?? {})) as Readonly<
    Record<string, string>
  >;
}

/** Where cgroup v2 has no other beside it. (A hybrid host's has no controllers.) */
function unifiedValues(mountPoint: string): Readonly<Record<string, string>> {
  return mountPoint === '/sys/fs/cgroup' ? unified : {};
}
