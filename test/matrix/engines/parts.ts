/**
 * What the configs of many engines have in common: mounts, capabilities, hidden paths, device rules. Written from the
 * engines' documented defaults; each engine's file says how it puts them together.
 */

/** A config.json, loose: engines write what they like. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Config = any;

/** What a config may name of the world around it. */
export interface World {
  /** Absolute. Holds busybox and the probe. */
  readonly rootfs: string;
  /** A directory of the host with `hosts`, `resolv.conf`, `hostname` (files), `shm`, `data`, `secret` (directories). */
  readonly files: string;
  /** A process with network, ipc, uts and pid namespaces of its own, for containers that join them. */
  readonly neighbour: number;
  /** A process with a user namespace of its own, that maps the first 65536 ids from 200000 on, and the same others below it. */
  readonly mapped: number;
  /** For linux.cgroupsPath: unique, the last component the container's id. */
  readonly cgroupsPath: string;
}

/** A config as an engine writes it for one use. */
export interface Case {
  readonly name: string;
  readonly config: (world: World) => Config;
}

export interface Mount {
  readonly destination: string;
  readonly type?: string;
  readonly source?: string;
  readonly options?: readonly string[];
}

export const mount = (destination: string, type: string, source: string, ...options: string[]): Mount => ({
  destination,
  type,
  source,
  options,
});

export const bind = (destination: string, source: string, ...options: string[]): Mount =>
  mount(destination, 'bind', source, ...options);

/** Capabilities by their names without CAP_. */
export const capabilities = (names: string): string[] => names.split(' ').map((name) => `CAP_${name}`);

/** The fourteen that docker and containerd give. */
export const DOCKER_CAPABILITIES = capabilities(
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE',
);

/** The eleven of podman, buildah and CRI-O (which leaves SYS_CHROOT out). */
export const PODMAN_CAPABILITIES = capabilities(
  'CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT',
);

/** What `--privileged` means where the host lacks CAP_SYS_RESOURCE as well. */
export const ALL_CAPABILITIES = capabilities(
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST ' +
    'NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_TIME ' +
    'SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ ' +
    'PERFMON BPF CHECKPOINT_RESTORE',
);

/** bounding, effective and permitted; nothing inheritable since CVE-2022-24769. */
export const granted = (names: readonly string[]): Config => ({
  bounding: names,
  effective: names,
  permitted: names,
});

export const MASKED = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

export const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Nothing but what the runtime itself adds. */
export const DENY_ALL = [{ allow: false, access: 'rwm' }];

/** `ns('pid ipc uts')`: new ones. */
export const ns = (types: string): Config[] =>
  types
    .split(' ')
    .filter(Boolean)
    .map((type) => ({ type }));

/** One that somebody has already. */
export const joined = (type: string, pid: number): Config => ({
  type,
  path: `/proc/${pid}/ns/${{ network: 'net', mount: 'mnt' }[type] ?? type}`,
});

/** The first 65536 ids, from 200000 on. */
export const MAPPINGS = [{ containerID: 0, hostID: 200_000, size: 65_536 }];

export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The program of every container here: it prints what it sees. */
export const PROBE = ['/bin/sh', '/probe.sh'];
