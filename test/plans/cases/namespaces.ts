/** The four shapes in which namespaces are made and joined. */
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Linux, Namespace, Spec } from '../../../lib/spec/types.gen.js';
import { container, type Golden, hostWith } from './world.js';

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

const DEVICES = { eth1: {}, 'ens5f0.7': { name: 'lan%d' } };

export const NAMESPACES: readonly Golden[] = [
  container('namespaces-joined', inSpaces(['mount'], ['pid', 'network', 'ipc', 'uts', 'cgroup', 'time'], {})),
  container('namespaces-none', inSpaces([], [], { maskedPaths: [], readonlyPaths: [] })),
  container(
    'sysctl',
    inSpaces(['pid', 'mount', 'ipc', 'uts'], ['network'], {
      sysctl: {
        'net.ipv4.conf.eth0/100.rp_filter': '1',
        'net/core/somaxconn': '128',
        'kernel.msgmax': '4096',
        'kernel.domainname': 'example.org',
      },
    }),
  ),
  container(
    'time-offsets',
    inSpaces(FIRST, [], { timeOffsets: { monotonic: { secs: -5, nanosecs: 7 }, boottime: { secs: 60, nanosecs: 9 } } }),
  ),
  container(
    'namespaces-user-new',
    inSpaces([...FIRST, 'user'], [], { ...MAPPINGS, timeOffsets: { boottime: { secs: 86_400 } } }),
  ),
  container(
    'namespaces-user-new-beside-joined',
    inSpaces(['mount', 'pid', 'ipc', 'user'], ['network', 'uts'], MAPPINGS),
    { facts: hostWith('hybrid') },
  ),
  container(
    'namespaces-user-joined',
    inSpaces(['mount', 'pid', 'cgroup'], ['user', 'network', 'ipc', 'uts'], MAPPINGS),
  ),
  container('network-devices', inSpaces(['mount', 'pid', 'user'], ['network'], { ...MAPPINGS, netDevices: DEVICES })),
];
