import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, Workplace } from './harness.js';
import { ALL, container, device, ERRNO, openRoot } from './plans.js';

const work = new Workplace();
let rootfs = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
afterAll(() => {
  work.remove();
});

const run = (line: string, before: readonly InitAct[], input?: string) =>
  work.init({
    host: [openRoot(rootfs)],
    init: container(line, before),
    flags: ALL,
    ...(input === undefined ? {} : { input }),
  });

describe('device', () => {
  test('kind, number, mode and owner are as asked, whatever the umask', async () => {
    const acts: InitAct[] = [
      { op: 'device', path: '/dev/deep/one', mode: 0o020_640, major: 10, minor: 200, uid: 7, gid: 8 },
      { op: 'device', path: '/dev/pipe', mode: 0o010_622, major: 0, minor: 0, uid: 0, gid: 0 },
    ];
    const outcome = await run('stat -c "%a %u:%g %t:%T %F" /dev/deep/one /dev/pipe', acts);
    expect(outcome.stdout).toBe('640 7:8 a:c8 character special file\n622 0:0 0:0 fifo\n');
  });

  test('an equal one is fine, another file is not', async () => {
    const equal = await run('echo fine', [device('/dev/null', 1, 3)]);
    expect(equal.stdout).toBe('fine\n');
    for (const other of [device('/dev/null', 1, 5), device('/etc/passwd', 1, 3), device('/dev/pts', 1, 3)]) {
      expect(failureOf(await run('true', [other]))).toMatchObject({ call: 'mknodat', errno: ERRNO.EEXIST });
    }
  });

  test.each(['/dev/', '/dev/..', '/dev/.'])('%s names no device', async (path) => {
    expect(failureOf(await run('true', [device(path, 1, 3)]))).toMatchObject({ errno: ERRNO.EINVAL, path });
  });
});

describe('symlink', () => {
  const link = (target: string): InitAct => ({ op: 'symlink', target, path: '/dev/fd' });

  test('the same one twice is fine, another is not', async () => {
    const same = await run('readlink /dev/fd', [link('/proc/self/fd'), link('/proc/self/fd')]);
    expect(same.stdout).toBe('/proc/self/fd\n');
    const other = await run('true', [link('/proc/self/fd'), link('/proc/self/f')]);
    expect(failureOf(other)).toMatchObject({ call: 'symlinkat', errno: ERRNO.EEXIST, path: '/dev/fd' });
  });
});

describe('console', () => {
  test('is stdio, the controlling terminal and /dev/console, in the size that was asked', async () => {
    const outcome = await run('tty; stty size; stat -c %t /dev/console; echo done > /dev/tty', [
      { op: 'console', rows: 33, columns: 99 },
    ]);
    expect(outcome.stdout).toBe('/dev/pts/0\r\n33 99\r\n88\r\ndone\r\n');
    expect(outcome.events[0]).toEqual({ kind: 'met', point: 1, console: true });
  });

  test('needs a session of its own', async () => {
    const acts = container('true', [{ op: 'console', rows: 0, columns: 0 }]).filter(({ op }) => op !== 'new-session');
    const outcome = await work.init({ host: [openRoot(rootfs)], init: acts, flags: ALL & ~0x2000_0000 });
    expect(failureOf(outcome)).toMatchObject({ call: 'ioctl', errno: ERRNO.EPERM, path: '/dev/console' });
  });
});
