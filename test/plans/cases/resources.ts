/** What every field of linux.resources becomes on each layout of cgroups, as prose. */
import { cgroups } from '../../../lib/plan/cgroups.js';
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';
import { RARE } from '../../../lib/plan/rareResources.js';
import { Slots } from '../../../lib/plan/step.js';
import { isRuntimeError } from '../../../lib/errors.js';
import type { Resources, Spec } from '../../../lib/spec/types.gen.js';
import { stepsProse } from '../../../lib/plan/prose.js';
import type { Golden } from './world.js';

const v1 = (name: string): CgroupLayout['hierarchies'][number] => ({
  name,
  controllers: name.split(','),
  mount: `/sys/fs/cgroup/${name}`,
  version: 1,
});
const V1 = ['cpu,cpuacct', 'cpuset', 'memory', 'pids', 'blkio', 'hugetlb', 'net_cls,net_prio', 'rdma', 'devices'].map(
  v1,
);

/** Hosts with every controller. That of the hybrid one has given io and pids to cgroup v2. */
export const HOSTS: Readonly<Record<string, CgroupLayout>> = {
  v1: { kind: 'v1', hierarchies: V1 },
  hybrid: {
    kind: 'hybrid',
    hierarchies: [
      ...V1.filter(({ name }) => name !== 'blkio' && name !== 'pids'),
      { name: 'unified', controllers: ['io', 'pids'], mount: '/sys/fs/cgroup/unified', version: 2 },
    ],
  },
  v2: {
    kind: 'v2',
    hierarchies: [
      {
        name: '',
        controllers: ['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids', 'rdma', 'misc'],
        mount: '/sys/fs/cgroup',
        version: 2,
      },
    ],
  },
};

const MIB = 1024 * 1024;

const CASES: Readonly<Record<string, Resources>> = {
  nothing: {},
  'zeros and empty lists, as engines send for what is not set': {
    memory: {
      limit: 0,
      reservation: 0,
      swap: 0,
      kernel: 0,
      kernelTCP: 0,
      disableOOMKiller: false,
      useHierarchy: false,
    },
    cpu: { shares: 0, quota: 0, period: 0, realtimeRuntime: 0, realtimePeriod: 0, cpus: '', mems: '' },
    blockIO: { weight: 0, leafWeight: 0, weightDevice: [], throttleReadBpsDevice: [] },
    hugepageLimits: [],
    network: { classID: 0, priorities: [] },
    rdma: {},
    unified: {},
  },
  memory: {
    memory: { limit: 64 * MIB, swap: 96 * MIB, reservation: 32 * MIB, swappiness: 0, checkBeforeUpdate: true },
  },
  'memory, without swap': { memory: { limit: 64 * MIB, swap: 64 * MIB } },
  'memory, everything of cgroup v1': {
    memory: { limit: 64 * MIB, kernel: 8 * MIB, kernelTCP: 4 * MIB, disableOOMKiller: true, useHierarchy: true },
  },
  'memory, no limits': { memory: { limit: -1, swap: -1, reservation: -1, kernel: -1, kernelTCP: -1 } },
  'memory, 63 bits': { memory: { limit: 2n ** 62n, swap: 2n ** 63n - 1n } },
  'swap without a limit of memory': { memory: { swap: MIB } },
  cpu: { cpu: { shares: 512, quota: 50_000, period: 200_000, burst: 10_000, cpus: '0-1', mems: '0' } },
  'cpu, a quota alone': { cpu: { quota: 20_000 } },
  'cpu, a period alone': { cpu: { period: 50_000 } },
  'cpu, no quota': { cpu: { quota: -1, period: 50_000 } },
  'cpu, idle': { cpu: { idle: 1 } },
  'cpu, zeros that mean something': { cpu: { idle: 0, burst: 0 } },
  'cpu, less shares than there are': { cpu: { shares: 1 } },
  'cpu, more shares than there are': { cpu: { shares: 300_000 } },
  'cpu, real time': { cpu: { realtimePeriod: 500_000, realtimeRuntime: 10_000 } },
  pids: { pids: { limit: 32 } },
  'pids, no limit': { pids: { limit: -1 } },
  'pids, zero': { pids: { limit: 0 } },
  'block devices, weights': {
    blockIO: {
      weight: 500,
      weightDevice: [
        { major: 8, minor: 0, weight: 10 },
        { major: 8, minor: 16, weight: 1000 },
      ],
    },
  },
  'block devices, leaf weights': {
    blockIO: { leafWeight: 300, weightDevice: [{ major: 8, minor: 0, leafWeight: 20 }] },
  },
  'block devices, throttles': {
    blockIO: {
      throttleReadBpsDevice: [{ major: 8, minor: 0, rate: MIB }],
      throttleWriteBpsDevice: [{ major: 8, minor: 0, rate: 2n ** 60n }],
      throttleReadIOPSDevice: [{ major: 8, minor: 0, rate: 100 }],
      throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 0 }],
    },
  },
  'huge pages': {
    hugepageLimits: [
      { pageSize: '2MB', limit: 4 * MIB },
      { pageSize: '1GB', limit: 0 },
    ],
  },
  'network, class': { network: { classID: 0x10_0001 } },
  'network, priorities': { network: { priorities: [{ name: 'eth0', priority: 5 }] } },
  rdma: { rdma: { mlx5_0: { hcaHandles: 2, hcaObjects: 2000 }, mlx5_1: { hcaObjects: 0 } } },
  'unified, beside other fields': {
    pids: { limit: 10 },
    unified: { 'pids.max': '20', 'cgroup.max.descendants': '5', 'io.max': '8:0 rbps=1\n8:16 rbps=2\n' },
  },
  'unified, memory': { unified: { 'memory.high': '1000000', 'memory.oom.group': '1' } },
  'unified, no controller': { unified: { 'nonesuch.max': '1' } },
  'unified, nobody is moved': { unified: { 'cgroup.procs': '1' } },
};

/** The writes of one case, or why there are none. */
export function writesOf(spec: Spec, layout: CgroupLayout): string[] {
  try {
    const { host, warnings } = cgroups(spec, 'web', { layout }, new Slots(), { rare: RARE });
    const limits = host.filter(({ act: { op }, pointer }) => op === 'enable-controllers' || isLimit(op, pointer));
    return [...stepsProse(limits), ...warnings.map((warning) => `  warning: ${warning}`)];
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    const { pointer = '', hint = '' } = error.details;
    return [`  refused: ${error.code}: ${pointer}: ${error.message} (${hint})`];
  }
}

/** The writes of device rules have goldens of their own. */
function isLimit(op: string, pointer: string): boolean {
  return op.startsWith('write') && pointer !== '';
}

/** Of the rules of devices, whose program of cgroup v2 is no text. */
function ruleWrites(spec: Spec): string[] {
  const { host } = cgroups(spec, 'web', { layout: HOSTS.v1! }, new Slots(), { rare: RARE });
  return stepsProse(host).filter((line) => line.includes('/devices.'));
}

const RULES: Golden = {
  file: 'device-rules',
  spec: {
    ociVersion: '1.3.0',
    linux: {
      resources: {
        devices: [
          { allow: false, access: 'rwm' },
          { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
          { allow: true, type: 'b', major: 8, access: 'r' },
        ],
      },
    },
  },
  prose: ruleWrites,
};

const LIMITS: readonly Golden[] = Object.entries(HOSTS).flatMap(([name, layout]) =>
  Object.entries(CASES).map(([title, resources]) => ({
    file: `resources-${name}`,
    title,
    spec: { ociVersion: '1.3.0', linux: { resources } },
    prose: (spec: Spec) => writesOf(spec, layout),
  })),
);

export const RESOURCES: readonly Golden[] = [RULES, ...LIMITS];
