/**
 * A system call fails that nobody expects to fail: ENOSPC, EMFILE, ENOMEM and EINTR at each call of the addon, of init and of
 * the front. It ends in one line that says so, and nothing is left; or in the container that was asked for, and not in a
 * weaker one: what it tells of itself is compared.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { type Call, coveredCalls, type Errno, EVERYTHING, Faults, situations, type Who } from '../support/faults.js';
import { ONE_LINE, survivors, traces } from './place.js';

const caisson = new Caisson();
const faults = new Faults(caisson);
const bundle = join(caisson.directory, 'bundle');
const id = caisson.id();

const ADDON = join(import.meta.dirname, '../../dist/libexec/caisson/caisson.node');

/** What else the addon takes from the C library: it makes no system call, or one that cannot fail. */
const NO_SYSTEM_CALLS = (
  'abort calloc clock_gettime close closedir environ fclose fdopen fflush fputc fputs free fwrite getenv geteuid getpid getppid ' +
  'gettext gmtime_r gnu_dev_makedev malloc memchr memcmp memcpy memmove memset munmap nanosleep pthread_detach pthread_join ' +
  'pthread_mutex_lock pthread_mutex_unlock pthread_once realloc sigfillset snprintf sprintf stderr strchr strcmp strcspn ' +
  'strdup strerror strerrorname_np strftime strlen strncmp strrchr trunc'
).split(' ');

/** What the container is, told by itself: whatever an act of init changes is seen in it. */
const PORTRAIT = [
  'grep -E "^(Umask|Uid|Gid|Groups|NoNewPrivs|Seccomp|Cap|Sig[PBIC]|NSpid|Cpus_allowed_list)" /proc/self/status',
  'cat /proc/self/limits /proc/self/oom_score_adj /proc/self/cgroup /proc/sys/kernel/hostname',
  'busybox cut -d" " -f4- /proc/self/mountinfo',
  'ls -l /dev | busybox tr -s " " | busybox cut -d" " -f1-6,10-',
  'for n in 0 1 2 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$n && echo fd $n; done',
  'pwd; id; env | sort; ip link | grep -o "<.*>"',
].join('; ');

beforeAll(() => {
  makeBundle(bundle, shellSpec(PORTRAIT));
  // What is made once for all containers is there from now on: each run makes the same calls.
  expect(caisson.call(run)).toMatchObject({ status: 0, stderr: '' });
});
afterAll(() => caisson.clean());

/** Lines that only one of two texts has. */
function difference(one: string, other: string): string[] {
  const [ours, theirs] = [one, other].map((text) => text.split('\n'));
  return [
    ...ours!.filter((line) => !theirs!.includes(line)).map((line) => `-${line}`),
    ...theirs!.filter((line) => !ours!.includes(line)).map((line) => `+${line}`),
  ];
}

const run = ['run', '-b', bundle, id];

const ERRNOS: readonly Errno[] = ['ENOSPC', 'EMFILE', 'ENOMEM', 'EINTR'];

async function complaintsOf(whose: Who, { at, name }: Call, errno: Errno, whole: string): Promise<string[]> {
  const { struck, status, signal, stdout, stderr, processes } = faults.strike(whose, at, { fail: errno }, run);
  // Two threads of the engine make calls, in an order of their own each time: who was not struck is to be the whole container.
  const wrong: string[] = struck || status === 0 ? [] : ['it did not come to that call'];
  if (status === 0) {
    wrong.push(...difference(whole, stdout).map((line) => `another container: ${line}`));
    if (stderr !== '') wrong.push(`it went well, but: ${stderr}`);
  } else if (!ONE_LINE.test(stderr)) {
    wrong.push(`status ${status}, signal ${signal}: ${stderr}`);
  }
  for (const left of [...(await survivors(processes)), ...traces(caisson, id, bundle)]) wrong.push(`left: ${left}`);
  caisson.call(['delete', '--force', id]);
  return wrong.map((what) => `${errno} at ${at} (${name}): ${what}`);
}

test.each<Who>(['init', 'engine', 'front'])(
  'a call of %s fails',
  async (whose) => {
    const { stdout: whole, calls } = faults.watch(whose, run);
    const wrong: string[] = [];
    for (const call of situations(calls).filter(({ never }) => !never)) {
      // All of them at each call, or one after the other.
      const errnos = EVERYTHING ? ERRNOS : [ERRNOS[call.at % ERRNOS.length]!];
      for (const errno of errnos) wrong.push(...(await complaintsOf(whose, call, errno, whole)));
    }
    expect(wrong).toEqual([]);
  },
  3_600_000,
);

test('no function by which the addon makes system calls is left out', () => {
  const { stdout, status } = spawnSync('nm', ['-D', '--undefined-only', ADDON], { encoding: 'utf8' });
  expect(status).toBe(0);
  const imported = [...stdout.matchAll(/ U (\w+)/g)].map(([, name = '']) => name);
  const known = new Set([...coveredCalls(), ...NO_SYSTEM_CALLS]);
  expect(imported.filter((name) => !known.has(name) && !/^(napi_|_)/.test(name))).toEqual([]);
  expect(coveredCalls().filter((name) => !imported.includes(name))).toEqual([]);
});
