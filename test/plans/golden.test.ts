/** Golden plans of whole containers, on each layout of cgroups. */
import { test } from '@jest/globals';
import type { CgroupLayout } from '../../lib/plan/cgroupLayout.js';
import { compile } from '../../lib/plan/compile.js';
import type { Place } from '../../lib/plan/place.js';
import { defaultSpec } from '../../lib/spec/default.js';
import type { Spec } from '../../lib/spec/types.gen.js';
import { expectGolden, FILTER, hostWith, PLACE } from './golden.js';

interface Case {
  readonly name: string;
  readonly layout: CgroupLayout['kind'];
  readonly spec: Spec;
  readonly place?: Partial<Place>;
}

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

const CASES: readonly Case[] = [
  { name: 'default-v1', layout: 'v1', spec: standard('v1') },
  { name: 'default-hybrid', layout: 'hybrid', spec: standard('hybrid') },
  { name: 'default-v2', layout: 'v2', spec: standard('v2') },
  { name: 'default-v2-without-cgroup-namespace', layout: 'v2', spec: standard('hybrid') },
  { name: 'run-without-gate', layout: 'hybrid', spec: standard('hybrid'), place: { gate: false } },
  { name: 'rich-hybrid', layout: 'hybrid', spec: rich },
  { name: 'rich-v2', layout: 'v2', spec: rich },
];

test.each(CASES)('$name', ({ name, layout, spec, place }) => {
  expectGolden(name, compile(spec, { ...PLACE, ...place }, hostWith(layout), FILTER));
});
