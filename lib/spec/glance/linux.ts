/** Whether `hooks`, and `linux` but for its limits and its filter, are plain. Part of lib/spec/glance.ts. */
import type { Device, Hook, Hooks, IdMapping, Linux, Namespace, User } from '../types.gen.js';
import { arePlainResources } from './resources.js';
import { isPlainSeccomp } from './seccomp.js';

/** A bit for each type of namespace that is plain. */
export const NAMESPACE = { pid: 1, network: 2, mount: 4, ipc: 8, uts: 16, cgroup: 32, user: 64, time: 0 } as const;

/** More lines than engines write, to be compared each with each, are left to the rules. */
const FEW_LINES = 4;
const LAST_ID = 0xffff_fffe;

/** The types that are there; -1 for one that is there twice, for a time namespace, or for an odd path. */
export function namespaceBits(namespaces: readonly Namespace[] | undefined): number {
  let bits = 0;
  if (namespaces === undefined) return 0;
  for (const { type, path = '' } of namespaces) {
    const bit = NAMESPACE[type];
    if (bit === 0 || (bits & bit) !== 0 || (path !== '' && !path.startsWith('/'))) return -1;
    bits |= bit;
  }
  return bits;
}

/** @param spaces bits of NAMESPACE */
export function isPlainLinux(linux: Linux, spaces: number): boolean {
  const { maskedPaths = [], readonlyPaths = [], sysctl, devices, resources, seccomp, uidMappings, gidMappings } = linux;
  if (linux.netDevices !== undefined || linux.intelRdt !== undefined || linux.memoryPolicy !== undefined) return false;
  if (linux.personality !== undefined || linux.timeOffsets !== undefined) return false;
  if (linux.mountLabel?.includes('\n') === true) return false;
  if ((spaces & NAMESPACE.user) === 0 && (uidMappings !== undefined || gidMappings !== undefined)) return false;
  if ((spaces & NAMESPACE.mount) === 0 && maskedPaths.length + readonlyPaths.length > 0) return false;
  if (!areAbsolute(maskedPaths) || !areAbsolute(readonlyPaths)) return false;
  return (
    (sysctl === undefined || arePlainSysctls(sysctl, spaces)) &&
    (devices === undefined || arePlainDevices(devices)) &&
    (resources === undefined || arePlainResources(resources)) &&
    (seccomp === undefined || isPlainSeccomp(seccomp))
  );
}

function areAbsolute(paths: readonly string[]): boolean {
  for (const path of paths) if (!path.startsWith('/')) return false;
  return true;
}

/** Those of the network, with dots: what engines set. */
function arePlainSysctls(sysctl: Readonly<Record<string, string>>, spaces: number): boolean {
  for (const name in sysctl) {
    if (!name.startsWith('net.') || name.includes('/') || name.includes('..') || name.endsWith('.')) return false;
    if ((spaces & NAMESPACE.network) === 0) return false;
  }
  return true;
}

function arePlainDevices(devices: readonly Device[]): boolean {
  const paths = new Set<string>();
  for (const { type, path, major = -1, minor = -1 } of devices) {
    if (!path.startsWith('/')) return false;
    if (type !== 'p' && (major < 0 || major > 0xfff || minor < 0 || minor > 0xf_ffff)) return false;
    paths.add(path);
  }
  return paths.size === devices.length;
}

/** For a container with a user namespace: few lines that do not touch, and the user is in one of them. */
export function areMapped({ uidMappings, gidMappings }: Linux, user: User | undefined): boolean {
  if (!maps(uidMappings, user?.uid ?? 0) || !maps(gidMappings, user?.gid ?? 0)) return false;
  if (user?.additionalGids !== undefined)
    for (const gid of user.additionalGids) if (!maps(gidMappings, gid)) return false;
  return true;
}

function maps(lines: readonly IdMapping[] | undefined, id: number): boolean {
  if (lines === undefined || lines.length > FEW_LINES) return false;
  let found = false;
  for (const line of lines) {
    const { containerID, hostID, size } = line;
    if (size === 0 || containerID + size - 1 > LAST_ID || hostID + size - 1 > LAST_ID) return false;
    if (id >= containerID && id < containerID + size) found = true;
    for (const other of lines) {
      if (other === line) break;
      if (other.containerID < containerID + size && containerID < other.containerID + other.size) return false;
      if (other.hostID < hostID + size && hostID < other.hostID + other.size) return false;
    }
  }
  return found;
}

/** Seconds of a hook: milliseconds of it, and sums of a few, are exact. Here, since the rules are loaded later than this. */
export const LONGEST_TIMEOUT = 2_147_483_647;

export function arePlainHooks(hooks: Hooks): boolean {
  const { prestart, createRuntime, createContainer, startContainer, poststart, poststop } = hooks;
  return (
    arePlain(prestart) &&
    arePlain(createRuntime) &&
    arePlain(createContainer) &&
    arePlain(startContainer) &&
    arePlain(poststart) &&
    arePlain(poststop)
  );
}

function arePlain(hooks: readonly Hook[] | undefined): boolean {
  if (hooks === undefined) return true;
  for (const { path, env, timeout = 0 } of hooks) {
    if (!path.startsWith('/') || timeout > LONGEST_TIMEOUT) return false;
    if (env !== undefined) for (const entry of env) if (entry.indexOf('=') < 1) return false;
  }
  return true;
}
