/**
 * The table of mounts, as far as it is about cgroups and resctrl. Called by cgroup.ts where cgroups are not at their usual places,
 * and by resctrl.ts.
 * Pure: the text is given. Source: proc_pid_mountinfo(5).
 */

/** A mount of a cgroup filesystem. */
export interface MountedCgroup {
  /** Where, as it is: the table's escapes undone. */
  readonly path: string;
  readonly version: 1 | 2;
  /** Options of the filesystem: the controllers of v1, or `name=systemd`, among others. */
  readonly options: readonly string[];
}

/** Every cgroup mount in the text of /proc/self/mountinfo, in its order. */
export function cgroupMounts(table: string): MountedCgroup[] {
  const found: MountedCgroup[] = [];
  for (const line of table.split('\n')) {
    // The number of fields before the separator varies. Most lines are of no interest and not split.
    const separator = line.indexOf(' - cgroup');
    if (separator < 0) continue;
    const path = line.slice(0, separator).split(' ')[4];
    const [type, , options = ''] = line.slice(separator + 3).split(' ');
    if (path === undefined || (type !== 'cgroup' && type !== 'cgroup2')) continue;
    found.push({ path: unescape(path), version: type === 'cgroup2' ? 2 : 1, options: options.split(',') });
  }
  return found;
}

/** Where filesystems of this type are mounted, in the order of the table. */
export function mountsOf(table: string, type: string): string[] {
  const found: string[] = [];
  for (const line of table.split('\n')) {
    const separator = line.indexOf(` - ${type} `);
    const path = separator < 0 ? undefined : line.slice(0, separator).split(' ')[4];
    if (path !== undefined) found.push(unescape(path));
  }
  return found;
}

/** Space, tab, newline and backslash stand as three octal digits behind a backslash. */
function unescape(path: string): string {
  if (!path.includes('\\')) return path;
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
