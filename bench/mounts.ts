// The bench's own mount namespace: the work folder's tmpfs, and on a hybrid host the hugetlb hierarchy, without
// which crun refuses to run. Nothing of it is seen on the host, and the kernel removes it with the namespace.
// All runtimes run in it, so that they see the same.

import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

import { mountedHierarchies } from './cgroups.js';
import { workFolder } from './place.js';

const cgroupRoot = '/sys/fs/cgroup';
const hugetlb = join(cgroupRoot, 'hugetlb');
const insideMark = 'CAISSON_BENCH_INSIDE';

/** Whether this process is the one in the namespace of its own. */
export function isInside(): boolean {
  return process.env[insideMark] === '1';
}

/** Runs the same command again in a mount namespace of its own. @returns its exit status */
export async function runInside(): Promise<number> {
  const words = ['--mount', '--propagation', 'private', process.execPath, ...process.argv.slice(1)];
  const child = spawn('unshare', words, { stdio: 'inherit', env: { ...process.env, [insideMark]: '1' } });
  // The one inside removes what it made; this one only has to outlive it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal!]));
  });
}

export function mountWorkFolder(): void {
  mkdirSync(workFolder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'caisson-bench', workFolder]);
}

/**
 * Mounts the hugetlb hierarchy where crun needs it: hierarchies of version 1 are mounted, and hugetlb is in none.
 * @returns a function that takes it away again
 * @throws {Error} when it cannot be mounted, as when cgroup2 uses the controller
 */
export function mountHugetlb(): () => Promise<void> {
  const hierarchies = mountedHierarchies();
  const isV1 = hierarchies.some(
    ({ mountPoint, controllers }) => controllers !== '' && mountPoint.startsWith(cgroupRoot),
  );
  const isMounted = hierarchies.some(({ controllers }) => controllers.split(',').includes('hugetlb'));
  if (!isV1 || isMounted || hugetlbHierarchy() === undefined) return () => Promise.resolve();
  const isOthers = hugetlbHierarchy() !== 0;
  replaceCgroupRoot();
  mkdirSync(hugetlb, { recursive: true });
  execFileSync('mount', ['-t', 'cgroup', '-o', 'hugetlb', 'cgroup', hugetlb]);
  // What somebody has mounted in another namespace goes when they unmount it.
  return isOthers ? () => Promise.resolve() : unmountHugetlb;
}

/** Moves the hierarchies to a tmpfs of the bench's own: a folder made in the old one would be seen on the host. */
function replaceCgroupRoot(): void {
  const next = join(workFolder, 'cgroup');
  const mountPoints = new Set(mountedHierarchies().map(({ mountPoint }) => mountPoint));
  mkdirSync(next);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', next]);
  for (const name of readdirSync(cgroupRoot)) {
    const [from, to] = [join(cgroupRoot, name), join(next, name)];
    if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else mkdirSync(to);
    if (mountPoints.has(from)) execFileSync('mount', ['--move', from, to]);
  }
  execFileSync('umount', [cgroupRoot]);
  execFileSync('mount', ['--move', next, cgroupRoot]);
  rmdirSync(next);
}

/**
 * The kernel keeps a hierarchy that is unmounted while a removed cgroup of it is still being freed, and hugetlb
 * would stay taken. So it is mounted and unmounted again until it is gone.
 */
async function unmountHugetlb(): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    execFileSync('umount', [hugetlb]);
    if (hugetlbHierarchy() === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (hugetlbHierarchy() === 0) return;
    execFileSync('mount', ['-t', 'cgroup', '-o', 'hugetlb', 'cgroup', hugetlb]);
  }
}

/** The number of hugetlb's hierarchy in /proc/cgroups: 0 when it is not mounted, undefined without hugetlb. */
function hugetlbHierarchy(): number | undefined {
  const [, hierarchy, , enabled] = /^hugetlb\t(\d+)\t(\d+)\t(\d)$/m.exec(readFileSync('/proc/cgroups', 'utf8')) ?? [];
  return enabled === '1' ? Number(hierarchy) : undefined;
}
