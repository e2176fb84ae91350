// The v1 hugetlb hierarchy, which crun insists on and some hosts know but don't mount. It is mounted in this process's
// mount namespace only, and the host's directories stay as they are. Called by run.ts, inside its own namespace.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupRoot } from './cgroups.js';

const place = join(cgroupRoot, 'hugetlb');

/** Whether this runtime wants a hugetlb hierarchy that this host (v1 or hybrid) knows, but hasn't mounted. */
export function lacksHugetlb(version: string): boolean {
  return version.startsWith('crun ') && canMountHugetlb();
}

/**
 * Mounts the hierarchy, where there is one to mount.
 * @returns the way to take it back
 * @throws Error when a mount is refused
 */
export function mountHugetlb(): () => Promise<void> {
  if (!canMountHugetlb()) return () => Promise.resolve();
  replaceCgroupRoot();
  mkdirSync(place, { recursive: true });
  mountHierarchy();
  return unmountHierarchy;
}

function canMountHugetlb(): boolean {
  const isV2 = existsSync(join(cgroupRoot, 'cgroup.controllers'));
  const isKnown = /^hugetlb\t.*\t1$/m.test(readFileSync('/proc/cgroups', 'utf8'));
  const isMounted = / - cgroup \S+ \S*\bhugetlb\b/.test(readFileSync('/proc/self/mountinfo', 'utf8'));
  return !isV2 && isKnown && !isMounted;
}

/** Puts a tmpfs of ours in the place of the host's, with the same hierarchies in it: here we may make a directory. */
function replaceCgroupRoot(): void {
  const ours = mkdtempSync(join(tmpdir(), 'conformance-cgroup-'));
  run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', ours);
  for (const entry of readdirSync(cgroupRoot, { withFileTypes: true })) {
    const [from, to] = [join(cgroupRoot, entry.name), join(ours, entry.name)];
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    if (entry.isDirectory()) mkdirSync(to);
    if (entry.isDirectory() && isMountPoint(from)) run('mount', '--move', from, to);
  }
  run('mount', '--move', ours, cgroupRoot);
  rmdirSync(ours);
}

function isMountPoint(path: string): boolean {
  return statSync(path).dev !== statSync(cgroupRoot).dev;
}

/**
 * An unmount right after the last rmdir leaves the hierarchy behind, bound to v1 and mounted nowhere. One more mount
 * and unmount, a little later, ends it; unless somebody else has it mounted.
 */
async function unmountHierarchy(): Promise<void> {
  run('umount', place);
  for (let attempt = 0; attempt < 5 && isBound(); attempt += 1) {
    await sleep(100);
    mountHierarchy();
    run('umount', place);
  }
}

function mountHierarchy(): void {
  run('mount', '-t', 'cgroup', '-o', 'hugetlb', 'cgroup', place);
}

/** The second column is the id of the v1 hierarchy that a controller belongs to, 0 for none. */
function isBound(): boolean {
  return !/^hugetlb\t0\t/m.test(readFileSync('/proc/cgroups', 'utf8'));
}

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr.trim()}`);
}
