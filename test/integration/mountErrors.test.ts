/** Mounts that are refused: the place in the config, the errno, a hint, and nothing left behind. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { MountBundle } from '../support/mounts.js';

const place = new MountBundle();
const { caisson, bundle, source } = place;

afterAll(() => caisson.clean());

describe('what is refused, with its place', () => {
  const file = join(source, 'file');
  const bind = (destination: string, from = source, ...options: string[]) => ({
    destination,
    source: from,
    options: ['bind', ...options],
  });
  const links = join(bundle, 'rootfs');

  test.each<[string, unknown, RegExp]>([
    [
      'a mount inside /proc',
      bind('/proc/sys'),
      /mounts\/7\/destination: nothing can be mounted on \/proc\/sys.*maskedPaths/,
    ],
    ['by another spelling', bind('/dev/../proc//fs/'), /mounts\/7\/destination: nothing can be mounted on \/proc\/fs/],
    [
      'a tmpfs on /proc',
      { destination: '/proc', type: 'tmpfs' },
      /mounts\/7\/type: only a procfs can be mounted on \/proc, not tmpfs/,
    ],
    ['a directory bound on /proc', bind('/proc'), /mounts\/7: bind on \/proc \(only a procfs.*EINVAL/],
    [
      'a directory on a file',
      bind('/etc/passwd'),
      /mounts\/7: bind on \/etc\/passwd: openat2 \/etc\/passwd: ENOTDIR.*\(something/,
    ],
    [
      'a file on a directory',
      bind('/etc', file),
      /mounts\/7: bind on \/etc: move_mount \/etc: EISDIR.*\(the source is no dir/,
    ],
    ['below a file', bind('/etc/passwd/x'), /mounts\/7: bind on .*ENOTDIR/],
    [
      'a tmpfs on a file',
      { destination: '/etc/passwd', type: 'tmpfs' },
      /mounts\/7: mount tmpfs on .*ENOTDIR.*\(something/,
    ],
    [
      'a source that is not there',
      bind('/mnt', '/no/such'),
      /mounts\/7\/source: open the mount source: open_tree \/no\/such: ENOENT.*\(make it/,
    ],
    ['a link to nowhere as a source', bind('/mnt', join(links, 'dangling')), /mounts\/7\/source: .*ENOENT/],
    [
      'an unknown filesystem',
      { destination: '/mnt', type: 'nonesuchfs' },
      /mounts\/7: mount nonesuchfs on \/mnt: fsopen \/mnt: ENODEV.*\(does the kernel/,
    ],
    [
      'tmpcopyup of another filesystem',
      { destination: '/mnt', type: 'sysfs', options: ['tmpcopyup'] },
      /mounts\/7\/options: tmpcopyup is for a tmpfs/,
    ],
    [
      'tmpcopyup without room',
      { destination: '/bin', type: 'tmpfs', options: ['tmpcopyup', 'size=64k'] },
      /mounts\/7: mount tmpfs on \/bin \(busybox\): write \/bin: ENOSPC.*\(give/,
    ],
    [
      'a remount of nothing',
      { destination: '/etc', options: ['remount', 'size=1m'] },
      /mounts\/7: remount \/etc: fspick \/etc: EINVAL.*\(is something mounted/,
    ],
    [
      'a wrong value of an option',
      { destination: '/mnt', type: 'tmpfs', options: ['size=much'] },
      /mounts\/7: mount tmpfs on \/mnt \(.*size.*\): fsconfig \/mnt: EINVAL/,
    ],
    [
      'a shared mount over the root',
      bind('/', links, 'rshared'),
      /mounts\/7\/options: a mount over the root cannot be shared/,
    ],
    ['idmap without mappings', bind('/mnt', source, 'idmap'), /mounts\/7\/options\/1/],
    ['links in a circle', bind('/circle/x'), /mounts\/7: bind on \/circle\/x: .*ELOOP/],
    [
      'a link that leads to the root',
      bind('/toroot'),
      /mounts\/7: bind on \/toroot \(a link of the image leads to its root\).*EPERM/,
    ],
    [
      'a link that leads into /proc',
      bind('/toproc/fs'),
      /mounts\/7: bind on \/toproc\/fs \(a link of the image leads into \/proc\).*EPERM/,
    ],
    [
      'a read-only place where something is missing',
      bind('/ro/missing'),
      /mounts\/8: bind on \/ro\/missing: .*EROFS.*\(the destination is missing/,
    ],
  ])('%s', (name, mount, expected) => {
    for (const [link, to] of [
      ['dangling', '/nowhere'],
      ['circle', 'circle'],
      ['toroot', '/'],
      ['toproc', '/proc'],
    ] as const) {
      rmSync(join(links, link), { force: true });
      symlinkSync(to, join(links, link));
    }
    const before = name.startsWith('a read-only place') ? [bind('/ro', source, 'ro')] : [];
    expect(place.refusal([...before, mount])).toMatch(expected);
  });

  test.each([
    ['proc', '/proc'],
    ['sys', '/sys'],
  ])('a link where /%s is due', (name, destination) => {
    const taken = join(links, name);
    rmSync(taken, { recursive: true });
    symlinkSync('tmp', taken);
    try {
      expect(place.refusal([])).toMatch(
        new RegExp(`mounts/\\d: mount \\w+ on ${destination}: openat2 ${destination}: ELOOP.*\\(no link`),
      );
    } finally {
      rmSync(taken);
      mkdirSync(taken);
    }
  });

  test('the last of ten thousand, and nothing is left of the others', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      bind(`/many/${index}`, index === 9_999 ? '/no/such' : file),
    );
    expect(place.refusal(many)).toMatch(/mounts\/10006\/source: .*ENOENT/);
  });
});
