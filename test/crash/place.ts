/** What tests of crashes share: the host before and after, and what may be said by whoever was struck. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caisson } from '../support/caisson.js';
import { type Call, type Errno, EVERYTHING } from '../support/faults.js';
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

/** What the container is, told by itself: whatever an act of init changes is seen in it. */
export const PORTRAIT = [
  'grep -E "^(Umask|Uid|Gid|Groups|NoNewPrivs|Seccomp|Cap|Sig[PBIC]|NSpid|Cpus_allowed_list)" /proc/self/status',
  'cat /proc/self/limits /proc/self/oom_score_adj /proc/sys/kernel/hostname',
  // Hierarchies that somebody mounts meanwhile are nobody's business here: in those, everybody is in the root.
  'grep ":/." /proc/self/cgroup',
  'busybox cut -d" " -f4- /proc/self/mountinfo',
  'ls -l /dev | busybox tr -s " " | busybox cut -d" " -f1-6,10-',
  'for n in 0 1 2 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$n && echo fd $n; done',
  'pwd; id; env | sort; ip link | grep -o "<.*>"',
].join('; ');

/** Lines that only one of two texts has. */
export function difference(one: string, other: string): string[] {
  const [ours, theirs] = [one, other].map((text) => text.split('\n'));
  return [
    ...ours!.filter((line) => !theirs!.includes(line)).map((line) => `-${line}`),
    ...theirs!.filter((line) => !ours!.includes(line)).map((line) => `+${line}`),
  ];
}

/** Exit status of a front that has no engine yet and knows no verbs: as a shell's, of what it cannot execute. */
export const NOT_EXECUTED = 127;

const ERRNOS: readonly Errno[] = ['ENOSPC', 'EMFILE', 'ENOMEM', 'EINTR'];

/** How a call is to fail: in all ways, or at each call in another one. */
export function errnosAt({ at }: Call): readonly Errno[] {
  return EVERYTHING ? ERRNOS : [ERRNOS[at % ERRNOS.length]!];
}
