/** Whether `linux.seccomp` is plain: no listener, and numbers where they belong. Part of lib/spec/glance.ts. */
import type { Seccomp, SeccompAction } from '../types.gen.js';

const LARGEST_ERRNO = 4095;
const LAST_ARGUMENT = 5;

export function isPlainSeccomp(seccomp: Seccomp): boolean {
  const { defaultAction, defaultErrnoRet, flags, syscalls, listenerPath, listenerMetadata } = seccomp;
  if (listenerPath !== undefined || listenerMetadata !== undefined) return false;
  if (!isPlainAction(defaultAction, defaultErrnoRet)) return false;
  if (flags?.includes('SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV') === true) return false;
  if (syscalls === undefined) return true;
  for (const { action, errnoRet, args } of syscalls) {
    if (!isPlainAction(action, errnoRet)) return false;
    if (args !== undefined) for (const { index } of args) if (index > LAST_ARGUMENT) return false;
  }
  return true;
}

function isPlainAction(action: SeccompAction, errno: number | undefined): boolean {
  if (errno === undefined) return action !== 'SCMP_ACT_NOTIFY';
  return action === 'SCMP_ACT_ERRNO' && errno <= LARGEST_ERRNO;
}
