/**
 * How this host mounts its cgroups, and what the cgroups of a container say. Called by lib/container; changes nothing.
 * Reading the layout is part of every create: it looks at the usual places first, since the table of mounts grows with
 * every container of the host. Sources: cgroups(7), proc_pid_cgroup(5), proc_pid_mountinfo(5).
 */
import { isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import { type Native } from '../native/surface.js';
import { type CgroupHierarchy, type CgroupLayout } from '../plan/cgroupLayout.js';
import { cgroupMounts, type MountedCgroup } from './mounts.js';

/** What is needed of the addon. */
export type Files = Pick<Native, 'readKernelText' | 'listDirectory' | 'fileKind'>;

const ROOT = '/sys/fs/cgroup';
const UNIFIED = 'unified';

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

function layoutOf(found: readonly CgroupHierarchy[]): CgroupLayout {
  const v1 = found.filter(({ version }) => version === 1);
  const v2 = found.find(({ version }) => version === 2);
  if (v2 === undefined) return { kind: 'v1', hierarchies: v1 };
  if (v1.length === 0) return { kind: 'v2', hierarchies: [{ ...v2, name: '' }] };
  return { kind: 'hybrid', hierarchies: [...v1, { ...v2, name: UNIFIED }] };
}

/** What systemd and everybody after it mounts; undefined when something is not where it is looked for. */
function usualPlaces(files: Files): CgroupHierarchy[] | undefined {
  if (isUnified(ROOT, files)) return [unified(ROOT, files)];
  const found: CgroupHierarchy[] = [];
  for (const { name, controllers } of v1Hierarchies(files)) {
    const mount = `${ROOT}/${name.replace(/^name=/, '')}`;
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
  const v1 = v1Hierarchies(files).flatMap(({ name, controllers }) => {
    const wanted = controllers.length > 0 ? controllers : [name];
    const mount = preferred(
      mounts.filter(({ version, options }) => version === 1 && wanted.every((one) => options.includes(one))),
    );
    return mount === undefined ? [] : [{ name, controllers, mount: mount.path, version: 1 } as const];
  });
  const v2 = preferred(mounts.filter(({ version }) => version === 2));
  return v2 === undefined ? v1 : [...v1, unified(v2.path, files)];
}

function preferred(mounts: readonly MountedCgroup[]): MountedCgroup | undefined {
  return mounts.find(({ path }) => path === ROOT || path.startsWith(`${ROOT}/`)) ?? mounts[0];
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
    found.push({ name, controllers: name.startsWith('name=') ? [] : name.split(',') });
  }
  return found;
}

function entriesOf(directory: string, files: Files): string[] {
  try {
    return files.listDirectory(directory);
  } catch (error) {
    if (isSystemError(error) && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR')) return [];
    throw error;
  }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * Whether a container is paused: its cgroup is frozen.
 * @param directories of the container, by name of the hierarchy, as its record has them
 */
export function isFrozen(
  directories: Readonly<Record<string, string>>,
  files: Pick<Native, 'readKernelText'> = native(),
): boolean {
  for (const [name, directory] of Object.entries(directories)) {
    if (name.split(',').includes('freezer')) return /^FROZEN$/m.test(textOf(`${directory}/freezer.state`, files));
  }
  const directory = directories[''] ?? directories[UNIFIED];
  return directory !== undefined && /^frozen 1$/m.test(textOf(`${directory}/cgroup.events`, files));
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
  const own = words(textOf(`${directory}/cgroup.procs`, files)).map(Number);
  const below = entriesOf(directory, files).map((name) => `${directory}/${name}`);
  return [
    ...own,
    ...below.filter((path) => files.fileKind(path) === 'directory').flatMap((path) => processesBelow(path, files)),
  ];
}

/** A cgroup may vanish at any time: then nothing is said. */
function textOf(path: string, files: Pick<Native, 'readKernelText'>): string {
  try {
    return files.readKernelText(path);
  } catch (error) {
    if (isSystemError(error) && (error.errno === 'ENOENT' || error.errno === 'ENODEV')) return '';
    throw error;
  }
}
