/**
 * What the host looks like, for tests that say "nothing was left behind". Only what could be ours is looked at, so that
 * tests beside each other, and the rest of the machine, do not disturb the picture.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How often something is done: a tenth of it in an emulated machine, which scripts/vm/job.sh tells of. */
export function often(times: number): number {
  return process.env.CAISSON_TEST_EMULATED === undefined ? times : Math.ceil(times / 10);
}

export interface HostPicture {
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
  readonly processes: readonly string[];
  readonly files: readonly string[];
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

/** Mount points of every cgroup hierarchy. */
export function cgroupMounts(): string[] {
  return lines('/proc/self/mountinfo')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] ?? '');
}

/** Cgroup directories below /caisson whose name holds the token. */
function cgroupsOf(token: string): string[] {
  return cgroupMounts().flatMap((mount) => {
    const parent = join(mount, 'caisson');
    return existsSync(parent)
      ? readdirSync(parent)
          .filter((name) => name.includes(token))
          .map((name) => join(parent, name))
      : [];
  });
}

/** Processes that are, or were started as, caisson's own, or that are in a cgroup whose name holds the token. */
function processesOf(token: string): string[] {
  const ours: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // A zombie has ended: reaping it is the business of its parent, which is not caisson once caisson has returned.
      if (/^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) continue;
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
      if (readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(token)) ours.push(`${pid} ${words}`);
    } catch {
      // It ended while we looked.
    }
  }
  return ours;
}

/**
 * Takes the picture.
 * @param token part of the ids that a test uses
 * @param directories whose entries are listed
 */
export function pictureOf(token: string, directories: readonly string[] = []): HostPicture {
  return {
    mounts: lines('/proc/self/mountinfo')
      .map((line) => line.split(' ')[4] ?? '')
      .sort(),
    cgroups: cgroupsOf(token),
    processes: processesOf(token),
    files: directories.flatMap((directory) =>
      existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [],
    ),
  };
}
