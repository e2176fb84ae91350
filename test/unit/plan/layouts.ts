/** Hand-made hosts for the tests of plan: how cgroups may be mounted. */
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';

const ROOT = '/sys/fs/cgroup';

const V1: CgroupLayout['hierarchies'] = [
  { name: 'cpu,cpuacct', controllers: ['cpu', 'cpuacct'], mount: `${ROOT}/cpu,cpuacct`, version: 1 },
  { name: 'cpuset', controllers: ['cpuset'], mount: `${ROOT}/cpuset`, version: 1 },
  { name: 'devices', controllers: ['devices'], mount: `${ROOT}/devices`, version: 1 },
  { name: 'memory', controllers: ['memory'], mount: `${ROOT}/memory`, version: 1 },
  { name: 'name=systemd', controllers: [], mount: `${ROOT}/systemd`, version: 1 },
];

export const v1: CgroupLayout = { kind: 'v1', hierarchies: V1 };

/** As some hosts are: pids has not been given to v1, so v2 has it. */
export const hybrid: CgroupLayout = {
  kind: 'hybrid',
  hierarchies: [...V1, { name: 'unified', controllers: ['pids'], mount: `${ROOT}/unified`, version: 2 }],
};

export const v2: CgroupLayout = {
  kind: 'v2',
  hierarchies: [{ name: '', controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'], mount: ROOT, version: 2 }],
};
