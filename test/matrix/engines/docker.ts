/** Configs as dockerd writes them, by the flags of `docker run`. */
import {
  ALL_CAPABILITIES,
  bind,
  capabilities,
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

const ALLOWED_DEVICES = [
  ...DENY_ALL,
  { allow: true, type: 'c', major: 1, minor: 5, access: 'rwm' },
  { allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' },
  { allow: true, type: 'c', major: 1, minor: 9, access: 'rwm' },
  { allow: true, type: 'c', major: 1, minor: 8, access: 'rwm' },
  { allow: true, type: 'c', major: 5, minor: 0, access: 'rwm' },
  { allow: true, type: 'c', major: 5, minor: 1, access: 'rwm' },
  { allow: false, type: 'c', major: 10, minor: 229, access: 'rwm' },
];

const mounts = ({ files }: World): Config[] => [
  mount('/proc', 'proc', 'proc', 'nosuid', 'noexec', 'nodev'),
  mount('/dev', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=65536k'),
  mount('/dev/pts', 'devpts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'),
  mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
  mount('/sys/fs/cgroup', 'cgroup', 'cgroup', 'ro', 'nosuid', 'noexec', 'nodev'),
  mount('/dev/mqueue', 'mqueue', 'mqueue', 'nosuid', 'noexec', 'nodev'),
  bind('/etc/resolv.conf', `${files}/resolv.conf`, 'rbind', 'rprivate'),
  bind('/etc/hostname', `${files}/hostname`, 'rbind', 'rprivate'),
  bind('/etc/hosts', `${files}/hosts`, 'rbind', 'rprivate'),
  mount('/dev/shm', 'tmpfs', 'shm', 'nosuid', 'noexec', 'nodev', 'mode=1777', 'size=67108864'),
];

/** `docker run IMAGE`. */
function base(world: World): Config {
  return {
    ociVersion: '1.0.2-dev',
    process: {
      user: { uid: 0, gid: 0, additionalGids: [0, 10] },
      args: PROBE,
      env: [PATH, 'HOSTNAME=0123456789ab', 'HOME=/root'],
      cwd: '/',
      capabilities: granted(DOCKER_CAPABILITIES),
      oomScoreAdj: 0,
    },
    root: { path: world.rootfs },
    hostname: '0123456789ab',
    mounts: mounts(world),
    linux: {
      sysctl: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' },
      resources: {
        devices: ALLOWED_DEVICES,
        memory: {},
        cpu: { shares: 0 },
        blockIO: { weight: 0 },
      },
      cgroupsPath: world.cgroupsPath,
      namespaces: ns('mount network uts pid ipc'),
      maskedPaths: MASKED,
      readonlyPaths: READONLY,
    },
  };
}

/** The base, changed. */
function run(flags: string, change: (config: Config, world: World) => void): Case {
  return {
    name: `docker run ${flags}`.trim(),
    config: (world) => {
      const config = base(world);
      change(config, world);
      return config;
    },
  };
}

function leave(config: Config, type: string): void {
  config.linux.namespaces = config.linux.namespaces.filter((one: Config) => one.type !== type);
}

function join(config: Config, type: string, pid: number): void {
  leave(config, type);
  config.linux.namespaces.push(joined(type, pid));
}

export const DOCKER: readonly Case[] = [
  run('', () => undefined),
  run('--privileged', (config) => {
    config.process.capabilities = granted(ALL_CAPABILITIES);
    config.linux.maskedPaths = null;
    config.linux.readonlyPaths = null;
    config.linux.resources.devices = [{ allow: true, access: 'rwm' }];
    for (const one of config.mounts) one.options = one.options.filter((option: string) => option !== 'ro');
    delete config.linux.maskedPaths;
    delete config.linux.readonlyPaths;
  }),
  run('--read-only --tmpfs /run --tmpfs /tmp', (config) => {
    config.root.readonly = true;
    config.mounts.push(
      mount('/run', 'tmpfs', 'tmpfs', 'noexec', 'nosuid', 'nodev', 'rprivate'),
      mount('/tmp', 'tmpfs', 'tmpfs', 'noexec', 'nosuid', 'nodev', 'rprivate', 'size=65536k', 'mode=1770'),
    );
  }),
  run('--user 1000:1000 --group-add 44', (config) => {
    config.process.user = { uid: 1000, gid: 1000, additionalGids: [44, 1000] };
    config.process.capabilities = { bounding: DOCKER_CAPABILITIES };
  }),
  run('--cap-drop ALL --security-opt no-new-privileges', (config) => {
    config.process.capabilities = {};
    config.process.noNewPrivileges = true;
  }),
  run('--cap-add NET_ADMIN --cap-add SYS_TIME --cap-drop MKNOD', (config) => {
    config.process.capabilities = granted([
      ...DOCKER_CAPABILITIES.filter((name) => name !== 'CAP_MKNOD'),
      ...capabilities('NET_ADMIN SYS_TIME'),
    ]);
  }),
  run('--network host', (config) => {
    leave(config, 'network');
    delete config.linux.sysctl;
  }),
  run('--network container:NEIGHBOUR', (config, { neighbour }) => {
    join(config, 'network', neighbour);
    delete config.linux.sysctl;
  }),
  run('--ipc container:NEIGHBOUR --shm from there', (config, { neighbour, files }) => {
    join(config, 'ipc', neighbour);
    config.mounts = config.mounts.filter((one: Config) => one.destination !== '/dev/shm');
    config.mounts.push(bind('/dev/shm', `${files}/shm`, 'rbind', 'rprivate'));
  }),
  run('--pid container:NEIGHBOUR', (config, { neighbour }) => {
    join(config, 'pid', neighbour);
  }),
  run('--uts host', (config) => {
    leave(config, 'uts');
    delete config.hostname;
  }),
  run('--cgroupns private', (config) => {
    config.linux.namespaces.push({ type: 'cgroup' });
  }),
  run(
    '-v DATA:/data -v DATA:/data/ro:ro --volume-driver nocopy --mount bind-propagation=rslave',
    (config, { files }) => {
      config.mounts.push(
        bind('/data', `${files}/data`, 'rbind', 'rprivate'),
        bind('/data/ro', `${files}/data`, 'rbind', 'ro', 'rprivate'),
        bind('/slave', `${files}/data`, 'rbind', 'rslave'),
      );
    },
  ),
  run('--device /dev/fuse', (config) => {
    config.linux.devices = [{ path: '/dev/fuse', type: 'c', major: 10, minor: 229, fileMode: 0o666, uid: 0, gid: 0 }];
    config.linux.resources.devices.push({ allow: true, type: 'c', major: 10, minor: 229, access: 'rwm' });
  }),
  run('--ulimit nofile=1024:2048 --ulimit core=0 --oom-score-adj 500', (config) => {
    config.process.rlimits = [
      { type: 'RLIMIT_NOFILE', soft: 1024, hard: 2048 },
      { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
    ];
    config.process.oomScoreAdj = 500;
  }),
  run('--workdir /made/for/it --env A=b --env A=c', (config) => {
    config.process.cwd = '/made/for/it';
    config.process.env.push('A=b', 'A=c');
  }),
  run('--sysctl kernel.msgmax=65536 --sysctl net.core.somaxconn=300', (config) => {
    Object.assign(config.linux.sysctl, { 'kernel.msgmax': '65536', 'net.core.somaxconn': '300' });
  }),
  run('--memory 64m --pids-limit 50', (config) => {
    config.linux.resources.memory = { limit: 67_108_864 };
    config.linux.resources.pids = { limit: 50 };
  }),
  run('with --userns-remap', (config) => {
    config.linux.namespaces.push({ type: 'user' });
    config.linux.uidMappings = MAPPINGS;
    config.linux.gidMappings = MAPPINGS;
    config.linux.resources.devices = DENY_ALL;
    delete config.linux.sysctl['net.ipv4.ping_group_range'];
  }),
];
