/**
 * Which cgroup files each leaf of linux.resources is written to, found by compiling a config that has them all.
 * For generate-coverage.ts. A warning and a refusal stand where there is no file.
 */
import { isRuntimeError } from '../lib/errors.js';
import type { CgroupLayout } from '../lib/plan/cgroupLayout.js';
import { RARE } from '../lib/plan/rareResources.js';
import { resourcePlan } from '../lib/plan/resources.js';
import type { Resources } from '../lib/spec/types.gen.js';

const device = { major: 8, minor: 0 };
const throttle = [{ ...device, rate: 1 }];

/** A value for each leaf, each a config of its own: some exclude each other. */
const SAMPLES: Readonly<Record<string, Resources>> = {
  'memory/limit': { memory: { limit: 4096 } },
  'memory/reservation': { memory: { reservation: 4096 } },
  'memory/swap': { memory: { limit: 4096, swap: 8192 } },
  'memory/kernel': { memory: { kernel: 4096 } },
  'memory/kernelTCP': { memory: { kernelTCP: 4096 } },
  'memory/swappiness': { memory: { swappiness: 5 } },
  'memory/disableOOMKiller': { memory: { disableOOMKiller: true } },
  'memory/useHierarchy': { memory: { useHierarchy: true } },
  'cpu/shares': { cpu: { shares: 512 } },
  'cpu/quota': { cpu: { quota: 5000 } },
  'cpu/burst': { cpu: { burst: 5000 } },
  'cpu/period': { cpu: { period: 5000 } },
  'cpu/realtimeRuntime': { cpu: { realtimeRuntime: 5 } },
  'cpu/realtimePeriod': { cpu: { realtimePeriod: 5 } },
  'cpu/cpus': { cpu: { cpus: '0' } },
  'cpu/mems': { cpu: { mems: '0' } },
  'cpu/idle': { cpu: { idle: 1 } },
  'pids/limit': { pids: { limit: 5 } },
  'blockIO/weight': { blockIO: { weight: 100 } },
  'blockIO/leafWeight': { blockIO: { leafWeight: 100 } },
  'blockIO/weightDevice/*/weight': { blockIO: { weightDevice: [{ ...device, weight: 100 }] } },
  'blockIO/weightDevice/*/leafWeight': { blockIO: { weightDevice: [{ ...device, leafWeight: 100 }] } },
  'blockIO/throttleReadBpsDevice/*/rate': { blockIO: { throttleReadBpsDevice: throttle } },
  'blockIO/throttleWriteBpsDevice/*/rate': { blockIO: { throttleWriteBpsDevice: throttle } },
  'blockIO/throttleReadIOPSDevice/*/rate': { blockIO: { throttleReadIOPSDevice: throttle } },
  'blockIO/throttleWriteIOPSDevice/*/rate': { blockIO: { throttleWriteIOPSDevice: throttle } },
  'hugepageLimits/*/limit': { hugepageLimits: [{ pageSize: '2MB', limit: 1 }] },
  'network/classID': { network: { classID: 1 } },
  'network/priorities/*/priority': { network: { priorities: [{ name: 'eth0', priority: 1 }] } },
  'rdma/*/hcaHandles': { rdma: { device: { hcaHandles: 1 } } },
  'rdma/*/hcaObjects': { rdma: { device: { hcaObjects: 1 } } },
  unified: { unified: { 'memory.high': '1' } },
};

const V1: CgroupLayout = {
  kind: 'v1',
  hierarchies: ['memory', 'cpu', 'cpuset', 'pids', 'blkio', 'hugetlb', 'net_cls', 'net_prio', 'rdma'].map((name) => ({
    name,
    controllers: [name],
    mount: `/sys/fs/cgroup/${name}`,
    version: 1,
  })),
};
const CONTROLLERS = ['memory', 'cpu', 'cpuset', 'pids', 'io', 'hugetlb', 'rdma'];
const V2: CgroupLayout = {
  kind: 'v2',
  hierarchies: [{ name: '', controllers: CONTROLLERS, mount: '/sys/fs/cgroup', version: 2 }],
};

function filesOf(leaf: string, resources: Resources, layout: CgroupLayout): string {
  if (leaf === 'unified') return layout.kind === 'v2' ? 'those named' : 'those named, of the v2 part of a hybrid host';
  try {
    const { writes, warnings } = resourcePlan({ ociVersion: '1.3.0', linux: { resources } }, layout, RARE);
    const own = writes.filter(({ pointer }) => pointer.endsWith(`/${leaf.split('/').at(-1) ?? ''}`));
    const named = (own.length > 0 ? own : writes).map(({ file, instead }) =>
      instead === undefined ? `\`${file}\`` : `\`${file}\` or \`${instead.file}\``,
    );
    return named.length > 0 ? named.join(', ') : warnings.length > 0 ? 'none: a warning' : 'none: it is so anyway';
  } catch (error) {
    if (isRuntimeError(error)) return 'refused';
    throw error;
  }
}

/** The table as Markdown. */
export function resourceFiles(): string {
  const lines = Object.entries(SAMPLES).map(
    ([leaf, resources]) => `| \`${leaf}\` | ${filesOf(leaf, resources, V1)} | ${filesOf(leaf, resources, V2)} |`,
  );
  return [
    '| property | cgroup v1 | cgroup v2 |',
    '|---|---|---|',
    '| `devices/*` | `devices.allow`, `devices.deny` | an eBPF program |',
    ...lines,
    '| `memory/checkBeforeUpdate` | none: `update` looks before it writes | none: `update` looks before it writes |',
  ].join('\n');
}
