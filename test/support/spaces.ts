/** Specs and looks at the kernel for tests of namespaces. */
import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { type LooseSpec, shellSpec } from './bundle.js';

/** Types of the specification → names in /proc/PID/ns. */
export const FILES = {
  pid: 'pid',
  network: 'net',
  mount: 'mnt',
  ipc: 'ipc',
  uts: 'uts',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
} as const;
export type SpaceType = keyof typeof FILES;

/** The first id of the host in the ranges of userSpec, and their size. */
export const HOST_ROOT = 100_000;
const IDS = 65_536;
export const RANGES = [{ containerID: 0, hostID: HOST_ROOT, size: IDS }];

/** `net:[4026531840]`: which namespace a process is in. */
export function spaceOf(pid: number | 'self', type: SpaceType): string {
  return readlinkSync(`/proc/${pid}/ns/${FILES[type]}`);
}

/** Path of a process's namespace. */
export function pathOf(pid: number, type: SpaceType): string {
  return `/proc/${pid}/ns/${FILES[type]}`;
}

/** The default spec with a shell line, its namespaces as given: '' makes one, a path joins, undefined shares the host's. */
export function spacesSpec(line: string, spaces: Partial<Record<SpaceType, string | undefined>>): LooseSpec {
  const spec = shellSpec(line);
  const changed = Object.keys(spaces);
  const kept = spec.linux.namespaces.filter(({ type }: { type: string }) => !changed.includes(type));
  for (const [type, path] of Object.entries(spaces)) {
    if (path !== undefined) kept.push(path === '' ? { type } : { type, path });
  }
  spec.linux.namespaces = kept;
  return spec;
}

/** The same in a user namespace. */
export function userSpec(line: string, spaces: Partial<Record<SpaceType, string | undefined>> = {}): LooseSpec {
  const spec = spacesSpec(line, { user: '', ...spaces });
  spec.linux.uidMappings = RANGES;
  spec.linux.gidMappings = RANGES;
  // Nodes cannot be made in a user namespace.
  spec.mounts = spec.mounts.filter(({ destination }: { destination: string }) => !destination.startsWith('/dev'));
  spec.mounts.push({ destination: '/dev', type: 'bind', source: '/dev', options: ['rbind'] });
  return spec;
}

/** Gives a rootfs to the root of userSpec, as engines do with an image. */
export function giveAway(rootfs: string, id = HOST_ROOT): void {
  const { status, stderr } = spawnSync('chown', ['-hR', `${id}:${id}`, rootfs], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** A line that prints which namespaces a process is in: `pid net ...`, one a line. */
export function printSpaces(...types: SpaceType[]): string {
  return types.map((type) => `readlink /proc/self/ns/${FILES[type]}`).join('; ');
}
