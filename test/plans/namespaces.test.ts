/** Golden plans of the four shapes in which namespaces are made and joined. */
import { test } from '@jest/globals';
import type { CgroupLayout } from '../../lib/plan/cgroupLayout.js';
import { compile } from '../../lib/plan/compile.js';
import { defaultSpec } from '../../lib/spec/default.js';
import type { Linux, Namespace, Spec } from '../../lib/spec/types.gen.js';
import { expectGolden, FILTER, hostWith, PLACE } from './golden.js';

interface Case {
  readonly name: string;
  readonly layout: CgroupLayout['kind'];
  readonly spec: Spec;
}

const RANGES = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
const MAPPINGS = { uidMappings: RANGES, gidMappings: [...RANGES, { containerID: 65_536, hostID: 44, size: 1 }] };
const FIRST = ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup', 'time'] as const;

/** A container in these namespaces; those that are named are joined. */
function inSpaces(
  own: readonly Namespace['type'][],
  joined: readonly Namespace['type'][],
  linux: Partial<Linux>,
): Spec {
  const base = defaultSpec({ cgroupNamespace: true });
  const list = [...own.map((type) => ({ type })), ...joined.map((type) => ({ type, path: `/proc/42/ns/${type}` }))];
  const process = { ...base.process!, terminal: false, oomScoreAdj: -500 };
  return { ...base, process, hostname: '', linux: { ...base.linux, ...linux, namespaces: list } };
}

const CASES: readonly Case[] = [
  {
    name: 'namespaces-joined',
    layout: 'v2',
    spec: inSpaces(['mount'], ['pid', 'network', 'ipc', 'uts', 'cgroup', 'time'], {}),
  },
  { name: 'namespaces-none', layout: 'v2', spec: inSpaces([], [], { maskedPaths: [], readonlyPaths: [] }) },
  {
    name: 'sysctl',
    layout: 'v2',
    spec: inSpaces(['pid', 'mount', 'ipc', 'uts'], ['network'], {
      sysctl: {
        'net.ipv4.conf.eth0/100.rp_filter': '1',
        'net/core/somaxconn': '128',
        'kernel.msgmax': '4096',
        'kernel.domainname': 'example.org',
      },
    }),
  },
  {
    name: 'namespaces-user-new',
    layout: 'v2',
    spec: inSpaces([...FIRST, 'user'], [], { ...MAPPINGS, timeOffsets: { boottime: { secs: 86_400 } } }),
  },
  {
    name: 'namespaces-user-new-beside-joined',
    layout: 'hybrid',
    spec: inSpaces(['mount', 'pid', 'ipc', 'user'], ['network', 'uts'], MAPPINGS),
  },
  {
    name: 'namespaces-user-joined',
    layout: 'v2',
    spec: inSpaces(['mount', 'pid', 'cgroup'], ['user', 'network', 'ipc', 'uts'], MAPPINGS),
  },
];

test('network-devices', () => {
  const devices = { eth1: {}, 'ens5f0.7': { name: 'lan%d' } };
  const spec = inSpaces(['mount', 'pid', 'user'], ['network'], { ...MAPPINGS, netDevices: devices });
  expectGolden('network-devices', compile(spec, PLACE, hostWith('v2'), FILTER));
});

test.each(CASES)('$name', ({ name, layout, spec }) => {
  expectGolden(name, compile(spec, PLACE, hostWith(layout), FILTER));
});
