/** Configs as the family of podman writes them: podman, buildah and CRI-O. */
import {
  ALL_CAPABILITIES,
  bind,
  type Case,
  type Config,
  DENY_ALL,
  granted,
  joined,
  MAPPINGS,
  mount,
  ns,
  PATH,
  PODMAN_CAPABILITIES,
  PROBE,
  type World,
} from './parts.js';

const MASKED = [
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/dev/block',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/selinux',
];

const READONLY = ['/proc/asound', '/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

const SYSTEM = [
  mount('/proc', 'proc', 'proc', 'nosuid', 'noexec', 'nodev'),
  mount('/dev', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=65536k'),
  mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
  mount('/dev/pts', 'devpts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'),
  mount('/dev/mqueue', 'mqueue', 'mqueue', 'nosuid', 'noexec', 'nodev'),
];

const CGROUP = mount('/sys/fs/cgroup', 'cgroup', 'cgroup', 'rprivate', 'nosuid', 'noexec', 'nodev', 'relatime', 'ro');

function podman(world: World): Config {
  const { files } = world;
  return {
    ociVersion: '1.0.2-dev',
    process: {
      user: { uid: 0, gid: 0, umask: 18 },
      args: PROBE,
      env: [PATH, 'TERM=xterm', 'container=podman', 'HOME=/root', 'HOSTNAME=c0ffee'],
      cwd: '/',
      capabilities: granted(PODMAN_CAPABILITIES),
      rlimits: [
        { type: 'RLIMIT_NOFILE', hard: 4096, soft: 4096 },
        { type: 'RLIMIT_NPROC', hard: 4096, soft: 4096 },
      ],
      oomScoreAdj: 0,
    },
    root: { path: world.rootfs },
    hostname: 'c0ffee',
    mounts: [
      ...SYSTEM,
      bind('/etc/resolv.conf', `${files}/resolv.conf`, 'bind', 'rprivate'),
      bind('/etc/hosts', `${files}/hosts`, 'bind', 'rprivate'),
      bind('/dev/shm', `${files}/shm`, 'bind', 'rprivate', 'nosuid', 'noexec', 'nodev'),
      bind('/run/.containerenv', `${files}/hostname`, 'bind', 'rprivate'),
      bind('/etc/hostname', `${files}/hostname`, 'bind', 'rprivate'),
      CGROUP,
    ],
    annotations: { 'io.container.manager': 'libpod', 'org.opencontainers.image.stopSignal': '15' },
    linux: {
      sysctl: { 'net.ipv4.ping_group_range': '0 0' },
      resources: { devices: DENY_ALL, pids: { limit: 2048 } },
      cgroupsPath: world.cgroupsPath,
      namespaces: ns('pid network ipc uts mount'),
      maskedPaths: MASKED,
      readonlyPaths: READONLY,
    },
  };
}

/** A RUN step of `buildah build`. */
function buildah(world: World): Config {
  const config = podman(world);
  return {
    ...config,
    process: { ...config.process, rlimits: [], env: [PATH, 'HOSTNAME=build', 'HOME=/root'] },
    hostname: 'build',
    mounts: [
      ...SYSTEM,
      mount('/dev/shm', 'tmpfs', 'shm', 'private', 'nodev', 'noexec', 'nosuid', 'mode=1777', 'size=65536k'),
      bind('/etc/hosts', `${world.files}/hosts`, 'rbind'),
      bind('/etc/resolv.conf', `${world.files}/resolv.conf`, 'rbind'),
      bind('/run/secrets', `${world.files}/secret`, 'bind', 'rprivate'),
    ],
    annotations: undefined,
    linux: { ...config.linux, namespaces: ns('ipc mount pid uts'), sysctl: undefined, resources: {} },
  };
}

/** CRI-O's container of a pod. */
function crio(world: World): Config {
  const { files, neighbour } = world;
  const config = podman(world);
  return {
    ...config,
    process: {
      ...config.process,
      capabilities: granted(PODMAN_CAPABILITIES.filter((name) => name !== 'CAP_SYS_CHROOT')),
      rlimits: [],
      oomScoreAdj: 1000,
      env: [PATH, 'TERM=xterm', 'HOSTNAME=pod'],
    },
    hostname: undefined,
    mounts: [
      ...SYSTEM,
      CGROUP,
      bind('/dev/shm', `${files}/shm`, 'rw', 'bind'),
      bind('/etc/resolv.conf', `${files}/resolv.conf`, 'rw', 'bind', 'nodev', 'nosuid', 'noexec'),
      bind('/etc/hostname', `${files}/hostname`, 'rw', 'bind'),
      bind('/run/.containerenv', `${files}/hostname`, 'rw', 'bind'),
      bind('/etc/hosts', `${files}/hosts`, 'rw', 'rbind', 'rprivate', 'bind'),
      bind('/var/run/secrets/token', `${files}/secret`, 'ro', 'rbind', 'rprivate', 'bind'),
      mount('/etc/mtab', 'bind', `${files}/hosts`, 'bind'),
    ],
    linux: {
      ...config.linux,
      sysctl: undefined,
      namespaces: [
        ...ns('pid mount'),
        joined('network', neighbour),
        joined('ipc', neighbour),
        joined('uts', neighbour),
      ],
    },
  };
}

function changed(name: string, made: (world: World) => Config, change: (config: Config, world: World) => void): Case {
  return {
    name,
    config: (world) => {
      const config = made(world);
      change(config, world);
      return config;
    },
  };
}

export const PODMAN: readonly Case[] = [
  { name: 'podman run', config: podman },
  changed('podman run --privileged', podman, (config) => {
    config.process.capabilities = granted(ALL_CAPABILITIES);
    config.linux.resources.devices = [{ allow: true, access: 'rwm' }];
    delete config.linux.maskedPaths;
    delete config.linux.readonlyPaths;
    for (const one of config.mounts) one.options = one.options.filter((option: string) => option !== 'ro');
  }),
  changed('podman run --systemd always', podman, (config) => {
    const options = ['rw', 'nosuid', 'nodev', 'tmpcopyup'];
    config.mounts = config.mounts.filter((one: Config) => one.destination !== '/sys/fs/cgroup');
    config.mounts.push(
      mount('/run', 'tmpfs', 'tmpfs', 'mode=755', ...options),
      mount('/run/lock', 'tmpfs', 'tmpfs', ...options),
      mount('/tmp', 'tmpfs', 'tmpfs', 'mode=1777', ...options),
      mount('/var/log/journal', 'tmpfs', 'tmpfs', ...options),
    );
  }),
  changed('podman run --read-only --read-only-tmpfs', podman, (config) => {
    config.root.readonly = true;
    for (const place of ['/run', '/tmp', '/var/tmp']) {
      config.mounts.push(mount(place, 'tmpfs', 'tmpfs', 'rw', 'rprivate', 'nosuid', 'nodev', 'tmpcopyup'));
    }
  }),
  changed('podman run --user 1000 --umask 0077 --workdir /tmp', podman, (config) => {
    config.process.user = { uid: 1000, gid: 0, umask: 0o077, additionalGids: [100] };
    config.process.cwd = '/tmp';
    config.process.capabilities = { ...granted(PODMAN_CAPABILITIES), effective: [], permitted: [] };
  }),
  changed('podman run --pod', podman, (config, { neighbour }) => {
    config.linux.namespaces = [
      ...ns('pid mount'),
      joined('network', neighbour),
      joined('ipc', neighbour),
      joined('uts', neighbour),
    ];
    delete config.hostname;
    delete config.linux.sysctl;
  }),
  changed('podman run --userns auto', podman, (config) => {
    config.linux.namespaces.push({ type: 'user' });
    config.linux.uidMappings = MAPPINGS;
    config.linux.gidMappings = MAPPINGS;
  }),
  changed('podman run --volume DATA:/data:ro,noexec --volume /dev/zero', podman, (config, { files }) => {
    config.mounts.push(
      bind('/data', `${files}/data`, 'ro', 'noexec', 'nosuid', 'nodev', 'rbind', 'rprivate'),
      bind('/dev/zero2', '/dev/zero', 'rbind', 'rprivate'),
    );
  }),
  { name: 'buildah build: RUN', config: buildah },
  changed('buildah build --cap-drop all --network none: RUN', buildah, (config) => {
    config.linux.namespaces.push({ type: 'network' });
    config.process.capabilities = granted([]);
    config.process.user = { uid: 1, gid: 1, additionalGids: [1] };
  }),
  { name: 'CRI-O container', config: crio },
  changed('CRI-O container, read-only, with nested volumes', crio, (config, { files }) => {
    config.root.readonly = true;
    config.mounts.push(
      bind('/data', `${files}/data`, 'rw', 'rbind', 'rslave', 'bind'),
      bind('/data/inner', `${files}/secret`, 'ro', 'rbind', 'rprivate', 'bind'),
      mount('/tmp', 'tmpfs', 'tmpfs', 'mode=1777', 'nosuid', 'nodev', 'noexec'),
    );
  }),
];
