/** Whole containers, on each layout of cgroups. */
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Spec } from '../../../lib/spec/types.gen.js';
import { container, type Golden, hostWith } from './world.js';

const standard = (layout: CgroupLayout['kind']): Spec => defaultSpec({ cgroupNamespace: layout === 'v2' });

const rich: Spec = {
  ...standard('hybrid'),
  process: {
    ...standard('hybrid').process!,
    terminal: false,
    cwd: '/srv/app/',
    user: { uid: 1000, gid: 1000, additionalGids: [5, 20], umask: 0o77 },
    noNewPrivileges: false,
    oomScoreAdj: 500,
    env: ['PATH=/bin', 'A=1', 'A=2'],
    args: ['server', '--port', '80'],
  },
  domainname: 'example',
  mounts: [
    ...(standard('hybrid').mounts ?? []),
    { destination: 'data/../srv', source: 'data', options: ['rbind', 'ro', 'nosuid', 'rprivate'] },
    { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['ro', 'noatime', 'size=1m'] },
  ],
  linux: {
    ...standard('hybrid').linux!,
    namespaces: [...(standard('hybrid').linux?.namespaces ?? []), { type: 'cgroup' }],
    cgroupsPath: '/pods/web',
    resources: {
      memory: { limit: 67_108_864 },
      pids: { limit: 64 },
      devices: [
        { allow: false, access: 'rwm' },
        { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
      ],
    },
    devices: [{ path: '/dev/fuse', type: 'c', major: 10, minor: 229, fileMode: 0o600, uid: 0, gid: 0 }],
    seccomp: { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['reboot'], action: 'SCMP_ACT_ERRNO' }] },
  },
};

export const CONTAINERS: readonly Golden[] = [
  ...(['v1', 'hybrid', 'v2'] as const).map((layout) =>
    container(`default-${layout}`, standard(layout), { facts: hostWith(layout) }),
  ),
  container('default-v2-without-cgroup-namespace', standard('hybrid')),
  container('run-without-gate', standard('hybrid'), { facts: hostWith('hybrid'), place: { gate: false } }),
  container('rich-hybrid', rich, { facts: hostWith('hybrid') }),
  container('rich-v2', rich),
];
