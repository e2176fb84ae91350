/** Mounts and devices in a user namespace, which owns nothing of the host. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { HostAct, InitAct } from '../../lib/plan/wire.gen.js';
import { failureOf } from './harness.js';
import { ATTR, bind, mountOf, MountPlace, TABLE, tree } from './mountPlace.js';
import { ALL, CLONE, container, ERRNO, mount, openRoot, PIVOT, ROOT, shell } from './plans.js';

const work = new MountPlace();
const { rootfs } = work;

afterAll(() => work.remove());

describe('in a user namespace', () => {
  const USER = ['unshare', '--user', '--map-root-user', '--mount', '--propagation', 'unchanged'];
  const WITHOUT_NETWORK = ALL & ~CLONE.network;
  const sysfs = (more: Partial<Extract<InitAct, { op: 'mount-or-bind' }>> = {}): InitAct => ({
    op: 'mount-or-bind',
    type: 'sysfs',
    source: 'sysfs',
    target: '/sys',
    attributes: 0,
    options: [],
    propagation: 0,
    tree: 3,
    bound: ATTR.rdonly | ATTR.nosuid | ATTR.nodev | ATTR.noexec,
    ...more,
  });
  const hostSys: HostAct = { op: 'open-fallback', path: '/sys', slot: 3 };
  const inside = (acts: readonly InitAct[], line: string, host: readonly HostAct[] = [hostSys]) =>
    work.init({
      host: [openRoot(rootfs), ...host],
      init: [...ROOT, mount('proc', '/proc'), ...acts, ...PIVOT, ...shell(line)],
      flags: WITHOUT_NETWORK,
      within: USER,
    });

  test('what may not be mounted is bound from the host, read-only with all below', async () => {
    const outcome = await inside([sysfs()], `${TABLE}; touch /sys/fs/cgroup/x || echo refused`);
    const below = outcome.stdout.split('\n').filter((line) => line.split(' ')[4]?.startsWith('/sys'));
    expect(below.length).toBeGreaterThan(1);
    for (const line of below) expect(line).toMatch(/ ro,nosuid,nodev,noexec/);
    expect(outcome.stdout).toMatch(/refused\n$/);
  });

  test('outside of one it is mounted', async () => {
    const init = container(TABLE, [sysfs()]);
    const outcome = await work.init({ host: [openRoot(rootfs), hostSys], init, flags: WITHOUT_NETWORK });
    expect(mountOf(outcome, '/sys')).toMatch(/ - sysfs sysfs rw/);
    expect(outcome.stdout).not.toContain('/sys/fs');
  });

  test('a host that has nothing to bind', async () => {
    const none: HostAct = { op: 'open-fallback', path: '/no/such/place', slot: 3 };
    expect(failureOf(await inside([sysfs()], 'true', [none]))).toMatchObject({ errno: ERRNO.EPERM, path: '/sys' });
  });

  test('another failure is told', async () => {
    const outcome = await inside([sysfs({ type: 'tmpfs', options: ['sizee=1'] })], 'true');
    expect(failureOf(outcome)).toMatchObject({ errno: ERRNO.EINVAL, detail: "tmpfs: Unknown parameter 'sizee'" });
  });

  test('devices are those of the host, when they are the ones that are asked for', async () => {
    const node = (path: string, major: number, minor: number, mode = 0o020_666): InitAct => ({
      op: 'device',
      path,
      mode,
      major,
      minor,
      uid: 0,
      gid: 0,
    });
    const dev = mount('tmpfs', '/dev', ['mode=755']);
    const outcome = await inside(
      [dev, node('/dev/null', 1, 3), node('/dev/zero', 1, 5), node('/dev/pipe', 0, 0, 0o010_600)],
      'stat -c "%t:%T %F" /dev/null /dev/zero /dev/pipe; head -c 3 /dev/zero | wc -c; echo x > /dev/null && echo fine',
    );
    expect(outcome.stdout).toBe('1:3 character special file\n1:5 character special file\n0:0 fifo\n3\nfine\n');

    const wrong: readonly (readonly [InitAct, string])[] = [
      [node('/dev/null', 1, 5), 'and what the host has there is another file'],
      [node('/dev/null', 1, 3, 0o060_666), 'and what the host has there is another file'],
      [node('/dev/no-such-device', 1, 3), 'and the host has no such device to bind'],
      [node('/etc/passwd2', 1, 3), 'and the host has no such device to bind'],
    ];
    for (const [act, detail] of wrong) {
      const failure = failureOf(await inside([dev, act], 'true'));
      expect(failure).toMatchObject({ errno: ERRNO.EPERM, call: 'mknodat', detail });
    }
  });

  test('flags that are locked stay, and to clear one is refused', async () => {
    const source = mkdtempSync(join(work.directory, 'locked-'));
    const within = [
      ...['unshare', '--mount', 'sh', '-c'],
      `mount -t tmpfs -o nosuid,nodev,ro,noatime tmpfs ${source} && exec "$@"`,
      ...['sh', ...USER],
    ];
    const bound = (more: Partial<Extract<InitAct, { op: 'bind' }>>) =>
      work.init({
        host: [openRoot(rootfs), tree(source)],
        init: [...ROOT, mount('proc', '/proc'), bind('/mnt', 1, more), ...PIVOT, ...shell(TABLE)],
        flags: WITHOUT_NETWORK,
        within,
      });
    expect(mountOf(await bound({ set: ATTR.noexec }), '/mnt')).toMatch(/ ro,nosuid,nodev,noexec,noatime/);
    for (const clear of [ATTR.nosuid, ATTR.rdonly, ATTR.atime]) {
      expect(failureOf(await bound({ clear }))).toMatchObject({
        errno: ERRNO.EPERM,
        call: 'mount_setattr',
        path: '/mnt',
      });
    }
  });

  test('without a pivot, what is locked is covered', async () => {
    const acts: InitAct[] = [mount('proc', '/proc'), { op: 'change-root' }];
    const line = 'nsenter --mount=/proc/self/ns/mnt /bin/ls /proc /sys';
    const outcome = await work.init({
      host: [openRoot(rootfs)],
      init: [...ROOT, ...acts, ...shell(line)],
      flags: WITHOUT_NETWORK,
      within: USER,
    });
    expect(outcome.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
  });
});
