/**
 * A system call fails that nobody expects to fail: ENOSPC, EMFILE, ENOMEM and EINTR at each call of the addon, of init and of
 * the front. It ends in one line that says so, and nothing is left; or in the container that was asked for, and not in a
 * weaker one: what it tells of itself is compared.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { type Call, coveredCalls, type Errno, Faults, situations, type Who } from '../support/faults.js';
import { difference, errnosAt, NOT_EXECUTED, ONE_LINE, PORTRAIT, survivors, traces } from './place.js';

const caisson = new Caisson();
const faults = new Faults(caisson);
const bundles = { plain: join(caisson.directory, 'plain'), 'in a user namespace': join(caisson.directory, 'mapped') };
const id = caisson.id();

const ADDON = join(import.meta.dirname, '../../dist/libexec/caisson/caisson.node');

/** What else the addon takes from the C library: it makes no system call, or one that cannot fail. */
const NO_SYSTEM_CALLS = (
  'abort calloc clock_gettime close closedir environ fclose fdopen fflush fputc fputs free fwrite getegid getenv geteuid getpid getppid ' +
  'gettext gmtime_r gnu_dev_makedev malloc memchr memcmp memcpy memmove memset munmap nanosleep pthread_detach pthread_join ' +
  'pthread_mutex_lock pthread_mutex_unlock pthread_once realloc sigfillset snprintf sprintf stderr strchr strchrnul strcmp strcspn ' +
  'strdup strerror strerrorname_np strftime strlen strncmp strrchr strstr trunc'
).split(' ');

beforeAll(() => {
  makeBundle(bundles.plain, shellSpec(PORTRAIT));
  makeBundle(bundles['in a user namespace'], mapped(shellSpec(PORTRAIT)));
  // The root of the mapped container is somebody else, who walks to the rootfs.
  chmodSync(caisson.directory, 0o755);
  // What is made once for all containers is there from now on: each run makes the same calls.
  for (const bundle of Object.values(bundles))
    expect(caisson.call(runOf(bundle))).toMatchObject({ status: 0, stderr: '' });
});
afterAll(() => caisson.clean());

/** Somebody else's root, and a twin of init in its namespaces. */
function mapped(spec: LooseSpec): LooseSpec {
  spec.linux.namespaces.push({ type: 'user' });
  spec.linux.uidMappings = spec.linux.gidMappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  return spec;
}

const runOf = (bundle: string): string[] => ['run', '-b', bundle, id];

async function complaintsOf(whose: Who, { at, name }: Call, errno: Errno, { bundle, whole }: Whole): Promise<string[]> {
  const { struck, status, signal, stdout, stderr, processes } = faults.strike(
    whose,
    at,
    { fail: errno },
    runOf(bundle),
  );
  // Two threads of the engine make calls, in an order of their own each time: who was not struck is to be the whole container.
  const wrong: string[] = struck || status === 0 ? [] : ['it did not come to that call'];
  if (status === 0) {
    wrong.push(...difference(whole, stdout).map((line) => `another container: ${line}`));
    if (stderr !== '') wrong.push(`it went well, but: ${stderr}`);
  } else if (!(status === 1 || (whose === 'front' && status === NOT_EXECUTED)) || !ONE_LINE.test(stderr)) {
    wrong.push(`status ${status}, signal ${signal}: ${stderr}`);
  }
  for (const left of [...(await survivors(processes)), ...traces(caisson, id, bundle)]) wrong.push(`left: ${left}`);
  caisson.call(['delete', '--force', id]);
  return wrong.map((what) => `${errno} at ${at} (${name}): ${what}`);
}

/** A bundle, and what its container tells of itself when nothing fails. */
interface Whole {
  readonly bundle: string;
  readonly whole: string;
}

describe.each(Object.entries(bundles))('%s', (_, bundle) => {
  test.each<Who>(['init', 'engine', 'front'])(
    'a call of %s fails',
    async (whose) => {
      const { stdout: whole, calls } = faults.watch(whose, runOf(bundle));
      const wrong: string[] = [];
      for (const call of situations(calls).filter(({ never }) => !never)) {
        for (const errno of errnosAt(call)) wrong.push(...(await complaintsOf(whose, call, errno, { bundle, whole })));
      }
      expect(wrong).toEqual([]);
    },
    3_600_000,
  );
});

test('no function by which the addon makes system calls is left out', () => {
  const { stdout, status } = spawnSync('nm', ['-D', '--undefined-only', ADDON], { encoding: 'utf8' });
  expect(status).toBe(0);
  const imported = [...stdout.matchAll(/ U (\w+)/g)].map(([, name = '']) => name);
  const known = new Set([...coveredCalls(), ...NO_SYSTEM_CALLS]);
  expect(imported.filter((name) => !known.has(name) && !/^(napi_|_)/.test(name))).toEqual([]);
  expect(coveredCalls().filter((name) => !imported.includes(name))).toEqual([]);
});
