// Removes the cgroups that a program's containers left. Called by program.ts. It never touches a process.

import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where every layout of cgroups is mounted. */
export const cgroupRoot = '/sys/fs/cgroup';

/** First parts of the suite's own `cgroupsPath`s: `/cgrouptest`, `testdir/cgrouptest/container`. */
const suiteCgroups = ['cgrouptest', 'testdir'];

/**
 * Removes the cgroups of containers that are gone: those with one of the ids in their name and, for a program that had
 * the suite's fixed cgroups to itself, those. Only empty ones can be removed; no process is touched.
 * @returns paths of cgroups that are still in use
 */
export async function sweepCgroups(ids: readonly string[], hadSuiteCgroups: boolean): Promise<string[]> {
  // An id of another shape (the suite tries the empty one) could be part of a stranger's name.
  const safeIds = ids.filter((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id));
  const isOurs = (name: string) =>
    (hadSuiteCgroups && suiteCgroups.includes(name)) || safeIds.some((id) => name.includes(id));
  let left = findDeepestFirst(cgroupRoot, isOurs);
  // A process that was just killed stays in its cgroup for a moment.
  for (let attempt = 0; left.length > 0 && attempt < 20; attempt += 1) {
    if (attempt > 0) await sleep(50);
    left = left.filter((path) => !isRemoved(path));
  }
  return left;
}

function findDeepestFirst(directory: string, isOurs: (name: string) => boolean): string[] {
  return childDirectories(directory).flatMap((name) => {
    const path = join(directory, name);
    return isOurs(name) ? [...findDeepestFirst(path, () => true), path] : findDeepestFirst(path, isOurs);
  });
}

function childDirectories(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return []; // Somebody else's cgroup that went away while we looked.
  }
}

function isRemoved(path: string): boolean {
  try {
    rmdirSync(path);
  } catch {
    return !existsSync(path);
  }
  return true;
}
