import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HostAct, InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { ALL, container, ERRNO, mount, MS, openRoot, PIVOT, ROOT, shell, USUAL } from './plans.js';

const ATTR = { rdonly: 1, nosuid: 2, nodev: 4, noexec: 8, noatime: 0x10 };
const work = new Workplace();
let rootfs = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
afterAll(() => {
  work.remove();
});

/** Runs a line in a container that has these acts before the pivot and after it. */
function run(
  line: string,
  before: readonly InitAct[],
  after: readonly InitAct[] = [],
  host: readonly HostAct[] = [],
): Promise<Outcome> {
  return work.init({ host: [openRoot(rootfs), ...host], init: container(line, before, after), flags: ALL });
}

/** The line of mountinfo for a mount point. */
function mountOf(outcome: Outcome, target: string): string {
  return outcome.stdout.split('\n').find((line) => line.split(' ')[4] === target) ?? '';
}

describe('attach-root and pivot', () => {
  test('nothing of the host can be seen', async () => {
    const outcome = await run('cat /proc/self/mountinfo; ls /', []);
    const points = outcome.stdout
      .split('\n')
      .filter((line) => line.includes(' - '))
      .map((line) => line.split(' ')[4]);
    expect(points).toEqual(['/', '/proc', '/dev', '/dev/pts']);
    expect(outcome.stdout.split('\n').slice(-8)).toEqual(['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp', '']);
    expect(outcome.events.at(-1)).toEqual({ kind: 'ended', signalled: false, status: 0 });
  });

  test('what is mounted inside does not arrive on the host', async () => {
    const outcome = await run('mount -t tmpfs tmpfs /tmp && echo mounted', [], []);
    expect(outcome.stdout).toBe('mounted\n');
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(rootfs);
  });

  test('nothing is attached while mounts could reach the host', async () => {
    const attach = ROOT.filter(({ op }) => op !== 'detach-propagation');
    const undetached = await work.init({ host: [openRoot(rootfs)], init: attach, flags: ALL, options: ['private'] });
    expect(failureOf(undetached)).toMatchObject({ act: 2, call: 'plan', errno: ERRNO.EINVAL });
    const init: InitAct[] = [{ op: 'detach-propagation', propagation: MS.shared | MS.rec }];
    const shared = await work.init({ init, flags: ALL, options: ['private'] });
    expect(failureOf(shared)).toMatchObject({ act: 0, call: 'plan', errno: ERRNO.EINVAL });
  });

  test('a slot that is no tree is named', async () => {
    const init = [...ROOT, ...USUAL, ...PIVOT, ...shell('true')];
    const outcome = await work.init({ host: [{ op: 'open-directory', path: rootfs, slot: 0 }], init, flags: ALL });
    expect(failureOf(outcome)).toMatchObject({ act: 3, call: 'mount_setattr', errno: ERRNO.EINVAL });
  });

  test('without a root, no path can be resolved', async () => {
    const outcome = await work.init({ init: [mount('tmpfs', '/tmp')], flags: ALL });
    expect(failureOf(outcome)).toMatchObject({ act: 0, call: 'openat2', path: '/tmp', errno: 9 });
  });
});

describe('mount', () => {
  test('options and attributes arrive', async () => {
    const attributes = ATTR.nosuid | ATTR.nodev | ATTR.noexec | ATTR.noatime;
    const outcome = await run('cat /proc/self/mountinfo', [
      mount('tmpfs', '/tmp', ['size=1m', 'mode=700'], { attributes }),
    ]);
    const line = mountOf(outcome, '/tmp');
    expect(line).toContain('nosuid,nodev,noexec,noatime');
    expect(line).toMatch(/size=1024k.*mode=700/);
  });

  test('a missing target is made, with its parents', async () => {
    const outcome = await run('cat /proc/self/mountinfo; stat -c %a /made /made/deep', [
      mount('tmpfs', '/made/deep/er'),
    ]);
    expect(mountOf(outcome, '/made/deep/er')).toContain('tmpfs');
    expect(outcome.stdout).toContain('755\n755\n');
  });

  test('the kernel says which option is wrong', async () => {
    const outcome = await run('true', [mount('tmpfs', '/run', ['mode=755', 'sizee=3'])]);
    expect(failureOf(outcome)).toEqual({
      kind: 'failed',
      program: 'init',
      act: ROOT.length + USUAL.length,
      errno: ERRNO.EINVAL,
      call: 'fsconfig',
      path: '/run',
      detail: "tmpfs: Unknown parameter 'sizee'",
    });
  });

  test('a filesystem that the kernel does not have', async () => {
    const outcome = await run('true', [mount('nonesuchfs', '/run')]);
    expect(failureOf(outcome)).toMatchObject({ call: 'fsopen', errno: ERRNO.ENODEV, path: '/run' });
  });

  test('a target that is a file', async () => {
    const outcome = await run('true', [mount('tmpfs', '/etc/passwd')]);
    expect(failureOf(outcome)).toMatchObject({ call: 'openat2', errno: ERRNO.ENOTDIR, path: '/etc/passwd' });
  });

  test.each([
    ['mount(2)', mount('tmpfs', '/tmp', ['size=1m', 'mode=700'], { plain: 1, attributes: ATTR.nosuid | ATTR.noexec })],
    [
      'a long option',
      mount('tmpfs', '/tmp', ['size=1m', 'mode=700', `mpol=${'0'.repeat(0)}bind:${'0,'.repeat(130)}0`], {
        attributes: ATTR.nosuid | ATTR.noexec,
      }),
    ],
  ])('%s does the same', async (_, act) => {
    const line = mountOf(await run('cat /proc/self/mountinfo', [act]), '/tmp');
    expect(line).toContain('nosuid,noexec');
    expect(line).toMatch(/size=1024k.*mode=700/);
  });

  test('mount(2) gives the propagation as well', async () => {
    const outcome = await run('cat /proc/self/mountinfo', [
      mount('tmpfs', '/tmp', [], { plain: 1, propagation: MS.shared }),
    ]);
    expect(mountOf(outcome, '/tmp')).toContain('shared:');
  });

  test('options that no page holds are refused, not cut', async () => {
    const options = Array.from({ length: 20 }, (_, index) => `x${index}=${'y'.repeat(250)}`);
    const outcome = await run('true', [mount('tmpfs', '/tmp', options, { plain: 1 })]);
    expect(failureOf(outcome)).toMatchObject({ call: 'mount', errno: ERRNO.E2BIG });
  });

  test('mount(2) needs the procfs of the host: not after the pivot', async () => {
    const outcome = await run('true', [], [mount('tmpfs', '/tmp', [], { plain: 1 })]);
    expect(failureOf(outcome)).toMatchObject({ call: 'fchdir', path: '/proc' });
  });

  test.each([
    [MS.private, /^(?!.*(shared|master):)/],
    [MS.shared, /shared:/],
  ])('propagation %#', async (propagation, expected) => {
    const outcome = await run('cat /proc/self/mountinfo', [mount('tmpfs', '/tmp', [], { propagation })]);
    expect(mountOf(outcome, '/tmp')).toMatch(expected);
  });
});

describe('bind', () => {
  const tree = (path: string, more: Partial<Extract<HostAct, { op: 'open-tree' }>> = {}): HostAct => ({
    op: 'open-tree',
    path,
    slot: 1,
    recursive: 1,
    directory: 0,
    ...more,
  });
  const bind = (target: string, more: Partial<Extract<InitAct, { op: 'bind' }>> = {}): InitAct => ({
    op: 'bind',
    tree: 1,
    target,
    set: 0,
    clear: 0,
    propagation: MS.private,
    peers: 0,
    ...more,
  });

  beforeAll(() => {
    mkdirSync(work.path('source'));
    writeFileSync(work.path('source/file'), 'from the host\n');
  });

  test('a directory, on a target that is made', async () => {
    const outcome = await run('cat /new/place/file', [bind('/new/place')], [], [tree(work.path('source'))]);
    expect(outcome.stdout).toBe('from the host\n');
  });

  test('a file, on a target that is made as a file', async () => {
    const outcome = await run('cat /new/name', [bind('/new/name')], [], [tree(work.path('source/file'))]);
    expect(outcome.stdout).toBe('from the host\n');
  });

  test('attributes, of the top', async () => {
    const acts = [bind('/mnt', { set: ATTR.rdonly | ATTR.noexec })];
    const outcome = await run(
      'cat /proc/self/mountinfo; touch /mnt/x || echo refused',
      acts,
      [],
      [tree(work.path('source'))],
    );
    expect(mountOf(outcome, '/mnt')).toMatch(/ ro,.*noexec/);
    expect(outcome.stdout).toContain('refused');
  });

  test('a directory on a file', async () => {
    const outcome = await run('true', [bind('/etc/passwd')], [], [tree(work.path('source'))]);
    expect(failureOf(outcome)).toMatchObject({ call: 'openat2', errno: ERRNO.ENOTDIR, path: '/etc/passwd' });
  });

  test('a file on a directory', async () => {
    const outcome = await run('true', [bind('/etc')], [], [tree(work.path('source/file'))]);
    expect(failureOf(outcome)).toMatchObject({ call: 'move_mount', errno: ERRNO.EISDIR, path: '/etc' });
  });

  test('an attribute that the kernel does not have', async () => {
    const outcome = await run('true', [bind('/mnt', { set: 0x8000_0000 })], [], [tree(work.path('source'))]);
    expect(failureOf(outcome)).toMatchObject({ call: 'mount_setattr', errno: ERRNO.EINVAL, path: '/mnt' });
  });
});

describe('read-only', () => {
  test('a mount keeps its other attributes', async () => {
    const acts = [mount('tmpfs', '/tmp', [], { attributes: ATTR.nosuid | ATTR.nodev })];
    const outcome = await run('cat /proc/self/mountinfo', acts, [{ op: 'read-only', path: '/tmp' }]);
    expect(mountOf(outcome, '/tmp')).toContain(' ro,nosuid,nodev');
  });

  test('the root', async () => {
    const outcome = await run(
      'touch /x || echo refused; touch /dev/x && echo written',
      [],
      [{ op: 'read-only', path: '/' }],
    );
    expect(outcome.stdout).toBe('refused\nwritten\n');
  });

  test('what is no mount point', async () => {
    const outcome = await run('true', [], [{ op: 'read-only', path: '/etc' }]);
    expect(failureOf(outcome)).toMatchObject({ call: 'mount_setattr', errno: ERRNO.EINVAL, path: '/etc' });
  });

  test('a path, with what is mounted below it', async () => {
    const acts = [mount('tmpfs', '/tmp/below')];
    const line = 'touch /tmp/x || echo refused; cat /proc/self/mountinfo';
    const outcome = await run(line, acts, [{ op: 'read-only-path', path: '/tmp' }]);
    expect(outcome.stdout).toContain('refused');
    expect(mountOf(outcome, '/tmp/below')).toContain('tmpfs');
  });

  test('a missing path is fine', async () => {
    const outcome = await run(
      'echo fine',
      [],
      [
        { op: 'read-only-path', path: '/none/such' },
        { op: 'read-only-path', path: '/etc/passwd/such' },
      ],
    );
    expect(outcome.stdout).toBe('fine\n');
  });
});

describe('mask', () => {
  test('files and directories are empty and cannot be written', async () => {
    const masks = ['/etc/passwd', '/proc/cpuinfo', '/bin/../root', '/tmp', '/none/such', '/etc/passwd/such'];
    mkdirSync(`${rootfs}/root/secret`, { recursive: true });
    const line =
      'cat /etc/passwd; wc -c < /proc/cpuinfo; ls /root /tmp; touch /root/x || echo refused; cat /proc/self/mountinfo';
    const outcome = await run(
      line,
      [],
      masks.map((path) => ({ op: 'mask', path })),
    );
    expect(outcome.stdout).toMatch(/^0\n\/root:\n\n\/tmp:\nrefused\n/);
    expect(outcome.stdout).not.toContain('secret');
    const devices = ['/root', '/tmp'].map((path) => mountOf(outcome, path).split(' ')[2]);
    expect(devices[0]).toBe(devices[1]); // one filesystem for all of them
    expect(mountOf(outcome, '/root')).toContain(' ro,nosuid,nodev,noexec');
  });

  test('before the pivot, too', async () => {
    const outcome = await run('cat /etc/passwd; ls /root', [
      { op: 'mask', path: '/etc/passwd' },
      { op: 'mask', path: '/root' },
    ]);
    expect(outcome.stdout).toBe('');
    expect(outcome.events.at(-1)).toMatchObject({ status: 0 });
  });

  test('a container without /dev/null gets that of the host', async () => {
    const masks: InitAct[] = ['/etc/passwd', '/etc/group'].map((path) => ({ op: 'mask', path }));
    writeFileSync(`${rootfs}/etc/group`, 'root:x:0:\n');
    const init = [
      ...ROOT,
      mount('proc', '/proc'),
      ...PIVOT,
      ...masks,
      ...shell('stat -c "%t:%T %F" /etc/passwd /etc/group'),
    ];
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: ALL });
    expect(outcome.stdout).toBe('1:3 character special file\n'.repeat(2));
  });
});
