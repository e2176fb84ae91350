// The cgroup hierarchies that are mounted, and the removal of what a runtime left in them. Only cgroups whose
// name the bench gave are touched.

import { existsSync, readFileSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Hierarchy {
  readonly mountPoint: string;
  /** "cpu,cpuacct", "name=systemd"; empty on cgroup2. */
  readonly controllers: string;
  /** The bench's own cgroup there, "/" at the top. */
  readonly own: string;
}

/** Everything of type cgroup and cgroup2 in /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export function mountedHierarchies(): Hierarchy[] {
  const own = new Map(lines('/proc/self/cgroup').map((line) => splitOwn(line)));
  return lines('/proc/self/mountinfo').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [type, , superOptions = ''] = after.split(' ');
    const mountPoint = before.split(' ')[4]!;
    if (type === 'cgroup2') return [{ mountPoint, controllers: '', own: own.get('') ?? '/' }];
    if (type !== 'cgroup') return [];
    // Among the options are others: "rw,xattr,release_agent=/x,name=systemd".
    const options = superOptions.split(',');
    const controllers = [...own.keys()].find((names) => names.split(',').every((name) => options.includes(name)));
    return controllers === undefined ? [] : [{ mountPoint, controllers, own: own.get(controllers)! }];
  });
}

/** A line of /proc/self/cgroup, "4:memory:/a/b", as [controllers, path]. */
function splitOwn(line: string): [string, string] {
  const [, controllers = '', ...path] = line.split(':');
  return [controllers, path.join(':')];
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}

/** The folders where a runtime puts a container's cgroup when config.json names none. */
function parents(hierarchy: Hierarchy): string[] {
  const { mountPoint, own } = hierarchy;
  return [
    ...new Set([mountPoint, join(mountPoint, 'caisson'), join(mountPoint, own), join(mountPoint, own, 'caisson')]),
  ];
}

/** Which cgroups of these names exist. */
export function cgroupsNamed(names: readonly string[]): string[] {
  const places = mountedHierarchies().flatMap(parents);
  return places.flatMap((parent) => names.map((name) => join(parent, name))).filter((path) => existsSync(path));
}

/** The shared parents that caisson makes and keeps: those that are there before are not the bench's to remove. */
export function sharedParents(): string[] {
  return mountedHierarchies()
    .flatMap(parents)
    .filter((path) => basename(path) === 'caisson' && existsSync(path));
}

/**
 * Ends what still runs in these cgroups and removes them.
 * @returns those that could not be removed
 */
export function removeCgroups(paths: readonly string[]): string[] {
  return paths.filter((path) => !removeCgroup(path));
}

function removeCgroup(path: string): boolean {
  for (const pid of lines(join(path, 'cgroup.procs'))) process.kill(Number(pid), 'SIGKILL');
  // A killed process leaves its cgroup a little later.
  for (const deadline = Date.now() + 1000; Date.now() < deadline;) {
    try {
      rmdirSync(path);
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return true;
    }
  }
  return false;
}
