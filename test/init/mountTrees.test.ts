/** Trees of the host: with mapped owners, and more of them than descriptors. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HostAct, InitAct } from '../../lib/plan/wire.gen.js';
import { failureOf } from './harness.js';
import { bind, MountPlace, TABLE, tree } from './mountPlace.js';
import { ERRNO, mount, ROOT, USUAL } from './plans.js';

const work = new MountPlace();

afterAll(() => work.remove());

describe('stage', () => {
  const tmpfs = (target: string) => mount('tmpfs', target);
  const order = async (before: readonly InitAct[]) => {
    const source = work.path('ordered');
    mkdirSync(`${source}/below`, { recursive: true });
    writeFileSync(`${source}/file`, 'text');
    const { stdout } = await work.run(TABLE, before, [tree(source), tree(`${source}/file`, 2), tree(source, 3)]);
    return stdout.split('\n').flatMap((line) => /^\S+ \S+ \S+ \S+ (\/mnt\/\S+)/.exec(line)?.[1] ?? []);
  };
  const mounts = [tmpfs('/mnt/a'), bind('/mnt/b'), tmpfs('/mnt/c'), bind('/mnt/d', 2), bind('/mnt/e', 3)];

  test('mounts are listed in the order of the plan, each once', async () => {
    const place = work.path('place');
    mkdirSync(place);
    writeFileSync(`${place}/file`, '');
    const found = await order([{ op: 'stage', directory: place, file: 'file' }, ...mounts]);
    expect(found).toEqual(['/mnt/a', '/mnt/b', '/mnt/c', '/mnt/d', '/mnt/e']);
    expect(readdirSync(place)).toEqual(['file']);
  });

  test('without a place they are the same mounts', async () => {
    expect((await order(mounts)).toSorted()).toEqual(['/mnt/a', '/mnt/b', '/mnt/c', '/mnt/d', '/mnt/e']);
  });

  test.each([
    ['no directory', '/no/such', 'file', ERRNO.ENOENT],
    ['no file in it', '/etc', 'no-such-file', ERRNO.ENOENT],
    ['a link for a directory', '/proc/self', 'status', ERRNO.ENOTDIR],
  ])('%s', async (_, directory, file, errno) => {
    const outcome = await work.run('true', [{ op: 'stage', directory, file }]);
    expect(failureOf(outcome)).toMatchObject({ program: 'init', call: 'open', errno });
  });
});

describe('idmap-tree', () => {
  const maps = (uidMap: string, gidMap: string): HostAct => ({ op: 'make-user-namespace', uidMap, gidMap, slot: 2 });
  const map = (recursive = 0): HostAct => ({ op: 'idmap-tree', tree: 1, userNamespace: 2, recursive });
  let source = '';

  beforeAll(() => {
    source = work.path('owned');
    mkdirSync(source);
    writeFileSync(`${source}/file`, '');
    chownSync(`${source}/file`, 1000, 1001);
  });

  test('the owners of files are mapped, and only what the maps name', async () => {
    const host = [tree(source), maps('1000 5000 1\n', '0 7 1\n1001 6000 10\n'), map()];
    const line = 'stat -c %u:%g /mnt/file /mnt; touch /mnt/new 2>&1 || echo refused';
    expect((await work.run(line, [bind('/mnt')], host)).stdout).toMatch(/^5000:6000\n65534:7\n.*\nrefused\n/);
  });

  test('nobody is left in the namespace', async () => {
    const before = spawnSync('ps', ['-e', '-o', 'stat'], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((s) => s.startsWith('Z'));
    await work.host([maps('0 1 1\n', '0 1 1\n')]);
    const after = spawnSync('ps', ['-e', '-o', 'stat'], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((s) => s.startsWith('Z'));
    expect(after.length).toBeLessThanOrEqual(before.length + 1);
  });

  test.each([
    ['maps that overlap', '0 1 5\n3 9 5\n', 'write', ERRNO.EINVAL, 'uid_map'],
    ['no maps', '', 'write', ERRNO.EINVAL, 'uid_map'],
  ])('%s', async (_, text, call, errno, path) => {
    const outcome = await work.host([maps(text, text)]);
    expect(failureOf(outcome)).toMatchObject({ program: 'host', act: 0, call, errno, path });
  });

  test('a filesystem that cannot be mapped', async () => {
    const outcome = await work.host([tree('/proc'), maps('0 1 1\n', '0 1 1\n'), map()]);
    expect(failureOf(outcome)).toMatchObject({ act: 2, call: 'mount_setattr', errno: ERRNO.EINVAL });
  });

  test('twice', async () => {
    const outcome = await work.host([tree(source), maps('0 1 1\n', '0 1 1\n'), map(), map()]);
    expect(failureOf(outcome)).toMatchObject({ act: 3, call: 'mount_setattr', errno: ERRNO.EPERM });
  });
});

describe('trees by a queue', () => {
  const FIRST = 20;
  const QUEUE = 10;
  const receive: InitAct = { op: 'receive-trees', queue: QUEUE, first: FIRST };
  const send = (count: number): HostAct => ({ op: 'queue-trees', first: FIRST, count, queue: QUEUE });

  /** So many messages of so many trees; the last of each is another file. */
  function batches(messages: number, size: number): { host: HostAct[]; init: InitAct[] } {
    const host: HostAct[] = [];
    const init: InitAct[] = [];
    for (let m = 0; m < messages; m++) {
      init.push(receive);
      for (let i = 0; i < size; i++) {
        host.push(tree(i === size - 1 ? '/etc/hostname' : '/etc/passwd', FIRST + i));
        init.push(bind(`/many/${m}-${i}`, FIRST + i));
      }
      host.push(send(size));
    }
    return { host, init };
  }

  test('each comes to its place, though the slots are used again', async () => {
    const { host, init } = batches(4, 100);
    const last = [0, 1, 2, 3].map((m) => `/many/${m}-99`).join(' ');
    const outcome = await work.run(`ls /many | wc -l; cat ${last}; grep -c /many /proc/self/mountinfo`, init, host);
    expect(outcome.stdout).toBe(`400\n${readFileSync('/etc/hostname', 'utf8').repeat(4)}400\n`);
  });

  test('with few descriptors allowed', async () => {
    const { host, init } = batches(2, 60);
    const limit: InitAct = { op: 'rlimit', resource: 7, soft: 100, hard: 1024 };
    const outcome = await work.run('cat /many/1-59; ulimit -Sn', [limit, ...init], host);
    expect(outcome.stdout).toBe(`${readFileSync('/etc/hostname', 'utf8')}100\n`);
  });

  test('none that is left reaches the container', async () => {
    const { host, init } = batches(2, 3);
    const outcome = await work.run('ls /proc/self/fd | tr "\\n" " "', init.slice(0, 4), host);
    expect(outcome.stdout).toBe('0 1 2 3 ');
  });

  test('more is received than was sent', async () => {
    const { host, init } = batches(1, 2);
    const outcome = await work.run('true', [...init, receive], host);
    expect(failureOf(outcome)).toMatchObject({ call: 'recvmsg', act: ROOT.length + USUAL.length + 3 });
  });

  test.each([0, 254, 490])('%d trees in a message', async (count) => {
    expect(failureOf(await work.host([send(count)]))).toMatchObject({ call: 'plan', errno: ERRNO.EINVAL });
  });

  test('a slot that is empty', async () => {
    expect(failureOf(await work.host([send(1)]))).toMatchObject({ call: 'sendmsg', errno: 9 });
  });
});
