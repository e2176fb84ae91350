/**
 * Names of kernel settings, and which namespace each belongs to (sysctl(8), sysctl.d(5), namespaces(7)). Imports nothing.
 */

/** The namespaces that have settings of their own. */
export type SysctlNamespace = 'ipc' | 'network' | 'uts' | 'user';

const OF_IPC: readonly string[] = [
  'kernel/msgmax',
  'kernel/msgmnb',
  'kernel/msgmni',
  'kernel/sem',
  'kernel/shmall',
  'kernel/shmmax',
  'kernel/shmmni',
  'kernel/shm_rmid_forced',
];

/**
 * The path of a setting below /proc/sys. The first separator tells which of the two it is: in `net/ipv4/conf/eno2.100/x`
 * the dot is part of a name, as is the slash in `net.ipv4.conf.eno2/100.x`.
 */
export function sysctlPath(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  if (first !== '.') return name;
  let path = '';
  for (const letter of name) path += letter === '.' ? '/' : letter === '/' ? '.' : letter;
  return path;
}

/** Whether a path leads to one place below /proc/sys, without detours. */
export function isPlainSysctl(path: string): boolean {
  return path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

/** The namespace that a setting belongs to, by its path; undefined for one of the whole machine. */
export function sysctlNamespace(path: string): SysctlNamespace | undefined {
  if (path.startsWith('net/')) return 'network';
  if (path.startsWith('fs/mqueue/') || OF_IPC.includes(path)) return 'ipc';
  if (path === 'kernel/hostname' || path === 'kernel/domainname') return 'uts';
  return path.startsWith('user/') ? 'user' : undefined;
}
