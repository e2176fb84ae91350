import { type Cases, MAPPING, namespaces, userNamespace } from './case.js';

const line = (containerID: number, hostID: number, size: number) => ({ containerID, hostID, size });
const LAST = 4_294_967_294;
const lines = (count: number, hostID = 0) => Array.from({ length: count }, (_, at) => line(at, hostID + at, 1));
const idmapped = (uidMappings: unknown) => ({
  mounts: [{ destination: '/d', source: '/s', options: ['bind', 'idmap'], uidMappings, gidMappings: [MAPPING] }],
});
const offsets = (monotonic: object, boottime: object = {}) => ({ 'linux/timeOffsets': { monotonic, boottime } });
const time = namespaces([], { type: 'time' });
const joinedUser = namespaces([], { type: 'user', path: '/proc/1/ns/user' });

export const NAMESPACES: Cases = {
  'namespace-duplicate': {
    hits: [
      [
        { 'linux/namespaces': [{ type: 'uts' }, { type: 'mount' }, { type: 'pid' }, { type: 'pid', path: '/p' }] },
        'linux/namespaces/3',
        'names the pid namespace again, after linux/namespaces/2',
      ],
    ],
    misses: [namespaces([])],
  },
  'namespace-path': {
    hits: [
      [
        namespaces(['ipc'], { type: 'ipc', path: 'ns/ipc' }),
        'linux/namespaces/4/path',
        'must be an absolute path, but is "ns/ipc"',
      ],
    ],
    misses: [namespaces(['ipc'], { type: 'ipc', path: '' }), namespaces(['ipc'], { type: 'ipc', path: '/ns' })],
  },
  'time-namespace': {
    hits: [
      [offsets({ secs: 1 }), 'linux/timeOffsets', 'needs a time namespace'],
      [
        { ...namespaces([], { type: 'time', path: '/proc/1/ns/time' }), ...offsets({}, { nanosecs: 1 }) },
        'linux/timeOffsets',
        'cannot be set in a time namespace that is joined',
      ],
    ],
    misses: [
      { ...time, ...offsets({ secs: -5 }, { secs: 5 }) },
      offsets({ secs: 0 }, { nanosecs: 0 }),
      namespaces([], { type: 'time', path: '/proc/1/ns/time' }),
    ],
  },
  'time-nanoseconds': {
    hits: [
      [
        { ...time, ...offsets({ nanosecs: 1_000_000_000 }) },
        'linux/timeOffsets/monotonic/nanosecs',
        'must be below 1000000000, but is 1000000000',
      ],
      [{ ...time, ...offsets({}, { nanosecs: 4e9 }) }, 'linux/timeOffsets/boottime/nanosecs', /^must be below/],
    ],
    misses: [{ ...time, ...offsets({ nanosecs: 999_999_999 }) }],
  },
  'cover-namespace': {
    hits: [
      [
        { ...namespaces(['mount']), 'linux/readonlyPaths': [] },
        'linux/maskedPaths',
        'needs a mount namespace, or it would cover files of the host',
      ],
      [{ ...namespaces(['mount']), 'linux/maskedPaths': [] }, 'linux/readonlyPaths', /^needs a mount namespace/],
    ],
    misses: [
      { ...namespaces(['mount']), 'linux/maskedPaths': [], 'linux/readonlyPaths': undefined },
      namespaces(['mount'], { type: 'mount', path: '/m' }),
    ],
  },
  'mapping-namespace': {
    hits: [
      [{ 'linux/uidMappings': [MAPPING] }, 'linux/uidMappings', 'needs a user namespace'],
      [{ 'linux/gidMappings': [MAPPING] }, 'linux/gidMappings', 'needs a user namespace'],
    ],
    misses: [
      { 'linux/uidMappings': [], 'linux/gidMappings': [] },
      userNamespace([MAPPING]),
      { ...joinedUser, 'linux/uidMappings': [MAPPING], 'linux/gidMappings': [MAPPING] },
    ],
  },
  'mapping-missing': {
    hits: [
      [userNamespace([]), 'linux/uidMappings', 'is required for a new user namespace'],
      [userNamespace([MAPPING], []), 'linux/gidMappings', 'is required for a new user namespace'],
    ],
    misses: [joinedUser],
  },
  'mapping-size': {
    hits: [
      [userNamespace([MAPPING, line(5, 5, 0)]), 'linux/uidMappings/1/size', 'must not be 0: the line maps nothing'],
      [idmapped([line(0, 0, 0)]), 'mounts/0/uidMappings/0/size', /^must not be 0/],
    ],
    misses: [userNamespace([line(0, 0, 1)]), idmapped([line(0, 0, 1)])],
  },
  'mapping-range': {
    hits: [
      [
        userNamespace([MAPPING, line(LAST, 5, 2)]),
        'linux/uidMappings/1/containerID',
        'and its size reach to 4294967295, and ids end at 4294967294',
      ],
      [userNamespace([line(0, 5, 4_294_967_291)]), 'linux/uidMappings/0/hostID', /^and its size reach to 4294967295/],
      [idmapped([line(4_294_967_295, 0, 1)]), 'mounts/0/uidMappings/0/containerID', /reach to 4294967295/],
    ],
    misses: [userNamespace([line(0, 0, 4_294_967_295)]), userNamespace([MAPPING, line(LAST, LAST, 1)])],
  },
  'mapping-overlap': {
    hits: [
      [
        userNamespace([line(0, 1000, 10), line(9, 2000, 10)]),
        'linux/uidMappings/1/containerID',
        'overlaps with linux/uidMappings/0',
      ],
      [userNamespace([line(0, 1000, 10), line(10, 1009, 1)]), 'linux/uidMappings/1/hostID', /^overlaps with/],
      [idmapped([line(0, 0, 5), line(5, 4, 5)]), 'mounts/0/uidMappings/1/hostID', /^overlaps with mounts\/0/],
    ],
    misses: [userNamespace([line(0, 1000, 10), line(10, 1010, 10)]), userNamespace([line(10, 0, 10), line(0, 10, 10)])],
  },
  'mapping-count': {
    hits: [
      [userNamespace(lines(341)), 'linux/uidMappings', 'must have at most 340 lines, but has 341'],
      [idmapped(lines(341)), 'mounts/0/uidMappings', 'must have at most 340 lines, but has 341'],
    ],
    misses: [userNamespace(lines(340)), idmapped(lines(340))],
  },
  'mapping-length': {
    hits: [
      [userNamespace(lines(300, 100_000_000)), 'linux/uidMappings', /^takes \d+ bytes, and the kernel takes 4095$/],
    ],
    misses: [userNamespace(lines(250, 100_000_000))],
  },
  'user-mapped': {
    hits: [
      [{ ...userNamespace([line(1, 1, 10)]) }, 'process/user/uid', 'is 0, which linux.uidMappings does not map'],
      [
        { ...userNamespace([MAPPING]), 'process/user': { uid: 0, gid: 65_536 } },
        'process/user/gid',
        'is 65536, which linux.gidMappings does not map',
      ],
      [
        { ...userNamespace([MAPPING]), 'process/user/additionalGids': [5, 70_000] },
        'process/user/additionalGids/1',
        /^is 70000, which/,
      ],
    ],
    misses: [
      { ...userNamespace([MAPPING]), 'process/user': { uid: 65_535, gid: 65_535, additionalGids: [1] } },
      { ...joinedUser, 'process/user': { uid: 70_000, gid: 70_000 } },
    ],
  },
};

const sysctl = (settings: object) => ({ 'linux/sysctl': settings });

export const SYSCTL: Cases = {
  'sysctl-path': {
    hits: [
      [sysctl({ 'net/../kernel/core_pattern': '|/x' }), 'linux/sysctl/net~1..~1kernel~1core_pattern', /no name/],
      [sysctl({ 'net..x': '1' }), 'linux/sysctl/net..x', 'is no name of a setting'],
      [sysctl({ 'net.': '1' }), 'linux/sysctl/net.', 'is no name of a setting'],
    ],
    misses: [sysctl({ 'net.ipv4.conf.eno2/100.rp_filter': '1' })],
  },
  'sysctl-known': {
    hits: [
      [sysctl({ 'vm.swappiness': '1' }), 'linux/sysctl/vm.swappiness', /^is a setting of the whole machine/],
      [sysctl({ 'kernel/core_pattern': '|/x' }), 'linux/sysctl/kernel~1core_pattern', /^is a setting of the whole/],
    ],
    misses: [sysctl({ 'kernel.shmmax': '1', 'fs.mqueue.msg_max': '2', 'net.core.somaxconn': '3' })],
  },
  'sysctl-namespace': {
    hits: [
      [
        { ...namespaces(['network']), ...sysctl({ 'net.core.somaxconn': '3' }) },
        'linux/sysctl/net.core.somaxconn',
        'needs a namespace of type network, or it would change the host',
      ],
      [{ ...namespaces(['ipc']), ...sysctl({ 'kernel/sem': '1' }) }, 'linux/sysctl/kernel~1sem', /type ipc/],
      [
        { ...namespaces(['uts']), hostname: '', ...sysctl({ 'kernel.domainname': 'd' }) },
        'linux/sysctl/kernel.domainname',
        /type uts/,
      ],
      [sysctl({ 'user.max_pid_namespaces': '1' }), 'linux/sysctl/user.max_pid_namespaces', /type user/],
    ],
    misses: [
      { ...namespaces(['network'], { type: 'network', path: '/n' }), ...sysctl({ 'net/core/somaxconn': '3' }) },
      { ...userNamespace([MAPPING]), ...sysctl({ 'user.max_pid_namespaces': '1' }) },
    ],
  },
  'sysctl-property': {
    hits: [
      [sysctl({ 'kernel.hostname': 'other' }), 'linux/sysctl/kernel.hostname', 'contradicts hostname'],
      [
        { domainname: 'd', ...sysctl({ 'kernel/domainname': 'e' }) },
        'linux/sysctl/kernel~1domainname',
        'contradicts domainname',
      ],
    ],
    misses: [
      { hostname: '', ...sysctl({ 'kernel.hostname': 'h' }) },
      { domainname: 'd', ...sysctl({ 'kernel.domainname': 'd' }) },
    ],
  },
  'sysctl-duplicate': {
    hits: [
      [
        sysctl({ 'net.core.somaxconn': '3', 'net/core/somaxconn': '4' }),
        'linux/sysctl/net~1core~1somaxconn',
        'sets the same as net.core.somaxconn',
      ],
    ],
    misses: [sysctl({ 'net.core.somaxconn': '3', 'net/core/somaxcon': '4' })],
  },
};
