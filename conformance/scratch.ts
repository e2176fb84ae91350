// The directory in which the programs work, and its removal. Called by run.ts and program.ts.

import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Suite } from './suite.js';

/** In the system's temporary directory, where the mapped root of a user namespace can walk. */
export function makeScratch(suite: Suite): string {
  const scratch = mkdtempSync(join(tmpdir(), 'conformance-'));
  chmodSync(scratch, 0o755);
  for (const file of [join(suite.bin, 'runtimetest'), suite.rootfs]) copyFileSync(file, join(scratch, basename(file)));
  return scratch;
}

/**
 * Removes a tree, unless something is mounted in it: a container without a mount namespace leaves /proc, /sys and /dev
 * in its bundle, and what would be removed there is the host's. The programs' mount namespaces keep that away; this
 * is the second lock.
 * @returns the mount points in it; when there are any, nothing was removed
 */
export function removeTree(path: string): string[] {
  const mounts = findMounts(path, readFileSync('/proc/self/mountinfo', 'utf8'));
  if (mounts.length === 0) rmSync(path, { recursive: true, force: true });
  return mounts;
}

/** Mount points at or below `path`, by the fifth field of mountinfo (proc_pid_mountinfo(5)). */
export function findMounts(path: string, mountinfo: string): string[] {
  const points = mountinfo.split('\n').flatMap((line) => line.split(' ')[4] ?? []);
  return points.filter((point) => point === path || point.startsWith(`${path}/`));
}
