/**
 * How this host mounts its cgroups, and what the cgroups of a container say. Called by lib/container; changes nothing.
 * Reading the layout is part of every create: it looks at the usual places first, since the table of mounts grows with
 * every container of the host. Sources: cgroups(7), proc_pid_cgroup(5), proc_pid_mountinfo(5).
 */
import { isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { Native } from '../native/surface.js';
import type { CgroupHierarchy, CgroupLayout } from '../plan/cgroupLayout.js';
import { cgroupMounts, type MountedCgroup } from './mounts.js';

/** What is needed of the addon. */
export type Files = Pick<Native, 'readKernelText' | 'listDirectory' | 'fileKind'>;

const ROOT = '/sys/fs/cgroup';
const UNIFIED = 'unified';
/** How a hierarchy without controllers is listed. */
const NAMED = 'name=';

/** A line of /proc/self/cgroup of v1: what the kernel tells the hierarchy by, and its controllers. */
interface Listed {
  readonly name: string;
  readonly controllers: readonly string[];
}

/**
 * The hierarchies that are mounted.
 * @throws RuntimeError host-unsupported when there is none, or it cannot be found out
 */
export function cgroupLayout(files: Files = native()): CgroupLayout {
  try {
    const hierarchies = usualPlaces(files) ?? mountTable(files);
    if (hierarchies.length > 0) return layoutOf(hierarchies);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new RuntimeError('host-unsupported', 'cannot find out how cgroups are mounted', {
      errno: error.errno,
      syscall: error.syscall,
      path: error.path,
      cause: error,
    });
  }
  throw new RuntimeError('host-unsupported', 'no cgroup filesystem is mounted', {
    hint: `mount -t cgroup2 cgroup2 ${ROOT}`,
  });
}

/**
 * The cgroups of a process: name of the hierarchy → directory.
 * @throws SystemError ENOENT when it is gone
 */
export function cgroupsOf(pid: number, { hierarchies }: CgroupLayout, files: Files = native()): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of files.readKernelText(`/proc/${pid}/cgroup`).split('\n')) {
    // `4:memory:/web`, and `0::/web` of v2. A path may have colons.
    const [number = '', name = ''] = line.split(':', 2);
    const path = line.slice(number.length + name.length + 2);
    const hierarchy = hierarchies.find((one) => (number === '0' ? one.version === 2 : one.name === name));
    if (hierarchy !== undefined) found[hierarchy.name] = `${hierarchy.mount}${path}`;
  }
  return found;
}

/** The names that depend on what else there is. Found ones of v1 stand before that of v2. */
function layoutOf(found: readonly CgroupHierarchy[]): CgroupLayout {
  const last = found.at(-1);
  if (last?.version !== 2) return { kind: 'v1', hierarchies: found };
  return found.length > 1
    ? { kind: 'hybrid', hierarchies: found }
    : { kind: 'v2', hierarchies: [{ ...last, name: '' }] };
}

/** What systemd and everybody after it mounts; undefined when something is not where it is looked for. */
function usualPlaces(files: Files): CgroupHierarchy[] | undefined {
  if (isUnified(ROOT, files)) return [unified(ROOT, files)];
  const found: CgroupHierarchy[] = [];
  for (const { name, controllers } of v1Hierarchies(files)) {
    const mount = `${ROOT}/${name.startsWith(NAMED) ? name.slice(NAMED.length) : name}`;
    // A directory of that name may be there with nothing mounted on it.
    if (files.fileKind(`${mount}/tasks`) !== 'file') return undefined;
    found.push({ name, controllers, mount, version: 1 });
  }
  const mount = `${ROOT}/${UNIFIED}`;
  if (isUnified(mount, files)) found.push(unified(mount, files));
  return found.length > 0 ? found : undefined;
}

function isUnified(mount: string, files: Files): boolean {
  return files.fileKind(`${mount}/cgroup.controllers`) === 'file';
}

/** A hierarchy of v1 stays when it is unmounted with cgroups in it: what is in no mount is left out here. */
function mountTable(files: Files): CgroupHierarchy[] {
  const mounts = cgroupMounts(files.readKernelText('/proc/self/mountinfo'));
  const found: CgroupHierarchy[] = [];
  for (const { name, controllers } of v1Hierarchies(files)) {
    const mount = mountOf(mounts, 1, controllers[0] ?? name);
    if (mount !== undefined) found.push({ name, controllers, mount, version: 1 });
  }
  const mount = mountOf(mounts, 2);
  if (mount !== undefined) found.push(unified(mount, files));
  return found;
}

/** Where a filesystem is mounted, best where everybody looks for it. One option tells v1 hierarchies apart. */
function mountOf(mounts: readonly MountedCgroup[], wanted: 1 | 2, option?: string): string | undefined {
  let other: string | undefined;
  for (const { path, version, options } of mounts) {
    if (version !== wanted || (option !== undefined && !options.includes(option))) continue;
    if (path === ROOT || path.startsWith(`${ROOT}/`)) return path;
    other ??= path;
  }
  return other;
}

function unified(mount: string, files: Files): CgroupHierarchy {
  const controllers = words(files.readKernelText(`${mount}/cgroup.controllers`));
  return { name: UNIFIED, controllers, mount, version: 2 };
}

/** From lines such as `4:cpu,cpuacct:/` and `1:name=systemd:/`; that of v2 has no controllers. */
function v1Hierarchies(files: Files): Listed[] {
  const found: Listed[] = [];
  for (const line of files.readKernelText('/proc/self/cgroup').split('\n')) {
    const name = line.split(':', 2)[1];
    if (!name) continue;
    found.push({ name, controllers: name.startsWith(NAMED) ? [] : name.split(',') });
  }
  return found;
}

function entriesOf(directory: string, files: Files): string[] {
  try {
    return files.listDirectory(directory);
  } catch (error) {
    if (isSystemError(error) && (error.errno === 'ENOTDIR' || UNTOLD.has(error.errno))) return [];
    throw error;
  }
}

/** The words of a line of the kernel's. */
function words(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(' ');
}

/**
 * The file that freezes a container, and what is written to it; undefined where nothing can.
 * @param directories of the container, by name of the hierarchy, as its record has them
 */
export function freezerFile(
  directories: Readonly<Record<string, string>>,
): { path: string; frozen: string; thawed: string } | undefined {
  for (const name in directories) {
    if (name === 'freezer' || name.split(',').includes('freezer')) {
      return { path: `${directories[name] ?? ''}/freezer.state`, frozen: 'FROZEN', thawed: 'THAWED' };
    }
  }
  const directory = directories[''] ?? directories[UNIFIED];
  return directory === undefined ? undefined : { path: `${directory}/cgroup.freeze`, frozen: '1', thawed: '0' };
}

/**
 * Whether a container is paused: its cgroup is frozen.
 * @param directories as for freezerFile
 */
export function isFrozen(
  directories: Readonly<Record<string, string>>,
  files: Pick<Native, 'readKernelText'> = native(),
): boolean {
  const path = freezerFile(directories)?.path;
  if (path === undefined) return false;
  if (path.endsWith('/freezer.state')) return textOf(path, files) === 'FROZEN\n';
  const events = `${path.slice(0, path.lastIndexOf('/'))}/cgroup.events`;
  return textOf(events, files).split('\n').includes('frozen 1');
}

/**
 * Every process in the cgroup of a container and below it, in the caller's pid namespace.
 * @param directories of the container, by name of the hierarchy
 */
export function cgroupProcesses(directories: Readonly<Record<string, string>>, files: Files = native()): number[] {
  // Every process is in every hierarchy: one is enough, best one with few files.
  const names = ['', UNIFIED, 'freezer', ...Object.keys(directories)];
  const directory = names.map((name) => directories[name]).find((found) => found !== undefined);
  return directory === undefined ? [] : processesBelow(directory, files);
}

function processesBelow(directory: string, files: Files): number[] {
  const own = textOf(`${directory}/cgroup.procs`, files).split('\n').filter(Boolean).map(Number);
  const below = entriesOf(directory, files).map((name) => `${directory}/${name}`);
  return [
    ...own,
    ...below.filter((path) => files.fileKind(path) === 'directory').flatMap((path) => processesBelow(path, files)),
  ];
}

/** Gone, as a cgroup may be at any time; a threaded one of v2, whose processes are listed above it; made too deep by a container. */
const UNTOLD: ReadonlySet<string> = new Set(['ENOENT', 'ENODEV', 'EOPNOTSUPP', 'ENAMETOOLONG']);

/** Where nothing can be said, nothing is. */
function textOf(path: string, files: Pick<Native, 'readKernelText'>): string {
  try {
    return files.readKernelText(path);
  } catch (error) {
    if (isSystemError(error) && UNTOLD.has(error.errno)) return '';
    throw error;
  }
}
