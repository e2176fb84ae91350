/** Where the container's process starts and what it executes: found as its user, in a root that the image owns. */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { ALL, container, ERRNO, execute, openRoot, PIVOT, READY, ROOT, USUAL } from './plans.js';

const work = new Workplace();
let rootfs = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
afterAll(() => {
  work.remove();
});

const runPlan = (init: readonly InitAct[]): Promise<Outcome> =>
  work.init({ host: [openRoot(rootfs)], init, flags: ALL });

/** Runs a line after these acts, which come after the pivot. */
const run = (line: string, ...acts: InitAct[]) => runPlan(container(line, [], acts));

const groups = (...ids: number[]) => new Uint8Array(Uint32Array.from(ids).buffer);

describe('chdir', () => {
  test('a directory that is missing, and one that is made', async () => {
    const missing = await run('pwd', { op: 'chdir', path: '/none' });
    expect(failureOf(missing)).toMatchObject({ call: 'chdir', errno: ERRNO.ENOENT, path: '/none' });
    const acts = [...ROOT, ...USUAL, { op: 'make-cwd', path: '/made/here' } as const, ...PIVOT];
    const made = await runPlan([...acts, { op: 'chdir', path: '/made/here' }, ...execute(['/bin/pwd']).slice(1)]);
    expect(made.stdout).toBe('/made/here\n');
    const file = await runPlan([...ROOT, { op: 'make-cwd', path: '/etc/passwd' }]);
    expect(failureOf(file)).toMatchObject({ errno: ERRNO.ENOTDIR, path: '/etc/passwd' });
  });
});

describe('a directory that only one of the two may enter', () => {
  const user: InitAct = { op: 'identity', uid: 1000, gid: 1000, groups: groups() };
  /** Without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, as on filesystems that know their users. */
  const weak: InitAct = {
    op: 'capabilities',
    ...{ effective: 0xff_ffff_fff9, permitted: 0xff_ffff_fff9, inheritable: 0, ambient: 0, keep: 0 },
  };
  const none: InitAct = { op: 'capabilities', effective: 0, permitted: 0, inheritable: 0, ambient: 0, keep: 0 };
  const enter = (path: string): InitAct[] => [
    { op: 'try-chdir', path },
    user,
    none,
    { op: 'chdir', path },
    ...execute(['/bin/pwd']).slice(1),
  ];

  beforeAll(() => {
    for (const [name, uid] of [
      ['theirs', 1000],
      ['roots', 0],
      ['strangers', 4711],
    ] as const) {
      mkdirSync(`${rootfs}/${name}`, { mode: 0o700 });
      chownSync(`${rootfs}/${name}`, uid, uid);
    }
  });

  test('the user', async () => {
    expect((await runPlan([...ROOT, ...USUAL, ...PIVOT, weak, ...enter('/theirs')])).stdout).toBe('/theirs\n');
  });

  test('the caller', async () => {
    expect((await runPlan([...ROOT, ...USUAL, ...PIVOT, weak, ...enter('/roots')])).stdout).toBe('/roots\n');
  });

  test('none of them, and one that is not there', async () => {
    const acts = [...ROOT, ...USUAL, ...PIVOT, weak];
    const refusal = failureOf(await runPlan([...acts, ...enter('/strangers')]));
    expect(refusal).toMatchObject({ act: acts.length + 3, call: 'chdir', errno: ERRNO.EACCES, path: '/strangers' });
    const missing = failureOf(await runPlan([...acts, ...enter('/none')]));
    expect(missing).toMatchObject({ act: acts.length, call: 'chdir', errno: ERRNO.ENOENT, path: '/none' });
  });
});

describe('find-executable', () => {
  beforeAll(() => {
    mkdirSync(`${rootfs}/bin/folder`);
    mkdirSync(`${rootfs}/opt/bin`, { recursive: true });
    for (const name of ['bin/plain', 'opt/bin/tool']) writeFileSync(`${rootfs}/${name}`, '');
    writeFileSync(`${rootfs}/bin/text`, 'not a program\n');
    chmodSync(`${rootfs}/bin/text`, 0o755);
    chmodSync(`${rootfs}/opt/bin/tool`, 0o755);
    writeFileSync(`${rootfs}/opt/script`, '#!/bin/sh\necho script $0 $1\n');
    chmodSync(`${rootfs}/opt/script`, 0o700);
  });

  const find = (name: string, searchPath = '/opt/bin:/bin', ...before: InitAct[]): InitAct[] => [
    ...[...ROOT, ...USUAL, ...PIVOT, { op: 'chdir', path: '/opt' } as const, ...before],
    { op: 'find-executable', name, searchPath },
    READY,
    { op: 'exec', args: [name, 'argument'], env: [] },
  ];

  test.each([
    ['none', ERRNO.ENOENT],
    ['/bin/none', ERRNO.ENOENT],
    ['', ERRNO.ENOENT],
    ['plain', ERRNO.EACCES],
    ['/bin/plain', ERRNO.EACCES],
    ['folder', ERRNO.EACCES],
    ['/bin/folder', ERRNO.EACCES],
    ['/etc/passwd/x', ERRNO.ENOTDIR],
    ['x'.repeat(300), ERRNO.ENOENT],
  ])('%s', async (name, errno) => {
    expect(failureOf(await runPlan(find(name)))).toMatchObject({ call: 'access', errno, path: name });
  });

  test.each([
    ['script', '.:/bin', './script'],
    ['script', ':/bin', './script'],
    ['script', '/none:/opt:/bin', '/opt/script'],
    ['./script', '/bin', './script'],
    ['/opt/script', '', '/opt/script'],
  ])('%s in %s', async (name, path, found) => {
    expect((await runPlan(find(name, path))).stdout).toBe(`script ${found} argument\n`);
  });

  test('the default path', async () => {
    expect((await runPlan(find('echo', ''))).stdout).toBe('argument\n');
  });

  test('as the user of the container', async () => {
    const user: InitAct = { op: 'identity', uid: 1000, gid: 1000, groups: groups() };
    expect(failureOf(await runPlan(find('script', '/opt', user)))).toMatchObject({ errno: ERRNO.EACCES });
  });

  test('a file that is no program fails at the execution', async () => {
    const outcome = await runPlan(find('text'));
    expect(failureOf(outcome)).toMatchObject({ call: 'execve', errno: ERRNO.ENOEXEC, path: '/bin/text' });
    expect(outcome.events.at(-1)).toMatchObject({ status: 127 });
  });
});
