/** Filesystems with flags, changed in place, and with a copy of what was there. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InitAct } from '../../lib/plan/wire.gen.js';
import { failureOf } from './harness.js';
import { ATTR, bind, mountOf, MountPlace, TABLE, tree } from './mountPlace.js';
import { ALL, container, ERRNO, mount, MS, openRoot, ROOT } from './plans.js';

const FLAG = { synchronous: 0x10, silent: 0x8000, lazytime: 0x200_0000 };
const work = new MountPlace();
const { rootfs } = work;

afterAll(() => work.remove());

describe('flags of the filesystem', () => {
  test('by fsconfig', async () => {
    const flags = FLAG.synchronous | FLAG.lazytime | 1;
    const line = mountOf(await work.run(TABLE, [mount('tmpfs', '/tmp', ['size=1m'], { flags })]), '/tmp');
    expect(line).toMatch(/ - tmpfs tmpfs ro,sync,lazytime,size=1024k/);
  });

  test('by mount(2), which knows more of them', async () => {
    const flags = FLAG.synchronous | FLAG.silent;
    const line = mountOf(await work.run(TABLE, [mount('tmpfs', '/tmp', ['size=1m'], { flags, plain: 1 })]), '/tmp');
    expect(line).toMatch(/ - tmpfs tmpfs rw,sync,size=1024k/);
  });

  test.each([0, 1])('a tmpfs has the mode of what it covers, unless told (plain %d)', async (plain) => {
    chmodSync(`${rootfs}/tmp`, 0o1770);
    const acts = [
      mount('tmpfs', '/tmp', [], { plain }),
      mount('tmpfs', '/root', ['mode=711'], { plain }),
      mount('tmpfs', `/fresh${plain}`, [], { plain }),
    ];
    const outcome = await work.run(`stat -c %a /tmp /root /fresh${plain}`, acts);
    expect(outcome.stdout).toBe('1770\n711\n1777\n');
  });
});

describe('remount', () => {
  const remount = (target: string, more: Partial<Extract<InitAct, { op: 'remount' }>>): InitAct => ({
    op: 'remount',
    target,
    filesystem: 1,
    set: 0,
    clear: 0,
    flags: 0,
    unset: 0,
    options: [],
    ...more,
  });
  const before = mount('tmpfs', '/tmp', ['size=1m'], {
    attributes: ATTR.nosuid | ATTR.noatime,
    flags: FLAG.synchronous,
  });

  test('changes what is named, and nothing else', async () => {
    const acts = [before, remount('/tmp', { set: ATTR.noexec, unset: FLAG.synchronous, options: ['size=2m'] })];
    const line = mountOf(await work.run(TABLE, acts), '/tmp');
    expect(line).toMatch(/ rw,nosuid,noexec,noatime - tmpfs tmpfs rw,size=2048k/);
  });

  test('of the mount alone leaves the filesystem', async () => {
    const acts = [before, remount('/tmp', { filesystem: 0, set: ATTR.rdonly, clear: ATTR.nosuid })];
    const line = mountOf(await work.run(TABLE, acts), '/tmp');
    expect(line).toMatch(/ ro,noatime - tmpfs tmpfs rw,sync,size=1024k/);
  });

  test('the kernel says which option is wrong', async () => {
    const outcome = await work.run('true', [before, remount('/tmp', { options: ['sizee=2m'] })]);
    expect(failureOf(outcome)).toMatchObject({
      call: 'fsconfig',
      errno: ERRNO.EINVAL,
      path: '/tmp',
      detail: "tmpfs: Unknown parameter 'sizee'",
    });
  });

  test.each([
    ['what is no mount point', '/etc', ERRNO.EINVAL, 'fspick'],
    ['what is not there', '/none', ERRNO.ENOENT, 'openat2'],
  ])('%s', async (_, target, errno, call) => {
    expect(failureOf(await work.run('true', [remount(target, { options: ['size=1m'] })]))).toMatchObject({
      errno,
      call,
    });
  });
});

describe('attributes and propagation of the mount made last', () => {
  test('reach the mounts below', async () => {
    const source = mkdtempSync(join(work.directory, 'nested-'));
    mkdirSync(`${source}/below`);
    const script = `mount -t tmpfs -o nosuid tmpfs ${source}/below && exec "$@"`;
    const acts = [
      bind('/mnt', 1, { set: ATTR.noexec }),
      { op: 'mount-attributes', set: ATTR.rdonly | ATTR.nodev, clear: ATTR.nosuid } as const,
    ];
    const outcome = await work.init({
      host: [openRoot(rootfs), tree(source)],
      init: container(TABLE, acts),
      flags: ALL,
      within: ['unshare', '--mount', 'sh', '-c', script, 'sh'],
    });
    expect(mountOf(outcome, '/mnt')).toMatch(/ ro,nodev,noexec/);
    expect(mountOf(outcome, '/mnt/below')).toMatch(/ ro,nodev,relatime/);
  });

  test('one after the other: a slave that is shared', async () => {
    const acts = [
      mount('tmpfs', '/tmp', [], { propagation: MS.shared }),
      { op: 'propagate', path: '', propagation: MS.slave } as const,
    ];
    expect(mountOf(await work.run(TABLE, acts), '/tmp')).not.toMatch(/shared:/);
    const again = [...acts, { op: 'propagate', path: '', propagation: MS.shared } as const];
    expect(mountOf(await work.run(TABLE, again), '/tmp')).toMatch(/shared:/);
  });

  test('of the root, after the pivot, with everything below', async () => {
    const outcome = await work.run(TABLE, [], [], [{ op: 'propagate', path: '/', propagation: MS.shared | MS.rec }]);
    for (const point of ['/', '/proc', '/dev', '/dev/pts']) expect(mountOf(outcome, point)).toMatch(/ shared:\d+/);
  });

  test('without a mount made before', async () => {
    const acts: InitAct[] = [{ op: 'mount-attributes', set: ATTR.rdonly, clear: 0 }];
    expect(
      failureOf(await work.init({ host: [openRoot(rootfs)], init: [...ROOT, ...acts], flags: ALL })),
    ).toMatchObject({ errno: 9, call: 'mount_setattr' });
  });
});

describe('a copy of what was there (tmpcopyup)', () => {
  const copied = (target: string, options: readonly string[] = [], type = 'tmpfs'): InitAct => ({
    op: 'mount-copied',
    type,
    source: 'tmpfs',
    target,
    attributes: 0,
    flags: 0,
    options,
    propagation: 0,
  });
  let place = '';

  beforeAll(() => {
    place = `${rootfs}/content`;
    mkdirSync(`${place}/deep/er`, { recursive: true });
    writeFileSync(`${place}/file`, 'words\n');
    writeFileSync(`${place}/deep/er/setuid`, 'x'.repeat(100_000));
    chownSync(`${place}/deep/er/setuid`, 1000, 1001);
    chmodSync(`${place}/deep/er/setuid`, 0o4755);
    chownSync(`${place}/deep`, 7, 8);
    chmodSync(`${place}/deep`, 0o2750);
    utimesSync(`${place}/file`, 1_000_000_000, 1_100_000_000);
    symlinkSync('../../../etc/passwd', `${place}/link`);
    writeFileSync(`${place}/hole`, '');
    truncateSync(`${place}/hole`, 2 ** 40);
    writeFileSync(`${place}/hole`, 'start', { flag: 'r+' });
    spawnSync('mkfifo', [`${place}/pipe`]);
    spawnSync('mknod', ['-m', '640', `${place}/node`, 'c', '1', '3']);
    spawnSync('python3', ['-c', `import socket; socket.socket(socket.AF_UNIX).bind("${place}/socket")`]);
    chownSync(place, 3, 4);
    chmodSync(place, 0o751);
  });

  test('names, kinds, owners, modes, times, contents and holes', async () => {
    const line = [
      'cd /content; find . | sort',
      'stat -c "%n %a %u:%g %F" . deep deep/er/setuid link node pipe socket',
      'cat file; wc -c < deep/er/setuid; readlink link; stat -c "%Y %X" file',
      'head -c 5 hole; stat -c " %s" hole; test $(stat -c %b hole) -lt 100 && echo sparse',
      'stat -c %t:%T node; grep " /content " /proc/self/mountinfo',
    ].join('; ');
    const outcome = await work.run(line, [copied('/content', ['size=4m'])]);
    expect(outcome.stdout).toMatch(
      /^\.\n\.\/deep\n\.\/deep\/er\n\.\/deep\/er\/setuid\n\.\/file\n\.\/hole\n\.\/link\n\.\/node\n\.\/pipe\n\.\/socket\n/,
    );
    for (const line of [
      '. 751 3:4 directory',
      'deep 2750 7:8 directory',
      'deep/er/setuid 4755 1000:1001 regular file',
      'link 777 0:0 symbolic link',
      'node 640 0:0 character special file',
      'pipe 644 0:0 fifo',
      'words\n100000\n../../../etc/passwd\n1100000000 ',
      `start ${2 ** 40}\nsparse\n1:3\n`,
    ]) {
      expect(outcome.stdout).toContain(line);
    }
    expect(outcome.stdout).toMatch(/socket 755 0:0 socket/);
    expect(outcome.stdout).toMatch(/ - tmpfs tmpfs rw,size=4096k/);
    // What is written stays in memory.
    await work.run('rm -rf /content/deep; echo x > /content/file', [copied('/content')]);
    expect(readFileSync(`${place}/file`, 'utf8')).toBe('words\n');
  });

  test('a directory that is missing begins empty', async () => {
    const outcome = await work.run('ls -A /no/such; stat -c %a /no/such', [copied('/no/such')]);
    expect(outcome.stdout).toBe('1777\n');
  });

  test('more than it has room for', async () => {
    const failure = failureOf(await work.run('true', [copied('/content', ['size=16k'])]));
    expect(failure).toMatchObject({ errno: 28, call: 'write', path: '/content', detail: 'deep/er/setuid' });
  });

  test('directories without end', async () => {
    const deep = `${rootfs}/bottomless`;
    mkdirSync(`${deep}/${'d/'.repeat(200)}`, { recursive: true });
    const failure = failureOf(await work.run('true', [copied('/bottomless')]));
    expect(failure).toMatchObject({ errno: ERRNO.ELOOP, path: '/bottomless' });
    rmSync(deep, { recursive: true });
  });

  test('not what is mounted below', async () => {
    const acts = [mount('tmpfs', '/content/deep/er'), mount('proc', '/content/proc'), copied('/content')];
    const outcome = await work.run('cd /content; find deep proc; ls proc', acts);
    expect(outcome.stdout).toBe('deep\ndeep/er\nproc\n');
  });
});
