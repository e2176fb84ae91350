// The good config.jsons of bases.ts: each a config that a runtime could start, with one subject in full.

import type { Json, Tree } from './text.js';

const MAX_UINT64 = 2n ** 64n - 1n;

const NAMESPACES: Json[] = ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type }));

const MOUNTS: Json[] = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
];

/** A config that a runtime could start, with parts of `process` and `linux` added or replaced. */
function config(process: Tree, linux: Tree, rest: Tree = {}): Tree {
  return {
    ociVersion: '1.3.0',
    process: {
      args: ['sh'],
      cwd: '/',
      user: { uid: 0, gid: 0 },
      env: ['PATH=/bin:/usr/bin', 'TERM=xterm'],
      ...process,
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'box',
    mounts: structuredClone(MOUNTS),
    linux: { namespaces: structuredClone(NAMESPACES), ...linux },
    ...rest,
  };
}

const also = (...namespaces: Tree[]): Tree => ({
  namespaces: [...structuredClone(NAMESPACES), ...namespaces],
});

const ids = (containerID: number, hostID: number, size: number): Tree => ({ containerID, hostID, size });
const hook = (path: string): Tree => ({ path, args: [path, '-x'], env: ['A=b', 'PATH=/bin'], timeout: 5 });

const LIMITS =
  'AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME SIGPENDING STACK'.split(' ');
const rlimits: Json = LIMITS.map((name, index) => ({
  type: `RLIMIT_${name}`,
  soft: index * 1000,
  hard: index % 2 === 0 ? MAX_UINT64 : 2n ** 53n + 1n,
}));

const throttle = (minor: number): Tree => ({ major: 8, minor, rate: 1048576 });

const MOUNT_OPTIONS =
  'rbind ro nosuid nodev noexec nodiratime relatime nosymfollow rprivate rro rnosuid rnodev rnoexec rnorelatime'.split(
    ' ',
  );

/** By name; made anew at each call. */
export const CONFIGS: Readonly<Record<string, () => Tree>> = {
  'the smallest': () => ({
    ociVersion: '1.3.0',
    process: { args: ['x'], cwd: '/' },
    root: { path: 'rootfs' },
    linux: {},
  }),
  plain: () => config({}, {}),
  'an older version': () => ({ ...config({}, {}), ociVersion: '1.0.2-dev' }),
  terminal: () =>
    config(
      {
        terminal: true,
        consoleSize: { height: 25, width: 80 },
        user: { uid: 1000, gid: 1000, umask: 18, additionalGids: [5, 10] },
      },
      {},
    ),
  privileges: () =>
    config(
      {
        capabilities: {
          bounding: ['CAP_KILL', 'CAP_CHOWN', 'CAP_NET_BIND_SERVICE'],
          effective: ['CAP_KILL', 'CAP_CHOWN'],
          inheritable: ['CAP_KILL'],
          permitted: ['CAP_KILL', 'CAP_CHOWN'],
          ambient: ['CAP_KILL'],
        },
        noNewPrivileges: true,
        apparmorProfile: 'docker-default',
        selinuxLabel: 'system_u:system_r:container_t:s0:c1,c2',
        oomScoreAdj: -500,
      },
      {
        mountLabel: 'system_u:object_r:container_file_t:s0:c1,c2',
        maskedPaths: ['/proc/kcore', '/proc/keys', '/sys/firmware'],
        readonlyPaths: ['/proc/sys', '/proc/bus'],
      },
    ),
  limits: () => config({ rlimits }, {}),
  'a deadline': () =>
    config(
      {
        scheduler: {
          policy: 'SCHED_DEADLINE',
          flags: ['SCHED_FLAG_RECLAIM'],
          runtime: 1000000,
          deadline: 2000000,
          period: 3000000,
        },
      },
      {},
    ),
  'a fixed priority': () =>
    config(
      {
        scheduler: { policy: 'SCHED_FIFO', priority: 10, flags: ['SCHED_FLAG_RESET_ON_FORK'] },
        ioPriority: { class: 'IOPRIO_CLASS_RT', priority: 0 },
      },
      {},
    ),
  nice: () =>
    config(
      {
        scheduler: { policy: 'SCHED_BATCH', nice: 5 },
        ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 7 },
        execCPUAffinity: { initial: '0-3,7', final: '1' },
      },
      {},
    ),
  mounts: () =>
    config(
      {},
      {},
      {
        mounts: [
          ...structuredClone(MOUNTS),
          {
            destination: '/dev/pts',
            type: 'devpts',
            source: 'devpts',
            options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'gid=5'],
          },
          { destination: '/data', type: 'bind', source: '/srv/data', options: MOUNT_OPTIONS },
          { destination: '/etc/hosts', source: 'hosts', options: ['bind', 'rw'] },
          {
            destination: '/sys/fs/cgroup',
            type: 'cgroup',
            source: 'cgroup',
            options: ['ro', 'nosuid', 'noexec', 'nodev', 'relatime'],
          },
        ],
        root: { path: '/srv/rootfs', readonly: false },
      },
    ),
  'idmapped mounts': () =>
    config(
      {},
      {},
      {
        mounts: [
          ...structuredClone(MOUNTS),
          {
            destination: '/volume',
            type: 'bind',
            source: '/srv/volume',
            options: ['bind', 'idmap'],
            uidMappings: [ids(0, 1000, 1), ids(1, 100000, 65535)],
            gidMappings: [ids(0, 1000, 1), ids(1, 100000, 65535)],
          },
        ],
      },
    ),
  'a user namespace': () =>
    config(
      {},
      {
        ...also({ type: 'user' }, { type: 'cgroup' }),
        uidMappings: [ids(0, 1000, 1), ids(1, 100000, 65535)],
        gidMappings: [ids(0, 1000, 1), ids(1, 100000, 65535)],
      },
    ),
  'a time namespace': () =>
    config(
      {},
      {
        ...also({ type: 'time' }),
        timeOffsets: { monotonic: { secs: 172800, nanosecs: 5 }, boottime: { secs: -604800, nanosecs: 999999999 } },
      },
    ),
  'joined namespaces': () =>
    config(
      {},
      {
        namespaces: [
          { type: 'pid' },
          { type: 'mount' },
          { type: 'uts', path: '/proc/4000/ns/uts' },
          { type: 'network', path: '/proc/4000/ns/net' },
          { type: 'ipc', path: '/proc/4000/ns/ipc' },
          { type: 'cgroup' },
        ],
      },
    ),
  names: () =>
    config(
      {},
      { sysctl: { 'net.core.somaxconn': '256', 'kernel.msgmax': '8192', 'fs.mqueue.msg_max': '5' } },
      { domainname: 'example.org' },
    ),
  devices: () =>
    config(
      {},
      {
        devices: [
          { type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 438, uid: 0, gid: 0 },
          { type: 'b', path: '/dev/sda', major: 8, minor: 1, fileMode: 384 },
          { type: 'u', path: '/dev/odd', major: 10, minor: 1 },
          { type: 'p', path: '/dev/fifo', fileMode: 511 },
        ],
        resources: {
          devices: [
            { allow: false, access: 'rwm' },
            { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
            { allow: true, type: 'b', major: 8, minor: 1, access: 'r' },
          ],
        },
      },
    ),
  'network devices': () => config({}, { netDevices: { eth0: { name: 'container0' }, ens4: {} } }),
  memory: () =>
    config(
      {},
      {
        cgroupsPath: '/pods/one',
        resources: {
          memory: {
            limit: 536870912,
            reservation: 268435456,
            swap: 1073741824,
            swappiness: 10,
            checkBeforeUpdate: true,
          },
          pids: { limit: 100 },
          hugepageLimits: [
            { pageSize: '2MB', limit: 209715200 },
            { pageSize: '64KB', limit: MAX_UINT64 },
          ],
        },
      },
    ),
  'memory, as cgroup v1 has it': () =>
    config(
      {},
      {
        resources: {
          memory: {
            limit: -1,
            swap: -1,
            kernel: -1,
            kernelTCP: 1073741824,
            disableOOMKiller: false,
            useHierarchy: true,
          },
          network: {
            classID: 1048577,
            priorities: [
              { name: 'eth0', priority: 500 },
              { name: 'lo', priority: 1 },
            ],
          },
        },
      },
    ),
  cpu: () =>
    config(
      {},
      {
        cgroupsPath: 'system.slice:caisson:box',
        resources: {
          cpu: { shares: 1024, quota: 50000, burst: 10000, period: 100000, cpus: '0-1', mems: '0', idle: 0 },
        },
      },
    ),
  'cpu, for real time': () => config({}, { resources: { cpu: { realtimeRuntime: 950000, realtimePeriod: 1000000 } } }),
  blocks: () =>
    config(
      {},
      {
        resources: {
          blockIO: {
            weight: 500,
            leafWeight: 300,
            weightDevice: [{ major: 8, minor: 0, weight: 500, leafWeight: 300 }],
            throttleReadBpsDevice: [throttle(0), throttle(16)],
            throttleWriteBpsDevice: [throttle(0)],
            throttleReadIOPSDevice: [throttle(0)],
            throttleWriteIOPSDevice: [throttle(0)],
          },
          rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10000 }, mlx4_0: { hcaObjects: 1000 } },
        },
      },
    ),
  'cgroup v2 by its files': () =>
    config({}, { resources: { unified: { 'memory.high': '1073741824', 'io.max': '259:0 rbps=2097152' } } }),
  hooks: () =>
    config(
      {},
      {},
      {
        hooks: {
          prestart: [hook('/usr/bin/fix-mounts'), { path: '/usr/bin/setup' }],
          createRuntime: [hook('/usr/bin/net')],
          createContainer: [hook('/usr/bin/ld')],
          startContainer: [hook('/usr/bin/refresh')],
          poststart: [hook('/usr/bin/notify')],
          poststop: [hook('/usr/sbin/cleanup')],
        },
        annotations: { 'org.example.key': 'value', 'org.example.empty': '' },
      },
    ),
  'a filter': () =>
    config(
      {},
      {
        seccomp: {
          defaultAction: 'SCMP_ACT_ERRNO',
          defaultErrnoRet: 1,
          flags: ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'],
          architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
          syscalls: [
            { names: ['read', 'write', 'exit_group'], action: 'SCMP_ACT_ALLOW' },
            { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
            {
              names: ['personality'],
              action: 'SCMP_ACT_ALLOW',
              args: [
                { index: 0, value: 4294967295, op: 'SCMP_CMP_EQ' },
                { index: 1, value: MAX_UINT64, valueTwo: 8, op: 'SCMP_CMP_MASKED_EQ' },
              ],
            },
            { names: ['ptrace'], action: 'SCMP_ACT_TRACE', errnoRet: 5 },
          ],
        },
      },
    ),
  'a filter with a listener': () =>
    config(
      {},
      {
        seccomp: {
          defaultAction: 'SCMP_ACT_ALLOW',
          listenerPath: '/run/agent.sock',
          listenerMetadata: 'words',
          syscalls: [{ names: ['mount', 'umount2'], action: 'SCMP_ACT_NOTIFY' }],
        },
      },
    ),
  'cache and bandwidth': () =>
    config(
      {},
      {
        intelRdt: {
          closID: 'guaranteed',
          schemata: ['L3:0=f;1=f', 'MB:0=70'],
          l3CacheSchema: 'L3:0=7f0;1=1f',
          memBwSchema: 'MB:0=20;1=70',
          enableMonitoring: true,
        },
      },
    ),
  'memory policy and personality': () =>
    config(
      {},
      {
        memoryPolicy: { mode: 'MPOL_INTERLEAVE', nodes: '0-1', flags: ['MPOL_F_STATIC_NODES'] },
        personality: { domain: 'LINUX32', flags: [] },
        rootfsPropagation: 'slave',
      },
    ),
  "other platforms'": () =>
    config(
      { commandLine: 'cmd', user: { uid: 0, gid: 0, username: 'ContainerUser' } },
      {},
      {
        $schema: 'https://example.org/config.schema.json',
        solaris: { milestone: 'svc:/milestone/container:default', limitpriv: 'default', maxShmMemory: '512m' },
        windows: { layerFolders: ['C:\\Layers\\layer1'] },
        vm: { kernel: { path: '/path/to/vmlinuz' } },
        zos: {},
        freebsd: {},
        unknown: { anything: [1, 'x', null] },
      },
    ),
};
