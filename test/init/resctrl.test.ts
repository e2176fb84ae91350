/** Groups of resctrl. This machine has none: directories of its shape stand for it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { HostAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, Workplace } from './harness.js';
import { CLONE, container, ERRNO, openRoot } from './plans.js';

const work = new Workplace();
const rootfs = makeRootfs(work.path('rootfs'));
let count = 0;
let root = '';

/** A class that is there, as the kernel would have made it. */
function makeClass(name: string): string {
  const path = `${root}/${name}`;
  mkdirSync(path, { recursive: true });
  for (const file of ['schemata', 'tasks']) writeFileSync(`${path}/${file}`, '');
  return path;
}

/** A file that opens for writing and takes nothing: /dev/full says ENOSPC. */
function refuseWrites(path: string): void {
  rmSync(path);
  execFileSync('mknod', [path, 'c', '1', '7']);
}

beforeEach(() => {
  root = work.path(`resctrl-${++count}`);
  mkdirSync(`${root}/info`, { recursive: true });
  writeFileSync(`${root}/info/last_cmd_status`, 'mask f8 has non-consecutive 1-bits\nmore\n');
});
afterAll(() => work.remove());

const making = (path: string, schemata: string[] = []): HostAct => ({ op: 'make-resctrl-group', root, path, schemata });

describe('make-resctrl-group', () => {
  test('makes it', async () => {
    expect((await work.host([making(`${root}/web`)])).events).toEqual([]);
    expect(existsSync(`${root}/web`)).toBe(true);
  });

  test('takes none that is there', async () => {
    makeClass('web');
    expect(failureOf(await work.host([making(`${root}/web`)]))).toMatchObject({
      errno: ERRNO.EEXIST,
      path: `${root}/web`,
    });
    expect(existsSync(`${root}/web/tasks`)).toBe(true);
  });

  test('takes it away again when its schemata are refused', async () => {
    const failure = failureOf(await work.host([making(`${root}/web`, ['L3:0=f8\n'])]));
    expect(failure).toMatchObject({ errno: ERRNO.ENOENT, path: `${root}/web/schemata` });
    expect(existsSync(`${root}/web`)).toBe(false);
  });
});

describe('write-schemata', () => {
  const writing = (path: string, ...schemata: string[]): HostAct => ({ op: 'write-schemata', root, path, schemata });

  test('one after the other', async () => {
    const path = makeClass('gold');
    expect((await work.host([writing(path, 'MB:0=20\n', 'L3:0=f;1=f\n')])).events).toEqual([]);
    // Each at the beginning of the file, as the kernel wants it.
    expect(readFileSync(`${path}/schemata`, 'utf8')).toBe('L3:0=f;1=f\n');
  });

  test('tells the words of the kernel when it refuses', async () => {
    const path = makeClass('gold');
    refuseWrites(`${path}/schemata`);
    const failure = failureOf(await work.host([writing(path, 'L3:0=f8\n')]));
    expect(failure).toMatchObject({ call: 'write', detail: 'mask f8 has non-consecutive 1-bits' });
  });
});

test('init enters the class, and then its monitoring group', async () => {
  const gold = makeClass('gold');
  const monitoring = makeClass('gold/mon_groups/web');
  const open = (path: string, slot: number): HostAct => ({ op: 'open-write', path: `${path}/tasks`, slot });
  const outcome = await work.init({
    host: [openRoot(rootfs), open(gold, 5), open(monitoring, 6)],
    init: [{ op: 'enter-cgroup', slot: 5 }, { op: 'enter-cgroup', slot: 6 }, ...container('echo in')],
    flags: CLONE.mount | CLONE.pid,
  });
  expect(outcome.stdout).toBe('in\n');
  expect([gold, monitoring].map((path) => readFileSync(`${path}/tasks`, 'utf8'))).toEqual(['0', '0']);
});

test('remove-resctrl-group: what is missing is fine', async () => {
  mkdirSync(`${root}/web`);
  const removing = { op: 'remove-resctrl-group', path: `${root}/web` } as const;
  expect((await work.teardown([removing, removing])).events).toEqual([]);
  expect(existsSync(`${root}/web`)).toBe(false);
});
