/** Configs as container engines write them, as far as it matters to who reads them: what they set, leave out, and send empty. */

/** A config.json as a test sees it. */
export type EngineConfig = Record<string, unknown>;

const CAPABILITIES = [
  ...['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FSETID', 'CAP_FOWNER', 'CAP_MKNOD', 'CAP_NET_RAW', 'CAP_SETGID'],
  ...['CAP_SETUID', 'CAP_SETFCAP', 'CAP_SETPCAP', 'CAP_NET_BIND_SERVICE', 'CAP_SYS_CHROOT', 'CAP_KILL'],
  'CAP_AUDIT_WRITE',
];

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const mount = (destination: string, type: string, source: string, ...options: readonly string[]) => ({
  destination,
  type,
  source,
  options,
});

const DEFAULT_MOUNTS = [
  mount('/proc', 'proc', 'proc', 'nosuid', 'noexec', 'nodev'),
  mount('/dev', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=65536k'),
  mount('/dev/pts', 'devpts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'),
  mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
  mount('/sys/fs/cgroup', 'cgroup', 'cgroup', 'ro', 'nosuid', 'noexec', 'nodev'),
  mount('/dev/mqueue', 'mqueue', 'mqueue', 'nosuid', 'noexec', 'nodev'),
  mount('/dev/shm', 'tmpfs', 'shm', 'nosuid', 'noexec', 'nodev', 'mode=1777', 'size=67108864'),
];

const MASKED = ['/proc/asound', '/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'];
const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

const character = (major: number, minor: number) => ({ allow: true, type: 'c', major, minor, access: 'rwm' });

/** A profile of the usual form: one long rule, and some that look at arguments. */
function seccompProfile(names: readonly string[]) {
  const allow = (rule: object) => ({ action: 'SCMP_ACT_ALLOW', ...rule });
  const personalities = [0, 8, 131_072, 131_080, 4_294_967_295].map((value) =>
    allow({ names: ['personality'], args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }] }),
  );
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 1,
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    syscalls: [
      allow({ names }),
      allow({ names: ['socket'], args: [{ index: 0, value: 40, op: 'SCMP_CMP_NE' }] }),
      ...personalities,
      allow({
        names: ['clone'],
        args: [{ index: 0, value: 2_114_060_288, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      }),
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
    ],
  };
}

const SYSCALLS = ['accept', 'accept4', 'access', 'bind', 'brk', 'chdir', 'close', 'execve', 'exit', 'read', 'write'];

/** `docker run` with a memory limit, on the default network. */
export function dockerConfig(syscalls: readonly string[] = SYSCALLS): EngineConfig {
  const id = '4b0c6d1f'.repeat(8);
  const own = (destination: string) =>
    mount(
      destination,
      'bind',
      `/var/lib/docker/containers/${id}${destination.replace('/etc', '')}`,
      'rbind',
      'rprivate',
    );
  return {
    ociVersion: '1.2.1',
    process: {
      user: { uid: 0, gid: 0, additionalGids: [0, 1, 2, 3, 4, 6, 10, 11, 20, 26, 27] },
      args: ['nginx', '-g', 'daemon off;'],
      env: [PATH, 'HOSTNAME=4b0c6d1f4b0c', 'NGINX_VERSION=1.29.3', 'NJS_VERSION=0.9.4', 'HOME=/root'],
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      apparmorProfile: 'docker-default',
      oomScoreAdj: 0,
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1_048_576, soft: 1_048_576 }],
    },
    root: { path: `/var/lib/docker/overlay2/${id}/merged` },
    hostname: '4b0c6d1f4b0c',
    mounts: [...DEFAULT_MOUNTS, own('/etc/resolv.conf'), own('/etc/hostname'), own('/etc/hosts')],
    hooks: {
      prestart: [{ path: '/proc/1234/exe', args: ['libnetwork-setkey', '-exec-root=/var/run/docker', id, 'abcdef'] }],
    },
    linux: {
      sysctl: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' },
      resources: {
        devices: [{ allow: false, access: 'rwm' }, character(1, 5), character(1, 3), character(5, 1)],
        memory: { limit: 536_870_912, reservation: 0, swap: 1_073_741_824, disableOOMKiller: false },
        cpu: { shares: 0 },
        pids: { limit: 0 },
        blockIO: { weight: 0 },
      },
      cgroupsPath: `system.slice:docker:${id}`,
      namespaces: ['mount', 'network', 'uts', 'pid', 'ipc', 'cgroup'].map((type) => ({ type })),
      seccomp: seccompProfile(syscalls),
      maskedPaths: MASKED,
      readonlyPaths: READONLY,
    },
  };
}

/** A container of a Kubernetes pod with CPU and memory limits, as containerd writes it; optionally with a user namespace. */
export function podConfig({ users }: { readonly users: boolean }): EngineConfig {
  const joined = (type: string) => ({ type, path: `/proc/4711/ns/${type === 'network' ? 'net' : type}` });
  const mapping = { containerID: 0, hostID: 2_000_000, size: 65_536 };
  const volume = (destination: string, ...options: readonly string[]) =>
    mount(destination, 'bind', `/var/lib/kubelet/pods/p/volumes${destination}`, 'rbind', ...options);
  return {
    ociVersion: '1.2.0',
    process: {
      user: { uid: 1000, gid: 3000, additionalGids: [2000, 3000] },
      args: ['/server'],
      env: [
        PATH,
        'HOSTNAME=web-0',
        ...Array.from({ length: 40 }, (_, at) => `SERVICE_${at}_PORT=tcp://10.0.0.${at}:80`),
      ],
      cwd: '/app',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      noNewPrivileges: true,
      oomScoreAdj: 972,
    },
    root: { path: 'rootfs', readonly: true },
    mounts: [
      ...DEFAULT_MOUNTS.slice(0, 6),
      mount('/etc/hosts', 'bind', '/var/lib/kubelet/pods/p/etc-hosts', 'rbind', 'rprivate', 'rw'),
      mount('/dev/shm', 'bind', '/run/containerd/shm', 'rbind', 'ro'),
      volume('/data', 'rprivate', 'rw'),
      volume('/config', 'rslave', 'ro'),
    ],
    annotations: {
      'io.kubernetes.cri.container-type': 'container',
      'io.kubernetes.cri.sandbox-id': '9f'.repeat(32),
    },
    linux: {
      resources: {
        devices: [{ allow: false, access: 'rwm' }],
        memory: { limit: 268_435_456, swap: 268_435_456 },
        cpu: { shares: 512, quota: 50_000, period: 100_000 },
        hugepageLimits: [
          { pageSize: '2MB', limit: 0 },
          { pageSize: '1GB', limit: 0 },
        ],
        unified: { 'memory.oom.group': '1', 'memory.swap.max': '0' },
      },
      cgroupsPath: 'kubepods-burstable-pod1.slice:cri-containerd:9f',
      namespaces: [
        { type: 'pid' },
        { type: 'mount' },
        { type: 'cgroup' },
        ...['ipc', 'uts', 'network'].map(joined),
        ...(users ? [joined('user')] : []),
      ],
      ...(users && { uidMappings: [mapping], gidMappings: [mapping] }),
      seccomp: seccompProfile(SYSCALLS),
      maskedPaths: MASKED,
      readonlyPaths: READONLY,
    },
  };
}

/** `podman run` of a user without privilege. */
export function podmanConfig(): EngineConfig {
  const map = [
    { containerID: 0, hostID: 1000, size: 1 },
    { containerID: 1, hostID: 100_000, size: 65_536 },
  ];
  const run = '/run/user/1000/containers/overlay-containers/c/userdata';
  return {
    ociVersion: '1.2.1',
    process: {
      terminal: true,
      user: { uid: 0, gid: 0, umask: 18, additionalGids: [1, 2, 3] },
      args: ['sh'],
      env: [PATH, 'TERM=xterm', 'container=podman', 'HOME=/root', 'HOSTNAME=c'],
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES, ambient: [] },
      rlimits: [
        { type: 'RLIMIT_NOFILE', hard: 524_288, soft: 524_288 },
        { type: 'RLIMIT_NPROC', hard: 127_000, soft: 127_000 },
      ],
      oomScoreAdj: 200,
    },
    root: { path: '/home/u/.local/share/containers/storage/overlay/x/merged' },
    hostname: 'c',
    mounts: [
      ...DEFAULT_MOUNTS.slice(0, 4),
      mount('/etc/hosts', 'bind', `${run}/hosts`, 'bind', 'rprivate'),
      mount('/run/.containerenv', 'bind', `${run}/run/.containerenv`, 'bind', 'rprivate'),
      mount('/dev/shm', 'bind', `${run}/shm`, 'bind', 'rprivate', 'nosuid', 'noexec', 'nodev'),
      mount('/sys/fs/cgroup', 'cgroup', 'cgroup', 'rprivate', 'nosuid', 'noexec', 'nodev', 'relatime', 'ro'),
    ],
    annotations: { 'io.container.manager': 'libpod', 'org.opencontainers.image.stopSignal': '15' },
    linux: {
      uidMappings: map,
      gidMappings: map,
      sysctl: { 'net.ipv4.ping_group_range': '0 0' },
      resources: { pids: { limit: 2048 } },
      cgroupsPath: 'user.slice:libpod:c',
      namespaces: [
        { type: 'pid' },
        { type: 'network', path: '/run/user/1000/netns/netns-1' },
        { type: 'ipc' },
        { type: 'uts' },
        { type: 'mount' },
        { type: 'cgroup' },
        { type: 'user' },
      ],
      devices: [{ type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 438, uid: 0, gid: 0 }],
      seccomp: seccompProfile(SYSCALLS),
      maskedPaths: MASKED,
      readonlyPaths: READONLY,
    },
  };
}

/** All of them, with names. */
export const ENGINE_CONFIGS: readonly (readonly [name: string, make: () => EngineConfig])[] = [
  ['docker', () => dockerConfig()],
  ['a pod', () => podConfig({ users: false })],
  ['a pod with a user namespace', () => podConfig({ users: true })],
  ['podman without privilege', podmanConfig],
];
