/** Mount options as a container sees them, beside what runc makes of the same config. */
import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mountAt, MountBundle, TABLE } from '../support/mounts.js';

const place = new MountBundle();
const { caisson, bundle, source } = place;
const front = join(import.meta.dirname, '../../dist/bin/caisson');
const hasRunc = spawnSync('runc', ['--version']).status === 0;

afterAll(() => caisson.clean());

describe('options', () => {
  const bind = (...options: string[]) => ({ source, options: ['bind', ...options] });
  const tmpfs = (...options: string[]) => ({ type: 'tmpfs', source: 'tmpfs', options: ['mode=755', ...options] });

  /** What each list of options makes of a mount: its own options, and some of its filesystem's. */
  const cases: readonly (readonly [{ type?: string; options: string[] }, RegExp, RegExp?])[] = [
    [tmpfs(), /^rw,relatime$/],
    [tmpfs('defaults'), /^rw,relatime$/],
    [tmpfs('ro', 'nosuid', 'nodev', 'noexec'), /^ro,nosuid,nodev,noexec,relatime$/],
    [tmpfs('ro', 'rw', 'nosuid', 'suid', 'nodev', 'dev', 'noexec', 'exec'), /^rw,relatime$/],
    [tmpfs('noatime'), /^rw,noatime$/],
    [tmpfs('noatime', 'atime'), /^rw,relatime$/],
    [tmpfs('strictatime'), /^rw$/],
    [tmpfs('strictatime', 'nostrictatime'), /^rw,relatime$/],
    [tmpfs('noatime', 'relatime'), /^rw,relatime$/],
    [tmpfs('relatime', 'norelatime'), /^rw,relatime$/],
    [tmpfs('nodiratime'), /^rw,nodiratime,relatime$/],
    [tmpfs('nodiratime', 'diratime'), /^rw,relatime$/],
    [tmpfs('nosymfollow'), /^rw,relatime,nosymfollow$/],
    [tmpfs('nosymfollow', 'symfollow'), /^rw,relatime$/],
    [tmpfs('sync', 'dirsync'), /^rw,relatime$/, /sync,dirsync/],
    [tmpfs('sync', 'async'), /^rw,relatime$/, /^rw,mode/],
    [tmpfs('mand'), /^rw,relatime$/, /mand/],
    [tmpfs('mand', 'nomand'), /^rw,relatime$/, /^rw,mode/],
    [tmpfs('lazytime'), /^rw,relatime$/, /lazytime/],
    [tmpfs('lazytime', 'nolazytime'), /^rw,relatime$/, /^rw,mode/],
    [tmpfs('iversion', 'silent'), /^rw,relatime$/],
    [tmpfs('noiversion', 'loud', 'size=1m'), /^rw,relatime$/, /size=1024k/],
    [tmpfs('rro', 'rnosuid', 'rnoexec', 'rnodev', 'rnodiratime'), /^ro,nosuid,nodev,noexec,nodiratime,relatime$/],
    [bind(), /^rw,relatime$/],
    [bind('ro', 'nosuid', 'nodev', 'noexec', 'noatime'), /^ro,nosuid,nodev,noexec,noatime$/],
    [bind('strictatime'), /^rw$/],
    [bind('nosymfollow', 'nodiratime'), /^rw,nodiratime,relatime,nosymfollow$/],
    [bind('rro', 'rnosuid', 'rnodev', 'rnoexec', 'rnoatime'), /^ro,nosuid,nodev,noexec,noatime$/],
    [bind('rro', 'rrw', 'rnosuid', 'rsuid', 'rnodev', 'rdev', 'rnoexec', 'rexec'), /^rw,relatime$/],
    [bind('ro', 'rrw'), /^rw,relatime$/],
    [bind('rstrictatime', 'rnostrictatime'), /^rw,relatime$/],
    [bind('rnodiratime', 'rdiratime', 'rrelatime'), /^rw,relatime$/],
    [bind('rnosymfollow'), /^rw,relatime,nosymfollow$/],
    [bind('rnosymfollow', 'rsymfollow'), /^rw,relatime$/],
    [bind('noatime', 'ratime'), /^rw,relatime$/],
    [bind('rnoatime', 'rnorelatime'), /^rw,noatime$/],
  ];
  const mounts = cases.map(([mount], index) => ({ destination: `/mnt/${index}`, ...mount }));
  let table = '';

  beforeAll(() => {
    place.write(TABLE, mounts);
    const outcome = place.run();
    expect(outcome.status).toBe(0);
    table = outcome.stdout;
  });

  test.each(cases.map(([mount, ...rest], index) => [mount.options.join(','), index, ...rest] as const))(
    '%s',
    (_, index, expected, filesystem = /./) => {
      const mounted = mountAt(table, `/mnt/${index}`);
      expect(mounted?.options.join(',')).toMatch(expected);
      expect(mounted?.filesystem.join(',')).toMatch(filesystem);
    },
  );

  /** What runc 1.1 takes for options of the filesystem, does to bind mounts only, or hands to the kernel by halves. */
  const isForeign = (type: string | undefined, option: string) =>
    option === 'defaults' ||
    (type === 'tmpfs' && /^r(?!w$|o$|elatime$)/.test(option)) ||
    /^r(strict|nostrict|norel|rel)?atime$/.test(option.replace(/^relatime$/, ''));

  /** Where the last word counts for us, and the kernel's preference among all of them for runc 1.1. */
  const LAST_COUNTS = ['noatime,relatime', 'rro,rrw', 'rnosymfollow,rsymfollow'];

  (hasRunc ? test : test.skip)('runc makes the same of them', () => {
    const numbers = [...cases.keys()].filter((index) => {
      const { type, options } = cases[index]![0];
      const words = options.join(',');
      return !options.some((option) => isForeign(type, option)) && !LAST_COUNTS.some((pair) => words.includes(pair));
    });
    place.write(TABLE, [], (spec) => {
      spec.mounts = [
        ...spec.mounts.filter(({ type }: { type: string }) => type !== 'cgroup'),
        ...numbers.map((index) => mounts[index]),
      ];
    });
    const root = join(caisson.directory, 'runc');
    const peer = spawnSync('runc', ['--root', root, 'run', '-b', bundle, caisson.id()], { encoding: 'utf8' });
    expect(peer).toMatchObject({ status: 0, stderr: '' });
    const line = (text: string, index: number) => {
      const mounted = mountAt(text, `/mnt/${index}`);
      return `${cases[index]![0].options.join(',')}: ${mounted?.options.join(',')} ${mounted?.filesystem.join(',')}`;
    };
    expect(numbers.map((index) => line(table, index))).toEqual(numbers.map((index) => line(peer.stdout, index)));
  });

  test('recursive ones reach what is mounted below the source', () => {
    const script = `mount -t tmpfs tmpfs ${source}/below && exec "$0" --root ${caisson.root} run -b ${bundle} ${caisson.id()}`;
    place.write(TABLE, [
      { destination: '/all', source, options: ['rbind', 'rro', 'rnoexec'] },
      { destination: '/top', source, options: ['rbind', 'ro', 'noexec'] },
      { destination: '/one', source, options: ['bind'] },
    ]);
    const { stdout, status } = spawnSync('unshare', ['--mount', 'sh', '-c', script, front], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(mountAt(stdout, '/all/below')?.options).toEqual(['ro', 'noexec', 'relatime']);
    expect(mountAt(stdout, '/top')?.options).toEqual(['ro', 'noexec', 'relatime']);
    expect(mountAt(stdout, '/top/below')?.options).toEqual(['rw', 'relatime']);
    expect(mountAt(stdout, '/one/below')).toBeUndefined();
  });

  test('what they mean: read-only, no programs, no links', () => {
    symlinkSync('file', join(source, 'link'));
    const line =
      'touch /mnt/x || echo read-only; cat /mnt/link || echo no link; /mnt/busybox true || echo no program; cat /mnt/file';
    const program = { destination: '/mnt/busybox', source: '/bin/busybox', options: ['bind', 'noexec'] };
    const mount = { destination: '/mnt', source, options: ['bind', 'ro', 'nosymfollow'] };
    writeFileSync(join(source, 'busybox'), '');
    expect(place.inside(`(${line}) 2>/dev/null`, [mount, program])).toBe(
      'read-only\nno link\nno program\nfrom the host\n',
    );
    rmSync(join(source, 'link'));
  });

  test('remount changes what is named', () => {
    const first = { destination: '/mnt', type: 'tmpfs', source: 'tmpfs', options: ['noatime', 'nosuid', 'size=1m'] };
    const again = { destination: '/mnt', options: ['remount', 'ro', 'sync', 'size=2m'] };
    const mounted = mountAt(place.inside(TABLE, [first, again]), '/mnt');
    expect(mounted?.options).toEqual(['ro', 'nosuid', 'noatime']);
    expect(mounted?.filesystem.join(',')).toMatch(/^rw,sync,size=2048k/);
  });

  test('those of a filesystem are told of on a bind mount', () => {
    place.write('cat /mnt/file', [{ destination: '/mnt', source, options: ['bind', 'sync', 'size=3'] }]);
    const outcome = place.run();
    expect(outcome).toMatchObject({ status: 0, stdout: 'from the host\n' });
  });
});
