// What the kernel tells of a container's process to who looks from the host. Called by the checks.

import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupRoot } from '../cgroups.js';

/** Where a path of the container is on the host, while its process is there. */
export const inside = (pid: number, path: string) => `/proc/${pid}/root${path}`;

/** Such as `net:[4026531833]`, by the kernel's name of the type. */
export const namespaceOf = (pid: number | 'self', name: string) => readlinkSync(`/proc/${pid}/ns/${name}`);

/** A line of mountinfo, proc_pid_mountinfo(5). */
export interface Mount {
  readonly point: string;
  /** Of this mount. */
  readonly options: ReadonlySet<string>;
  /** `shared:7`, `master:3`, `unbindable`. */
  readonly propagation: readonly string[];
  readonly type: string;
  /** Of the filesystem. */
  readonly superOptions: ReadonlySet<string>;
}

export function mountsOf(pid: number | 'self'): Mount[] {
  const lines = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const words = line.split(' ');
    const end = words.indexOf('-');
    const set = (index: number) => new Set(words[index]?.split(','));
    return {
      point: words[4] ?? '',
      options: set(5),
      propagation: words.slice(6, end),
      type: words[end + 1] ?? '',
      superOptions: set(end + 3),
    };
  });
}

/** The uppermost mount at a place. @throws Error when there is none */
export function mountAt(pid: number | 'self', point: string): Mount {
  const mount = mountsOf(pid).findLast((one) => one.point === point);
  if (mount === undefined) throw new Error(`nothing is mounted at ${point}`);
  return mount;
}

/** Host directories of the cgroups that a process is in, but for roots, by controllers; that of v2 by the empty word. */
export function cgroupsOf(pid: number): Map<string, string> {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const places = lines.flatMap((line) => {
    const [, controllers = '', path = '/'] = line.split(':');
    const roots = controllers === '' ? ['unified', ''] : [controllers.replace(/^name=/, '')];
    const place = roots
      .map((name) => join(cgroupRoot, name, path))
      .find((one) => existsSync(join(one, 'cgroup.procs')));
    return path === '/' || place === undefined ? [] : [[controllers, place] as const];
  });
  return new Map(places);
}

/** A field of /proc/PID/status, such as `Uid`. */
export function statusOf(pid: number, field: string): string {
  const [, value] = new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return value ?? '';
}
