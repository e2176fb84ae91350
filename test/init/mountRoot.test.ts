/** Mounts over the root, and the root without a pivot. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { bind, mountOf, MountPlace, TABLE, tree } from './mountPlace.js';
import { ALL, mount, openRoot, PIVOT, ROOT, shell, USUAL } from './plans.js';

const work = new MountPlace();
const { rootfs } = work;

afterAll(() => work.remove());

describe('over the root', () => {
  let other = '';
  beforeAll(() => {
    other = makeRootfs(work.path('other'));
    writeFileSync(`${other}/marker`, '');
  });

  const roots: readonly (readonly [string, readonly InitAct[]])[] = [
    ['a bind', [bind('/')]],
    ['two of them', [bind('/', 2), bind('/')]],
    ['one over mounts', [mount('tmpfs', '/tmp'), mount('proc', '/proc'), bind('/')]],
  ];
  const host = () => [openRoot(rootfs), tree(other), tree(other, 2)];

  test.each(roots)('%s is the root, and nothing of the host or the former one is left', async (_, acts) => {
    const init = [...ROOT, ...acts, ...USUAL, ...PIVOT, ...shell(`${TABLE}; ls /marker; ls -d /..${other} /../..`)];
    const outcome = await work.init({ host: host(), init, flags: ALL });
    const points = outcome.stdout
      .split('\n')
      .filter((line) => line.includes(' - '))
      .map((line) => line.split(' ')[4]);
    expect(points).toEqual(['/', '/proc', '/dev', '/dev/pts']);
    expect(outcome.stdout).toContain('\n/marker\n');
    expect(outcome.stdout).not.toContain(`/..${other}`);
  });

  test.each([0, 1])('a new filesystem (plain %d)', async (plain) => {
    const lower = `lowerdir=${other}:${rootfs}`;
    const acts = [mount('overlay', '/', [lower], { plain })];
    const init = [...ROOT, ...acts, ...USUAL, ...PIVOT, ...shell(`${TABLE}; ls /marker`)];
    const outcome = await work.init({ host: host(), init, flags: ALL });
    expect(outcome.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(mountOf(outcome, '/')).toMatch(/ - overlay overlay /);
    expect(outcome.stdout).toMatch(/\/marker\n$/);
    expect(outcome.stdout.match(/ - /g)).toHaveLength(4);
  });

  test('without a pivot', async () => {
    const acts: InitAct[] = [bind('/'), ...USUAL, { op: 'change-root' }];
    const init = [...ROOT, ...acts, ...shell(`${TABLE}; ls /marker; ls -d /..${other} || echo none`)];
    const outcome = await work.init({ host: host(), init, flags: ALL });
    expect(outcome.stdout).toMatch(/\/marker\nnone\n$/);
  });
});

describe('change-root', () => {
  const init = (line: string, acts: readonly InitAct[] = []): InitAct[] => [
    ...ROOT,
    ...USUAL,
    ...acts,
    { op: 'change-root' },
    ...shell(line),
  ];

  test('the container sees its own root, and its own mounts only', async () => {
    const line = `cat /proc/self/mountinfo; ls /; ls -d ${work.directory} /..${work.directory} || echo none; echo x > /dev/null`;
    const outcome = await work.init({ host: [openRoot(rootfs)], init: init(line), flags: ALL });
    const points = outcome.stdout
      .split('\n')
      .filter((text) => text.includes(' - '))
      .map((text) => text.split(' ')[4]);
    expect(points).toEqual(['/', '/proc', '/dev', '/dev/pts']);
    expect(outcome.stdout).toMatch(/none\n$/);
  });

  test('no procfs or sysfs of the host is left below, wherever it was mounted', async () => {
    // Seen from the host, by the mount namespace of a container that waits.
    const spaced = mkdtempSync(join(work.directory, 'a b\t-'));
    const script = `mount -t proc proc "${spaced}" && exec "$@"`;
    // Without chroot, the table of mounts would show all of the namespace: a process that enters it sees that.
    const line = 'echo $$ > /dev/null; nsenter --mount=/proc/self/ns/mnt /bin/cat /proc/self/mountinfo';
    const outcome = await work.init({
      host: [openRoot(rootfs)],
      init: init(line),
      flags: ALL,
      within: ['unshare', '--mount', 'sh', '-c', script, 'sh'],
    });
    const kernel = outcome.stdout.split('\n').filter((text) => / - (proc|sysfs) /.test(text));
    expect(kernel.map((text) => text.split(' ')[4])).toEqual(['/proc']);
  });

  test('mounts of the container stay where the host has the same', async () => {
    const outcome = await work.init({
      host: [openRoot(rootfs)],
      init: init('ls /sys/kernel | wc -l; ls /proc/self | wc -l', [mount('sysfs', '/sys')]),
      flags: ALL,
    });
    for (const count of outcome.stdout.trim().split('\n')) expect(Number(count)).toBeGreaterThan(3);
  });

  test('paths are masked after it', async () => {
    const acts = init('cat /etc/passwd; ls /root');
    acts.splice(-4, 0, { op: 'mask', path: '/etc/passwd' }, { op: 'mask', path: '/root' });
    const outcome = await work.init({ host: [openRoot(rootfs)], init: acts, flags: ALL });
    expect(outcome).toMatchObject({ stdout: '', stderr: '' });
    expect(outcome.events.at(-1)).toMatchObject({ status: 0 });
  });
});
