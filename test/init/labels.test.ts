/** Labels of security modules, by init: to which file they go, and what becomes of a refusal. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { ALL, ERRNO, execute, openRoot, PIVOT, ROOT, USUAL } from './plans.js';

const work = new Workplace();
let rootfs = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
afterAll(() => {
  work.remove();
});

function run(before: readonly InitAct[], ...behind: InitAct[]): Promise<Outcome> {
  return work.init({
    host: [openRoot(rootfs)],
    init: [...before, ...ROOT, ...USUAL, ...PIVOT, ...behind, ...execute(['/bin/true'])],
    flags: ALL,
  });
}

const label = (name: string, other = '', value = 'no such label'): InitAct => ({ op: 'label', name, other, value });
/** No module takes this value: each says so in its own way, or there is none to take it. */
const REFUSALS = [ERRNO.EINVAL, ERRNO.ENOENT, ERRNO.EACCES, ERRNO.EPERM];

test.each(['exec', 'keycreate'])('%s is the file that is written', async (name) => {
  const failure = failureOf(await run([label(name)]));
  expect(failure).toMatchObject({ act: 0, call: 'write', path: `/proc/self/attr/${name}` });
  expect(REFUSALS).toContain(failure.errno);
});

test('where there is no such file, the other one', async () => {
  expect(existsSync('/proc/self/attr/none')).toBe(false);
  const missing = { call: 'openat2', errno: ERRNO.ENOENT };
  expect(failureOf(await run([label('none/exec')]))).toMatchObject({ ...missing, path: '/proc/self/attr/none/exec' });
  expect(failureOf(await run([label('none/exec', 'none')]))).toMatchObject({
    ...missing,
    path: '/proc/self/attr/none',
  });
  expect(failureOf(await run([label('none/exec', 'exec')]))).toMatchObject({
    call: 'write',
    path: '/proc/self/attr/exec',
  });
});

test('the file is not left for another one', async () => {
  expect(failureOf(await run([label('../oom_score_adj/../attr/../../self/attr/exec')]))).toMatchObject({
    call: 'openat2',
  });
  expect(failureOf(await run([label('x'.repeat(100))]))).toMatchObject({ errno: ERRNO.ENAMETOOLONG });
});

test('behind the pivot there is no procfs that could be trusted', async () => {
  expect(failureOf(await run([], label('exec')))).toMatchObject({ call: 'openat2', errno: ERRNO.ENOENT });
});

const tmpfs = (attributes: number): InitAct => ({
  op: 'mount',
  type: 'tmpfs',
  source: 'tmpfs',
  target: '/tmp',
  attributes,
  flags: 0,
  options: [],
  propagation: 0,
  plain: 0,
});
const RDONLY = 1;

test('the mount made last is labelled, and nothing where there is none', async () => {
  const labelMount: InitAct = { op: 'label-mount', value: 'system_u:object_r:tmpfs_t:s0' };
  expect(failureOf(await run([labelMount]))).toMatchObject({ act: 0, call: 'plan', errno: ERRNO.EINVAL });
  const within = (attributes: number) =>
    work.init({
      host: [openRoot(rootfs)],
      init: [...ROOT, ...USUAL, tmpfs(attributes), labelMount, ...PIVOT, ...execute(['/bin/true'])],
      flags: ALL,
    });
  expect(failureOf(await within(RDONLY))).toMatchObject({ call: 'setxattr', errno: ERRNO.EROFS });
  expect(await within(0)).toMatchObject({ status: 0 });
});
