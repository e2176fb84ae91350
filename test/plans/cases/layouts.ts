/** The three ways in which cgroups are mounted, as facts made by hand. */
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';

function v1(name: string, directory = name): CgroupLayout['hierarchies'][number] {
  const controllers = name.startsWith('name=') ? [] : name.split(',');
  return { name, controllers, mount: `/sys/fs/cgroup/${directory}`, version: 1 };
}

const V1 = [
  v1('cpuset'),
  v1('cpu,cpuacct'),
  v1('memory'),
  v1('devices'),
  v1('pids'),
  v1('freezer'),
  v1('name=systemd', 'systemd'),
];

export const LAYOUTS: Readonly<Record<CgroupLayout['kind'], CgroupLayout>> = {
  v1: { kind: 'v1', hierarchies: V1 },
  hybrid: {
    kind: 'hybrid',
    hierarchies: [...V1, { name: 'unified', controllers: [], mount: '/sys/fs/cgroup/unified', version: 2 }],
  },
  v2: {
    kind: 'v2',
    hierarchies: [
      { name: '', controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'], mount: '/sys/fs/cgroup', version: 2 },
    ],
  },
};
