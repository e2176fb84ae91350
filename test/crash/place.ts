/** What tests of crashes share: the host before and after, and what may be said by whoever was struck. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

/** Milliseconds for killed processes to be gone, on a busy machine. */
const PATIENCE = 10_000;

function isThere(pid: number): boolean {
  try {
    return !/^State:\s[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Processes of a list that do not end, with their commands. */
export async function survivors(pids: readonly number[]): Promise<string[]> {
  const deadline = Date.now() + PATIENCE;
  let left = pids.filter(isThere);
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    left = left.filter(isThere);
  }
  return left.map((pid) => `${pid} ${existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''}`);
}

/** Everything of a container that can be found on the host. */
export function traces(caisson: Caisson, id: string, bundle: string): string[] {
  const { cgroups, processes, mounts } = pictureOf(id);
  const state = existsSync(caisson.root) ? readdirSync(caisson.root).filter((name) => name !== '.filters') : [];
  const temporary = [bundle, join(bundle, 'rootfs'), caisson.directory].flatMap((directory) =>
    readdirSync(directory).filter((name) => name.startsWith('.')),
  );
  return [
    ...cgroups,
    ...processes,
    ...mounts.filter((mount) => mount.startsWith(caisson.directory)),
    ...state.map((name) => `state of ${name}`),
    ...temporary,
  ];
}

/** One line, as a person and a script expect an error, and from somebody who did expect it. */
export const ONE_LINE = /^caisson: error: (?!unexpected failure)[^\n]+\n$/;
