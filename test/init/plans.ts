/** Pieces of hand-written plans: a container of busybox, act by act. */
import { type HostAct, type InitAct, POINTS } from '../../lib/plan/wire.gen.js';

/** CLONE_NEW* of sched.h. */
export const CLONE = { mount: 0x0002_0000, uts: 0x0400_0000, ipc: 0x0800_0000, pid: 0x2000_0000, network: 0x4000_0000 };
export const ALL = CLONE.mount | CLONE.uts | CLONE.ipc | CLONE.pid | CLONE.network;

/** MS_* of linux/mount.h. */
export const MS = { rec: 0x4000, private: 0x4_0000, slave: 0x8_0000, shared: 0x10_0000 };

export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  E2BIG: 7,
  ENOEXEC: 8,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ELOOP: 40,
  EDQUOT: 122,
} as const;

export const ROOT_SLOT = 0;

/** Takes the rootfs into its slot. */
export function openRoot(rootfs: string): HostAct {
  return { op: 'open-tree', path: rootfs, slot: ROOT_SLOT, recursive: 1, directory: 1 };
}

/** Makes the rootfs the root of what follows. */
export const ROOT: readonly InitAct[] = [
  { op: 'signals' },
  { op: 'new-session' },
  { op: 'detach-propagation', propagation: MS.slave | MS.rec },
  { op: 'attach-root', tree: ROOT_SLOT, propagation: MS.slave | MS.rec, at: '' },
];

type MountAct = Extract<InitAct, { op: 'mount' }>;

export function mount(
  type: string,
  target: string,
  options: readonly string[] = [],
  more: Partial<MountAct> = {},
): MountAct {
  return {
    op: 'mount',
    type,
    source: type,
    target,
    attributes: 0,
    flags: 0,
    options,
    propagation: 0,
    plain: 0,
    ...more,
  };
}

export function device(path: string, major: number, minor: number, mode = 0o020_666): InitAct {
  return { op: 'device', path, mode, major, minor, uid: 0, gid: 0 };
}

/** The filesystems and devices that every container has. */
export const USUAL: readonly InitAct[] = [
  mount('proc', '/proc'),
  mount('tmpfs', '/dev', ['mode=755', 'size=65536k']),
  mount('devpts', '/dev/pts', ['newinstance', 'ptmxmode=0666', 'mode=0620']),
  device('/dev/null', 1, 3),
  device('/dev/zero', 1, 5),
  device('/dev/tty', 5, 0),
];

export const PIVOT: readonly InitAct[] = [{ op: 'pivot' }];

export const READY: InitAct = { op: 'meet', point: POINTS.ready };

const ENVIRONMENT = ['PATH=/bin', 'HOME=/root'];

/** Finds and executes a program of the rootfs. */
export function execute(args: readonly string[], env: readonly string[] = ENVIRONMENT): InitAct[] {
  return [
    { op: 'chdir', path: '/' },
    { op: 'find-executable', name: args[0] ?? '', searchPath: '/bin' },
    READY,
    { op: 'exec', args, env },
  ];
}

/** Executes a line of shell. */
export function shell(line: string): InitAct[] {
  return execute(['/bin/sh', '-c', line]);
}

/** A whole container with these acts before the pivot and after it, running a line of shell. */
export function container(line: string, before: readonly InitAct[] = [], after: readonly InitAct[] = []): InitAct[] {
  return [...ROOT, ...USUAL, ...before, ...PIVOT, ...after, ...shell(line)];
}
