/**
 * The config that `caisson spec` writes: what `runc spec`, with or without --rootless, of runc 1.3 writes, but for the host name. Called by the
 * command; writes no file.
 */
import type { Linux, Mount, Resources, Spec } from './types.gen.js';

const CAPABILITIES = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'];

const MOUNTS: readonly Mount[] = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    // 5 is the group tty of most distributions.
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
  },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  {
    destination: '/sys/fs/cgroup',
    type: 'cgroup',
    source: 'cgroup',
    options: ['nosuid', 'noexec', 'nodev', 'relatime', 'ro'],
  },
];

const MASKED_PATHS = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/sys/firmware',
  '/proc/scsi',
];

const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** What a user without privilege cannot mount: a sysfs of the host's network, a devpts with a group of the host. */
const ROOTLESS_MOUNTS: readonly Mount[] = MOUNTS.map((mount) => {
  if (mount.type === 'devpts') return { ...mount, options: (mount.options ?? []).filter((one) => one !== 'gid=5') };
  if (mount.type !== 'sysfs') return mount;
  return { destination: mount.destination, type: 'none', source: '/sys', options: ['rbind', ...(mount.options ?? [])] };
});

export interface DefaultOptions {
  /** Whether the container gets a cgroup namespace: yes where the host has cgroup v2 alone. */
  readonly cgroupNamespace: boolean;
  /** For a user without privilege: whose ids on the host become those of root. */
  readonly rootless?: { readonly uid: number; readonly gid: number } | undefined;
}

/** A container with a shell on a terminal, as little privileged as is of use, on a read-only root filesystem. */
export function defaultSpec({ cgroupNamespace, rootless }: DefaultOptions): Spec {
  return {
    ociVersion: '1.3.0',
    process: {
      terminal: true,
      user: { uid: 0, gid: 0 },
      args: ['sh'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=xterm'],
      cwd: '/',
      // No ambient and no inheritable ones: they would reach every program that is executed (CVE-2022-29162).
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'caisson',
    mounts: rootless === undefined ? MOUNTS : ROOTLESS_MOUNTS,
    linux: {
      ...(rootless === undefined ? { resources: NO_DEVICES } : mapped(rootless)),
      namespaces: [
        { type: 'pid' },
        ...(rootless === undefined ? [{ type: 'network' } as const] : []),
        { type: 'ipc' },
        { type: 'uts' },
        { type: 'mount' },
        ...(cgroupNamespace ? [{ type: 'cgroup' } as const] : []),
        ...(rootless === undefined ? [] : [{ type: 'user' } as const]),
      ],
      maskedPaths: MASKED_PATHS,
      readonlyPaths: READONLY_PATHS,
    },
  };
}

const NO_DEVICES: Resources = { devices: [{ allow: false, access: 'rwm' }] };

/** One id, which everybody may map. The network stays that of the host: who cannot connect a new one has none. */
function mapped({ uid, gid }: { uid: number; gid: number }): Pick<Linux, 'uidMappings' | 'gidMappings'> {
  const root = (hostID: number) => [{ containerID: 0, hostID, size: 1 }];
  return { uidMappings: root(uid), gidMappings: root(gid) };
}

/** The default config as the text of a file, indented by tabs. */
export function defaultSpecText(options: DefaultOptions): string {
  return `${JSON.stringify(defaultSpec(options), null, '\t')}\n`;
}
