/** Configs as containerd writes them: for `ctr run`, and for pods of Kubernetes through its CRI. */
import {
  ALL_CAPABILITIES,
  bind,
  type Case,
  type Config,
  DENY_ALL,
  DOCKER_CAPABILITIES,
  granted,
  joined,
  MAPPINGS,
  MASKED,
  mount,
  ns,
  PATH,
  PROBE,
  READONLY,
  type World,
} from './parts.js';

const MOUNTS = [
  mount('/proc', 'proc', 'proc', 'nosuid', 'noexec', 'nodev'),
  mount('/dev', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=65536k'),
  mount('/dev/pts', 'devpts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'),
  mount('/dev/shm', 'tmpfs', 'shm', 'nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'),
  mount('/dev/mqueue', 'mqueue', 'mqueue', 'nosuid', 'noexec', 'nodev'),
  mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
];

function ctr(world: World): Config {
  return {
    ociVersion: '1.1.0',
    process: {
      user: { uid: 0, gid: 0, additionalGids: [0] },
      args: PROBE,
      env: [PATH],
      cwd: '/',
      capabilities: granted(DOCKER_CAPABILITIES),
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: world.rootfs },
    mounts: [...MOUNTS, mount('/run', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=65536k')],
    linux: {
      resources: { devices: DENY_ALL },
      cgroupsPath: world.cgroupsPath,
      namespaces: ns('pid ipc uts mount network'),
      maskedPaths: MASKED,
      readonlyPaths: READONLY,
    },
  };
}

/** The pause container, which holds a pod's namespaces. */
function sandbox(world: World): Config {
  const config = ctr(world);
  const { files } = world;
  return {
    ...config,
    process: {
      ...config.process,
      user: { uid: 65_535, gid: 65_535, additionalGids: [65_535] },
      oomScoreAdj: 900,
      rlimits: [],
    },
    root: { path: world.rootfs, readonly: true },
    hostname: 'pod',
    mounts: [
      ...MOUNTS.filter(({ destination }) => destination !== '/dev/shm'),
      bind('/dev/shm', `${files}/shm`, 'rbind', 'rw'),
      bind('/etc/resolv.conf', `${files}/resolv.conf`, 'rbind', 'ro'),
    ],
    annotations: { 'io.kubernetes.cri.container-type': 'sandbox', 'io.kubernetes.cri.sandbox-name': 'pod' },
    linux: {
      ...config.linux,
      sysctl: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' },
    },
  };
}

/** A container of a pod. */
function container(world: World): Config {
  const config = ctr(world);
  const { files, neighbour } = world;
  return {
    ...config,
    process: { ...config.process, noNewPrivileges: false, oomScoreAdj: 1000, rlimits: [], env: [PATH, 'HOSTNAME=pod'] },
    mounts: [
      ...MOUNTS.filter(({ destination }) => destination !== '/dev/shm'),
      mount('/sys/fs/cgroup', 'cgroup', 'cgroup', 'nosuid', 'noexec', 'nodev', 'relatime', 'ro'),
      bind('/etc/hosts', `${files}/hosts`, 'rbind', 'rprivate', 'rw'),
      bind('/dev/termination-log', `${files}/hostname`, 'rbind', 'rprivate', 'rw'),
      bind('/etc/hostname', `${files}/hostname`, 'rbind', 'rprivate', 'rw'),
      bind('/etc/resolv.conf', `${files}/resolv.conf`, 'rbind', 'rprivate', 'rw'),
      bind('/dev/shm', `${files}/shm`, 'rbind', 'rprivate', 'rw'),
      bind('/var/run/secrets/kubernetes.io/serviceaccount', `${files}/secret`, 'rbind', 'rprivate', 'ro'),
    ],
    annotations: { 'io.kubernetes.cri.container-type': 'container', 'io.kubernetes.cri.container-name': 'c' },
    linux: {
      ...config.linux,
      namespaces: [
        ...ns('pid mount'),
        joined('ipc', neighbour),
        joined('uts', neighbour),
        joined('network', neighbour),
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

export const CONTAINERD: readonly Case[] = [
  { name: 'ctr run', config: ctr },
  changed('ctr run --net-host --privileged', ctr, (config) => {
    config.linux.namespaces = ns('pid ipc uts mount');
    config.process.capabilities = {
      ...granted(ALL_CAPABILITIES),
      inheritable: ALL_CAPABILITIES,
    };
    config.process.noNewPrivileges = false;
    config.linux.resources.devices = [{ allow: true, access: 'rwm' }];
    delete config.linux.maskedPaths;
    delete config.linux.readonlyPaths;
    config.mounts = config.mounts.map((one: Config) =>
      one.destination === '/sys' ? mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev') : one,
    );
  }),
  changed('ctr run --cwd /tmp --user 100:200 --read-only', ctr, (config) => {
    config.process.cwd = '/tmp';
    config.process.user = { uid: 100, gid: 200 };
    config.root.readonly = true;
  }),
  changed('ctr run --uidmap --gidmap', ctr, (config) => {
    config.linux.namespaces.push({ type: 'user' });
    config.linux.uidMappings = MAPPINGS;
    config.linux.gidMappings = MAPPINGS;
  }),
  { name: 'a pod’s sandbox', config: sandbox },
  { name: 'a pod’s container', config: container },
  changed('a pod’s container with securityContext', container, (config) => {
    config.process.user = { uid: 1000, gid: 3000, additionalGids: [2000, 3000] };
    config.process.capabilities = {};
    config.process.noNewPrivileges = true;
    config.root.readonly = true;
    config.mounts.push(mount('/tmp', 'tmpfs', 'tmpfs', 'nosuid', 'nodev', 'size=1048576'));
  }),
  changed('a pod’s container with hostPID and mountPropagation', container, (config, { files }) => {
    config.linux.rootfsPropagation = 'rslave';
    config.mounts.push(bind('/host', files, 'rbind', 'rslave', 'rw'));
  }),
  changed('a pod’s container with hostUsers: false', container, (config, { mapped }) => {
    config.linux.namespaces = [
      ...ns('pid mount'),
      joined('ipc', mapped),
      joined('uts', mapped),
      joined('network', mapped),
      joined('user', mapped),
    ];
    config.linux.uidMappings = MAPPINGS;
    config.linux.gidMappings = MAPPINGS;
    delete config.process.oomScoreAdj;
  }),
];
