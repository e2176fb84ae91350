/** Configs for tests: one that uses every leaf of the schema, and seeded mutants of it. */

/** A valid config with every leaf of runtime-spec 1.3.0. Made anew at each call. */
export function wholeConfig(): Record<string, unknown> {
  const mapping = { containerID: 0, hostID: 100000, size: 65536 };
  const hook = { path: '/bin/hook', args: ['hook'], env: ['A=b'], timeout: 5 };
  const throttle = { major: 8, minor: 0, rate: 600 };
  return {
    $schema: 'https://example.com/config.schema.json',
    ociVersion: '1.3.0',
    process: {
      terminal: true,
      consoleSize: { height: 25, width: 80 },
      user: { uid: 1, gid: 1, umask: 63, additionalGids: [5, 6], username: 'x' },
      args: ['sh', '-c', 'true'],
      commandLine: 'sh',
      env: ['PATH=/bin', 'TERM=xterm'],
      cwd: '/root',
      capabilities: { bounding: ['CAP_KILL'], effective: [], inheritable: [], permitted: ['CAP_KILL'], ambient: [] },
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 }],
      noNewPrivileges: true,
      apparmorProfile: 'profile',
      oomScoreAdj: 100,
      scheduler: {
        policy: 'SCHED_DEADLINE',
        nice: 0,
        priority: 0,
        flags: ['SCHED_FLAG_RECLAIM'],
        runtime: 1000,
        deadline: 2000,
        period: 3000,
      },
      selinuxLabel: 'system_u:system_r:container_t:s0',
      ioPriority: { class: 'IOPRIO_CLASS_IDLE', priority: 4 },
      execCPUAffinity: { initial: '7', final: '0-3,7' },
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'host',
    domainname: 'domain',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] },
      {
        destination: '/data',
        source: '/data',
        options: ['bind', 'idmap'],
        uidMappings: [mapping],
        gidMappings: [mapping],
      },
    ],
    hooks: {
      prestart: [hook],
      createRuntime: [hook],
      createContainer: [hook],
      startContainer: [hook],
      poststart: [hook],
      poststop: [hook],
    },
    annotations: { 'com.example.key': 'value' },
    linux: {
      uidMappings: [mapping],
      gidMappings: [mapping],
      sysctl: { 'net.core.somaxconn': '256' },
      resources: {
        devices: [{ allow: false, type: 'c', major: 10, minor: 229, access: 'rwm' }],
        memory: {
          limit: 536870912,
          reservation: 1024,
          swap: -1,
          kernel: -1,
          kernelTCP: -1,
          swappiness: 0,
          disableOOMKiller: true,
          useHierarchy: true,
          checkBeforeUpdate: true,
        },
        cpu: {
          shares: 1024,
          quota: 1000000,
          burst: 1000000,
          period: 500000,
          realtimeRuntime: 950000,
          realtimePeriod: 1000000,
          cpus: '2-3',
          mems: '0-7',
          idle: 1,
        },
        pids: { limit: 32771 },
        blockIO: {
          weight: 10,
          leafWeight: 10,
          weightDevice: [{ major: 8, minor: 0, weight: 500, leafWeight: 300 }],
          throttleReadBpsDevice: [throttle],
          throttleWriteBpsDevice: [throttle],
          throttleReadIOPSDevice: [throttle],
          throttleWriteIOPSDevice: [throttle],
        },
        hugepageLimits: [{ pageSize: '2MB', limit: 209715200 }],
        network: { classID: 1048577, priorities: [{ name: 'eth0', priority: 500 }] },
        rdma: { mlx5_1: { hcaHandles: 3, hcaObjects: 10000 } },
        unified: { 'io.max': '259:0 rbps=2097152' },
      },
      cgroupsPath: '/a/b',
      namespaces: [{ type: 'pid', path: '/proc/1/ns/pid' }, { type: 'mount' }, { type: 'uts' }, { type: 'time' }],
      devices: [{ type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 438, uid: 0, gid: 0 }],
      netDevices: { eth0: { name: 'eth1' } },
      seccomp: {
        defaultAction: 'SCMP_ACT_ERRNO',
        defaultErrnoRet: 1,
        flags: ['SECCOMP_FILTER_FLAG_LOG'],
        listenerPath: '/run/agent',
        listenerMetadata: 'words',
        architectures: ['SCMP_ARCH_X86_64'],
        syscalls: [
          {
            names: ['personality'],
            action: 'SCMP_ACT_ERRNO',
            errnoRet: 38,
            args: [{ index: 0, value: 8, valueTwo: 1, op: 'SCMP_CMP_MASKED_EQ' }],
          },
        ],
      },
      rootfsPropagation: 'slave',
      maskedPaths: ['/proc/kcore'],
      readonlyPaths: ['/proc/sys'],
      mountLabel: 'system_u:object_r:container_file_t:s0',
      intelRdt: {
        closID: 'group',
        schemata: ['L3:0=f'],
        l3CacheSchema: 'L3:0=f',
        memBwSchema: 'MB:0=20',
        enableMonitoring: true,
      },
      memoryPolicy: { mode: 'MPOL_INTERLEAVE', nodes: '2-3', flags: ['MPOL_F_STATIC_NODES'] },
      personality: { domain: 'LINUX32', flags: ['NONE_IS_DEFINED'] },
      timeOffsets: { monotonic: { secs: 172800, nanosecs: 1 }, boottime: { secs: 604800, nanosecs: 2 } },
    },
    solaris: {},
    windows: {},
    vm: {},
    zos: {},
    freebsd: {},
  };
}

/** A generator of numbers below a bound; the same for the same seed (mulberry32). */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

const ODD: readonly unknown[] = [
  ...['', 'x', '0-3', 'SCMP_ACT_ALLOW', 'pid', 'LINUX', 'RLIMIT_CORE', '/', 'MB:1\n'],
  ...[0, 1, -1, 1.5, 511, 512, 65535, 65536, 2147483648, 4294967295, 4294967296, 2 ** 63, 2 ** 64, 1e300],
  ...[true, false, null, [], {}, ['x'], [1], { x: 1 }],
];

/** Places of a value: the path of every property and item. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [[...path, key], ...places(child, [...path, key])]);
}

/**
 * `count` configs, each with one change: a value replaced or a property left out. Many are still valid.
 * @param make what is changed
 * @param words what may come in, beside what is odd anywhere
 */
export function* mutants(count: number, seed: number, make = wholeConfig, words: readonly unknown[] = []): Generator {
  const roll = dice(seed);
  const values = [...ODD, ...words];
  const text = JSON.stringify(make());
  const all = places(make());
  for (let i = 0; i < count; i++) {
    const config = JSON.parse(text) as Record<string, unknown>;
    const path = all[roll(all.length)]!;
    const owner = path.slice(0, -1).reduce((node, step) => node[step] as Record<string, unknown>, config);
    const key = path.at(-1)!;
    if (roll(4) === 0 && !Array.isArray(owner)) Reflect.deleteProperty(owner, key);
    else owner[key] = structuredClone(values[roll(values.length)]);
    yield config;
  }
}
