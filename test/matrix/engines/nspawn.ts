/** Configs for whole systems, as systemd-nspawn prepares them and its `--oci-bundle` users write them. */
import {
  bind,
  capabilities,
  type Case,
  type Config,
  granted,
  MAPPINGS,
  mount,
  ns,
  PATH,
  PROBE,
  type World,
} from './parts.js';

const KEPT = capabilities(
  'AUDIT_CONTROL AUDIT_WRITE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_OWNER KILL LEASE LINUX_IMMUTABLE MKNOD ' +
    'NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_NICE SYS_PTRACE SYS_TTY_CONFIG',
);

function system(world: World): Config {
  return {
    ociVersion: '1.0.0',
    process: {
      args: PROBE,
      env: [PATH, 'container=systemd-nspawn', 'HOME=/root', 'USER=root', 'LOGNAME=root'],
      cwd: '/root',
      user: { uid: 0, gid: 0 },
      capabilities: granted(KEPT),
    },
    root: { path: world.rootfs },
    hostname: 'machine',
    mounts: [
      mount('/proc', 'proc', 'proc', 'nosuid', 'noexec', 'nodev'),
      mount('/dev', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=0755'),
      mount('/dev/shm', 'tmpfs', 'tmpfs', 'nosuid', 'nodev', 'strictatime', 'mode=01777'),
      mount('/dev/pts', 'devpts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'),
      mount('/run', 'tmpfs', 'tmpfs', 'nosuid', 'nodev', 'strictatime', 'mode=0755'),
      mount('/tmp', 'tmpfs', 'tmpfs', 'nosuid', 'nodev', 'strictatime', 'mode=01777'),
      mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev'),
    ],
    linux: {
      namespaces: ns('pid mount ipc uts network'),
      resources: { devices: [{ allow: false, access: 'rwm' }] },
      cgroupsPath: world.cgroupsPath,
      readonlyPaths: ['/proc/sys', '/proc/sysrq-trigger', '/proc/bus'],
      maskedPaths: ['/proc/kmsg', '/proc/kcore'],
    },
  };
}

function changed(name: string, change: (config: Config, world: World) => void): Case {
  return {
    name: `nspawn ${name}`.trim(),
    config: (world) => {
      const config = system(world);
      change(config, world);
      return config;
    },
  };
}

export const NSPAWN: readonly Case[] = [
  changed('', () => undefined),
  changed('--private-users=pick', (config) => {
    config.linux.namespaces.push({ type: 'user' });
    config.linux.uidMappings = MAPPINGS;
    config.linux.gidMappings = MAPPINGS;
  }),
  changed('--bind-ro --tmpfs --read-only', (config, { files }) => {
    config.root.readonly = true;
    config.mounts.push(
      bind('/srv', `${files}/data`, 'bind', 'ro'),
      mount('/var', 'tmpfs', 'tmpfs', 'nodev', 'strictatime', 'mode=0755'),
    );
  }),
  changed('--rlimit --oom-score-adjust --no-new-privileges', (config) => {
    config.process.rlimits = [
      { type: 'RLIMIT_NOFILE', soft: 512, hard: 4096 },
      { type: 'RLIMIT_CPU', soft: 100, hard: 200 },
      { type: 'RLIMIT_STACK', soft: 8_388_608, hard: 16_777_216 },
    ];
    config.process.oomScoreAdj = 250;
    config.process.noNewPrivileges = true;
  }),
];
