// Twists (twists.ts) of everything but `linux`.

import type { Json } from './text.js';
import type { Twist } from './twists.js';

const GONE = undefined;

const ns = (...types: string[]): Json => types.map((type) => ({ type }));
const ids = (containerID: number, hostID: number, size: number): Json => ({ containerID, hostID, size });
const limit = (type: string, soft: number | bigint, hard: number | bigint): Json => ({ type, soft, hard });
const mount = (destination: string, ...options: string[]): Json => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options,
});

/** Of the parts that all platforms share, and of the process. */
export const COMMON_TWISTS: readonly Twist[] = [
  ...['banana', '', '1', '1.0', '2.0.0', '0.9.0', '1.0.0.0', '01.0.0', '1.3.0-'].map((ociVersion): Twist => [
    'plain',
    { ociVersion },
  ]),
  ['plain', { ociVersion: '1.99.0+build' }],
  ['plain', { root: GONE }],
  ['plain', { 'root/path': '' }],
  ['plain', { process: GONE }],
  ['plain', { linux: GONE }],
  ['plain', { hostname: 'x'.repeat(65) }],
  ['plain', { hostname: 'é'.repeat(33) }],
  ['plain', { hostname: 'x'.repeat(64) }],
  ['names', { domainname: 'x'.repeat(65), hostname: GONE }],
  ['plain', { 'linux/namespaces': ns('pid', 'mount', 'network', 'ipc') }],
  ['names', { 'linux/namespaces': ns('pid', 'mount', 'network', 'ipc'), hostname: GONE }],
  ['joined namespaces', { hostname: 'other', domainname: 'other' }],
  ['plain', { mounts: [mount('')] }],
  ['plain', { mounts: [mount('proc')] }],
  ['plain', { mounts: [mount('/a/../..')] }],
  ['plain', { mounts: [mount('/')] }],
  ['plain', { mounts: [mount('/a'), mount('/a')] }],
  ...[
    ['ro', 'rw'],
    ['suid', 'nosuid'],
    ['bind', 'rbind'],
    ['private', 'shared'],
    ['bind', 'idmap', 'ridmap'],
    ['idmap'],
    ['ro', 'ro'],
    [''],
  ].map((options): Twist => ['plain', { mounts: [mount('/a', ...options)] }]),
  ['plain', { mounts: [{ destination: '/a', options: ['bind'] }] }],
  ['plain', { mounts: [{ destination: '/a', type: 'bind', source: 'a' }] }],
  ['idmapped mounts', { 'mounts/3/gidMappings': GONE }],
  ['idmapped mounts', { 'mounts/3/uidMappings': GONE }],
  ['idmapped mounts', { 'mounts/3/options': ['rw'] }],
  ['idmapped mounts', { 'mounts/3/options': GONE }],
  ['idmapped mounts', { 'mounts/3/type': 'tmpfs', 'mounts/3/options': ['idmap'] }],
  ['idmapped mounts', { 'mounts/3/uidMappings': [ids(0, 0, 0)] }],
  ['idmapped mounts', { 'mounts/3/uidMappings': [ids(0, 0, 10), ids(5, 100, 10)] }],
  ['idmapped mounts', { 'mounts/3/uidMappings': [], 'mounts/3/gidMappings': [] }],
  ['hooks', { annotations: { '': 'x' } }],
  ['hooks', { annotations: { '': 5 } }],
  ['hooks', { annotations: { '\n': 5 } }],
  ['plain', { 'linux/sysctl': { '': 5 } }],
  ['cgroup v2 by its files', { 'linux/resources/unified': { '': 5 } }],
  ['hooks', { annotations: { 'org.opencontainers.image.os': 'x', plain: 'x' } }],
  ...['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'].flatMap(
    (kind): Twist[] => [
      ['hooks', { [`hooks/${kind}/0/path`]: 'relative' }],
      ['hooks', { [`hooks/${kind}/0/path`]: '' }],
      ['hooks', { [`hooks/${kind}/0/env`]: ['NOTHING'] }],
      ['hooks', { [`hooks/${kind}/0/args`]: [] }],
      ['hooks', { [`hooks/${kind}/0/args`]: [''] }],
      ['hooks', { [`hooks/${kind}/0/timeout`]: 1e9 }],
      ['hooks', { [`hooks/${kind}/0/timeout`]: 1e15 }],
    ],
  ),
  // The process.
  ['plain', { 'process/args': GONE }],
  ['plain', { 'process/args': [] }],
  ['plain', { 'process/args': [''] }],
  ...['', 'root', '.', '/a/../..'].map((cwd): Twist => ['plain', { 'process/cwd': cwd }]),
  ...['A', '=A', '/A=b', '', 'A=b', ' =b'].map((entry): Twist => ['plain', { 'process/env': ['A=a', entry] }]),
  ['plain', { 'process/user/uid': 4294967295 }],
  ['plain', { 'process/user/gid': 4294967295 }],
  ['plain', { 'process/user/additionalGids': [4294967295] }],
  ['plain', { 'process/user/additionalGids': [5, 5] }],
  ['plain', { 'process/user/umask': 512 }],
  ['plain', { 'process/consoleSize': { height: 25, width: 80 } }],
  ['terminal', { 'process/consoleSize': { height: 65536, width: 1 } }],
  ['plain', { 'process/oomScoreAdj': 1001 }],
  ['plain', { 'process/oomScoreAdj': -1001 }],
  ['plain', { 'process/rlimits': [limit('RLIMIT_FILES', 1, 1)] }],
  ['plain', { 'process/rlimits': [limit('RLIMIT_CORE', 1, 1), limit('RLIMIT_CORE', 2, 2)] }],
  ['plain', { 'process/rlimits': [limit('RLIMIT_CORE', 1, 1), limit('RLIMIT_CORE', 1, 1)] }],
  ['plain', { 'process/rlimits': [limit('RLIMIT_CORE', 2n ** 64n - 1n, 2n ** 64n - 2n)] }],
  ...['CAP_NONE', 'KILL', 'cap_kill', ''].map((name): Twist => [
    'privileges',
    { 'process/capabilities/bounding': [name] },
  ]),
  ['privileges', { 'process/capabilities/permitted': [] }],
  ['privileges', { 'process/capabilities/inheritable': [] }],
  ['privileges', { 'process/capabilities/bounding': ['CAP_KILL', 'CAP_KILL'] }],
  ...['SCHED_OTHER', 'SCHED_FIFO', 'SCHED_RR', 'SCHED_BATCH', 'SCHED_ISO', 'SCHED_IDLE', 'SCHED_DEADLINE'].flatMap(
    (policy): Twist[] => [
      ['plain', { 'process/scheduler': { policy } }],
      ['plain', { 'process/scheduler': { policy, nice: 5 } }],
      ['plain', { 'process/scheduler': { policy, nice: 20 } }],
      ['plain', { 'process/scheduler': { policy, nice: -21 } }],
      ['plain', { 'process/scheduler': { policy, priority: 0 } }],
      ['plain', { 'process/scheduler': { policy, priority: 50 } }],
      ['plain', { 'process/scheduler': { policy, priority: 100 } }],
      ['plain', { 'process/scheduler': { policy, runtime: 5, deadline: 4, period: 3 } }],
      ['plain', { 'process/scheduler': { policy, runtime: 100000, deadline: 200000, period: 100000 } }],
      ['plain', { 'process/scheduler': { policy, flags: ['SCHED_FLAG_RECLAIM', 'SCHED_FLAG_RECLAIM'] } }],
    ],
  ),
  ...['IOPRIO_CLASS_RT', 'IOPRIO_CLASS_BE', 'IOPRIO_CLASS_IDLE'].flatMap((name): Twist[] => [
    ['plain', { 'process/ioPriority': { class: name } }],
    ['plain', { 'process/ioPriority': { class: name, priority: 7 } }],
    ['plain', { 'process/ioPriority': { class: name, priority: 8 } }],
    ['plain', { 'process/ioPriority': { class: name, priority: -1 } }],
  ]),
  ...['', '-', '3-1', '0,', '0--1', '1 2', '4096', '99999999999'].flatMap((cpus): Twist[] => [
    ['nice', { 'process/execCPUAffinity/initial': cpus }],
    ['nice', { 'process/execCPUAffinity/final': cpus }],
  ]),
  ['plain', { 'process/apparmorProfile': 'a b' }],
  ['plain', { 'process/apparmorProfile': 'a\nb' }],
  ['plain', { 'process/selinuxLabel': 'a\nb' }],
  ['plain', { 'linux/mountLabel': 'a\nb' }],
];
