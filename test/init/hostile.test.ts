/**
 * Images that want out: every name in a rootfs is the image's, and must lead nowhere but beneath the root. Each test has
 * a directory beside the rootfs, which stands for the host and must stay as it is.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HostAct, InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { ALL, container, device, ERRNO, mount, MS, openRoot, PIVOT, ROOT, shell, USUAL } from './plans.js';

let work: Workplace;
let rootfs = '';
let outside = '';

beforeEach(() => {
  work = new Workplace();
  rootfs = makeRootfs(work.path('rootfs'));
  outside = work.path('outside');
  mkdirSync(outside);
  writeFileSync(`${outside}/victim`, 'precious');
});
afterEach(() => {
  expect(readdirSync(outside)).toEqual(['victim']);
  expect(readFileSync(`${outside}/victim`, 'utf8')).toBe('precious');
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(work.directory);
  work.remove();
});

/** Replaces a name of the image by a link. */
function link(name: string, target: string): void {
  rmSync(`${rootfs}/${name}`, { recursive: true, force: true });
  symlinkSync(target, `${rootfs}/${name}`);
}

function run(init: readonly InitAct[], host: readonly HostAct[] = []): Promise<Outcome> {
  return work.init({ host: [openRoot(rootfs), ...host], init, flags: ALL });
}

const up = '../../../../../../../..';

describe('proc and sysfs are mounted where they are said to be, or not at all', () => {
  test.each([
    ['proc', '/proc', 'tmp'],
    ['proc', '/proc', '/tmp'],
    ['sysfs', '/sys', 'tmp'],
  ])('%s on a link', async (type, target, to) => {
    link(target.slice(1), to);
    const outcome = await run([...ROOT, mount(type, target)]);
    expect(failureOf(outcome)).toMatchObject({ call: 'openat2', errno: ERRNO.ELOOP, path: target });
  });

  test('a link on the way to a target that is missing', async () => {
    link('nest', 'tmp');
    const outcome = await run([...ROOT, mount('proc', '/nest/deep/proc')]);
    expect(failureOf(outcome)).toMatchObject({ errno: ERRNO.ELOOP });
    expect(readdirSync(`${rootfs}/tmp`)).toEqual([]);
  });

  test('proc on a file', async () => {
    rmSync(`${rootfs}/proc`, { recursive: true });
    writeFileSync(`${rootfs}/proc`, '');
    const outcome = await run([...ROOT, mount('proc', '/proc')]);
    expect(failureOf(outcome)).toMatchObject({ errno: ERRNO.ENOTDIR, path: '/proc' });
  });
});

describe('targets', () => {
  test.each([
    ['absolute', () => outside],
    ['relative', () => `${up}${outside}`],
  ])('an %s link to the host leads beneath the root', async (_, target) => {
    link('mnt', target());
    const outcome = await run(container(`ls -d ${outside}; cat /proc/self/mountinfo`, [mount('tmpfs', '/mnt')]));
    expect(outcome.stdout).toContain(`${outside}\n`);
    expect(outcome.stdout).toContain(` ${outside} rw`);
  });

  test('directories and files are made beneath the root', async () => {
    link('mnt', outside);
    const tree: HostAct = { op: 'open-tree', path: '/etc/hostname', slot: 1, recursive: 0, directory: 0 };
    const bind: InitAct = {
      op: 'bind',
      tree: 1,
      target: '/mnt/new/file',
      set: 0,
      clear: 0,
      propagation: MS.private,
      peers: 0,
    };
    const outcome = await run(container(`ls ${outside}/new`, [bind, { op: 'make-cwd', path: '/mnt/cwd' }]), [tree]);
    expect(outcome.stdout).toBe('file\n');
  });

  test('a link in the middle that leads up', async () => {
    mkdirSync(`${rootfs}/a/b`, { recursive: true });
    link('a/b/c', `${up}/tmp`);
    const outcome = await run(container('ls /tmp', [{ op: 'make-cwd', path: '/a/b/c/../tmp/x/../y' }]));
    expect(outcome.stdout).toBe('x\ny\n');
  });

  test('links in a circle', async () => {
    link('mnt', 'mnt/on');
    const outcome = await run([...ROOT, mount('tmpfs', '/mnt')]);
    expect(failureOf(outcome)).toMatchObject({ errno: ERRNO.ELOOP, path: '/mnt' });
  });

  test('magic links of a procfs in the image', async () => {
    const acts = [mount('proc', '/proc'), mount('tmpfs', '/proc/self/root')];
    expect(failureOf(await run([...ROOT, ...acts]))).toMatchObject({ errno: ERRNO.ELOOP });
  });

  test('a FIFO where a file is bound does not make init wait', async () => {
    execFileSync('mkfifo', [`${rootfs}/etc/resolv.conf`]);
    const tree: HostAct = { op: 'open-tree', path: '/etc/hostname', slot: 1, recursive: 0, directory: 0 };
    const bind: InitAct = {
      op: 'bind',
      tree: 1,
      target: '/etc/resolv.conf',
      set: 0,
      clear: 0,
      propagation: MS.private,
      peers: 0,
    };
    const outcome = await run(container('cat /etc/resolv.conf', [bind]), [tree]);
    expect(outcome.stdout).toBe(readFileSync('/etc/hostname', 'utf8'));
  });
});

describe('/dev', () => {
  /** A container whose /dev is the image's. */
  const bare = (line: string, acts: readonly InitAct[]): InitAct[] => [
    ...ROOT,
    mount('proc', '/proc'),
    ...acts,
    ...PIVOT,
    ...shell(line),
  ];

  test('a link to the host: nodes and links are made beneath the root', async () => {
    link('dev', outside);
    const outcome = await run(
      bare(`stat -c %t:%T ${outside}/null; readlink ${outside}/fd`, [
        device('/dev/null', 1, 3),
        { op: 'symlink', target: '/proc/self/fd', path: '/dev/fd' },
      ]),
    );
    expect(outcome.stdout).toBe('1:3\n/proc/self/fd\n');
  });

  test('a null that is a link is not bound over what is masked', async () => {
    link('dev/null', '/proc/sys/kernel/core_pattern');
    const outcome = await run(bare('stat -c %t:%T /etc/passwd', [{ op: 'mask', path: '/etc/passwd' }]));
    expect(outcome.stdout).toBe('1:3\n');
  });

  test('a null that is another device', async () => {
    execFileSync('mknod', [`${rootfs}/dev/null`, 'c', '1', '5']);
    const outcome = await run(bare('stat -c %t:%T /etc/passwd', [{ op: 'mask', path: '/etc/passwd' }]));
    expect(outcome.stdout).toBe('1:3\n');
  });

  test('a null that is a FIFO: stdio stays', async () => {
    execFileSync('mkfifo', [`${rootfs}/dev/null`]);
    const outcome = await run([...bare('true', []).slice(0, -4), { op: 'reopen-null' }, ...shell('echo fine')]);
    expect(outcome.stdout).toBe('fine\n');
  });

  test('a devpts that is none gives no console', async () => {
    mkdirSync(`${rootfs}/dev/pts`);
    execFileSync('mkfifo', [`${rootfs}/dev/pts/ptmx`]);
    const outcome = await run([...ROOT, { op: 'console', rows: 0, columns: 0 }]);
    expect(failureOf(outcome)).toMatchObject({
      errno: ERRNO.ENODEV,
      path: '/dev/pts',
      detail: 'not a devpts filesystem',
    });
  });

  test('a console that is a link is bound beneath the root', async () => {
    link('etc/console', `${outside}/victim`);
    const consoleLink: InitAct = { op: 'symlink', target: '/etc/console', path: '/dev/console' };
    const acts = [...USUAL, consoleLink, { op: 'console', rows: 0, columns: 0 } as const];
    const outcome = await run([...ROOT, ...acts, ...PIVOT, ...shell(`tty; ls -l ${outside}/victim`)]);
    expect(outcome.stdout).toMatch(/^\/dev\/pts\/0\r\n.*136, *0/);
  });
});

describe('working directory', () => {
  test('a directory of the host that was left open is outside (CVE-2024-21626)', async () => {
    const open: HostAct = { op: 'open-directory', path: outside, slot: 2 };
    // A slot that the plan speaks of stays open until the end of init.
    const keep: InitAct = { op: 'enter-cgroup', slot: 2 };
    const acts: InitAct[] = [...ROOT, ...USUAL, ...PIVOT, { op: 'chdir', path: '/proc/self/fd/12' }, keep];
    const failure = failureOf(await run(acts, [open]));
    expect(failure).toMatchObject({ call: 'getcwd', path: '/proc/self/fd/12' });
  });

  test('descriptors that no act speaks of are closed', async () => {
    const open: HostAct = { op: 'open-directory', path: outside, slot: 2 };
    const acts: InitAct[] = [...ROOT, ...USUAL, ...PIVOT, { op: 'chdir', path: '/proc/self/fd/12' }];
    expect(failureOf(await run(acts, [open]))).toMatchObject({ call: 'chdir', errno: ERRNO.ENOENT });
  });
});
