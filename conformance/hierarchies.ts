// Hierarchies of cgroup v1 that the kernel has and the host has not mounted: the suite looks for them (hugetlb, net_cls,
// net_prio), and crun insists on one of them. They are mounted in this process's mount namespace only, for every runtime
// alike, and the host's directories stay as they are. Called by run.ts, inside its own namespace.

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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupRoot } from './cgroups.js';
import { mountableHierarchies } from './host.js';

/** What was mounted, and the way to take it back. */
export interface Hierarchies {
  readonly names: readonly string[];
  readonly unmount: () => Promise<void>;
}

/**
 * Mounts what there is to mount.
 * @throws Error when a mount is refused
 */
export async function mountHierarchies(): Promise<Hierarchies> {
  const [cgroups, mountinfo] = [readFileSync('/proc/cgroups', 'utf8'), readFileSync('/proc/self/mountinfo', 'utf8')];
  const isV2 = existsSync(join(cgroupRoot, 'cgroup.controllers'));
  const names = isV2 ? [] : mountableHierarchies(cgroups, mountinfo);
  if (names.length === 0) return { names, unmount: () => Promise.resolve() };
  const giveBack = await takeFromV2(names, join(cgroupRoot, 'unified'));
  replaceCgroupRoot();
  const done: string[] = [];
  const unmount = async () => {
    for (const name of done.splice(0)) await unmountHierarchy(name);
    giveBack();
  };
  try {
    for (const name of names) {
      mkdirSync(join(cgroupRoot, name), { recursive: true });
      await mountHierarchy(name);
      done.push(name);
    }
  } catch (error) {
    await unmount();
    throw error;
  }
  return { names, unmount };
}

/**
 * A controller that cgroups of v2 have cannot be mounted as v1. Where nobody is limited by it, their parents stop handing
 * it down meanwhile.
 * @returns the way to hand it down again
 * @throws Error when somebody is limited by it, and stays
 */
async function takeFromV2(names: readonly string[], unified: string): Promise<() => void> {
  if (handedDown(names, unified).length === 0) return () => undefined;
  for (let attempt = 0; ; attempt += 1) {
    const limited = directoriesBelow(unified).find(
      (directory) => isInhabited(directory) && isLimited(directory, names),
    );
    if (limited === undefined) break;
    if (attempt === 240)
      throw new Error(`processes in ${limited} have a limit of ${names.join(' or ')}: end them first`);
    await sleep(250);
  }
  const handed = handedDown(names, unified);
  for (const { file, name } of handed) writeFileSync(file, `-${name}`);
  return () => handDown(handed.toReversed());
}

/** Where the cgroup is gone, or the kernel has not unbound the v1 hierarchy yet, whoever wants the controller next asks for it himself. */
function handDown(handed: readonly { readonly file: string; readonly name: string }[]): void {
  for (const { file, name } of handed) {
    try {
      writeFileSync(file, `+${name}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

function handedDown(names: readonly string[], unified: string): { file: string; name: string }[] {
  if (!existsSync(join(unified, 'cgroup.subtree_control'))) return [];
  return [...directoriesBelow(unified), unified].flatMap((directory) => {
    const file = join(directory, 'cgroup.subtree_control');
    const words = readText(file).trim().split(' ');
    return names.filter((name) => words.includes(name)).map((name) => ({ file, name }));
  });
}

function isInhabited(directory: string): boolean {
  return readText(join(directory, 'cgroup.procs')) !== '';
}

function isLimited(directory: string, names: readonly string[]): boolean {
  const files = names.flatMap((name) =>
    filesOf(directory).filter((file) => file.startsWith(`${name}.`) && file.endsWith('max')),
  );
  return files.some((file) => isLimit(readText(join(directory, file)).trim()));
}

/** Without one, the largest number of whole pages stands there. */
function isLimit(text: string): boolean {
  return /^\d+$/.test(text) && BigInt(text) < 1n << 62n;
}

function filesOf(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** Nothing, of a cgroup that went away while we looked. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Deepest first. */
function directoriesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map((entry) => join(directory, entry.name)).flatMap((path) => [...directoriesBelow(path), path]);
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

/** What v2 has just let go of is busy for a moment. */
async function mountHierarchy(name: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      run('mount', '-t', 'cgroup', '-o', name, 'cgroup', join(cgroupRoot, name));
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(250);
    }
  }
}

/**
 * An unmount right after the last rmdir leaves the hierarchy behind, bound to v1 and mounted nowhere. One more mount
 * and unmount, a little later, ends it; unless somebody else has it mounted.
 */
async function unmountHierarchy(name: string): Promise<void> {
  removeCgroups(join(cgroupRoot, name));
  run('umount', join(cgroupRoot, name));
  for (let attempt = 0; attempt < 5 && isBound(name); attempt += 1) {
    await sleep(500);
    await mountHierarchy(name);
    run('umount', join(cgroupRoot, name));
  }
}

/** What runtimes left for their next container: nobody but this run has seen the hierarchy. */
function removeCgroups(place: string): void {
  for (const directory of directoriesBelow(place)) {
    try {
      rmdirSync(directory);
    } catch {
      // Somebody is in it: then the kernel keeps the hierarchy, and the next run finds it as it is.
    }
  }
}

/** Whether the controller belongs to some v1 hierarchy: the second column of /proc/cgroups. */
function isBound(name: string): boolean {
  return new RegExp(`^${name}\\t[1-9]`, 'm').test(readFileSync('/proc/cgroups', 'utf8'));
}

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr.trim()}`);
}
