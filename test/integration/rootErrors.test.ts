/** Roots, places and sources that are not what they should be: one line with the place, and nothing left behind. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { MountBundle } from '../support/mounts.js';

const place = new MountBundle();
const { caisson, bundle, rootfs, source } = place;
const fifo = join(bundle, 'fifo');
spawnSync('mkfifo', [fifo, join(rootfs, 'fifo')]);
symlinkSync('fifo', join(rootfs, 'tofifo'));
symlinkSync('rootfs', join(bundle, 'toroot'));

afterAll(() => caisson.clean());

const bind = (destination: string, from = source, ...options: string[]) => ({
  destination,
  source: from,
  options: ['bind', ...options],
});

describe('root.path', () => {
  test.each([
    [
      'nothing',
      'nowhere',
      /error: root\/path: cannot find the root filesystem: realpath .*nowhere: ENOENT.*\(unpack an image/,
    ],
    ['a file', 'config.json', /error: root\/path: the root filesystem is not a directory: .*config\.json/],
    [
      'a link to a directory',
      'toroot',
      /error: root\/path: the root filesystem is a symbolic link, not a directory: .*toroot \(name the directory/,
    ],
    ['a link, with slashes', 'toroot//', /error: root\/path: the root filesystem is a symbolic link/],
    ['a FIFO', 'fifo', /error: root\/path: the root filesystem is not a directory: .*fifo/],
    ['below a file', 'config.json/x', /error: root\/path: .*config\.json\/x: ENOTDIR.*\(unpack an image/],
  ])('%s', (_name, path, expected) => {
    expect(place.refusal([], (spec) => (spec.root.path = path))).toMatch(expected);
  });
});

describe('a FIFO', () => {
  test.each([
    [
      'where a directory is mounted',
      bind('/fifo'),
      /mounts\/7: bind on \/fifo: .*ENOTDIR.*\(something that is no directory is in the way/,
    ],
    [
      'behind a link',
      bind('/tofifo'),
      /mounts\/7: bind on \/tofifo: .*ENOTDIR.*\(something that is no directory is in the way/,
    ],
    [
      'on the way',
      bind('/fifo/x'),
      /mounts\/7: bind on \/fifo\/x: .*ENOTDIR.*\(something that is no directory is in the way/,
    ],
    [
      'where a tmpfs is mounted',
      { destination: '/fifo', type: 'tmpfs' },
      /mounts\/7: mount tmpfs on \/fifo: .*ENOTDIR.*\(something that is no directory is in the way/,
    ],
    ['bound on a directory', bind('/etc', fifo), /mounts\/7: bind on \/etc: .*EISDIR.*\(the source is no directory/],
  ])('%s', (_name, mount, expected) => {
    expect(place.refusal([mount])).toMatch(expected);
  });
});

describe('options that contradict, or that the kernel refuses', () => {
  test.each([
    [
      'bind, and a remount of what is not there',
      { destination: '/mnt', source, options: ['bind', 'remount'] },
      /mounts\/7: remount \/mnt: openat2 \/mnt: ENOENT.*\(is something mounted there/,
    ],
    [
      'a mode that is none',
      { destination: '/mnt', type: 'tmpfs', options: ['mode=999'] },
      /mounts\/7: mount tmpfs on \/mnt \(.*'mode'\): fsconfig \/mnt: EINVAL.*\(the filesystem does not know/,
    ],
    [
      'a number of inodes below nothing',
      { destination: '/mnt', type: 'tmpfs', options: ['nr_inodes=-1'] },
      /mounts\/7: mount tmpfs on \/mnt \(.*'nr_inodes'\): fsconfig \/mnt: EINVAL.*\(the filesystem does not know/,
    ],
    [
      'a group that is none',
      { destination: '/mnt', type: 'devpts', options: ['newinstance', 'gid=4294967295'] },
      /mounts\/7: mount devpts on \/mnt \(.*gid.*\): fsconfig \/mnt: EINVAL.*\(the filesystem does not know/,
    ],
    [
      'an overlay without layers',
      { destination: '/mnt', type: 'overlay', source: 'overlay' },
      /mounts\/7: mount overlay on \/mnt.*EINVAL.*\(the filesystem/,
    ],
    [
      'a device that is a directory',
      { destination: '/mnt', type: 'ext4', source },
      /mounts\/7: mount ext4 on \/mnt .*ENOTBLK.*\(the source of this filesystem is a block device/,
    ],
  ])('%s', (_name, mount, expected) => {
    expect(place.refusal([mount])).toMatch(expected);
  });
});

test('a source that has vanished while somebody is in it', async () => {
  const gone = join(caisson.directory, 'gone');
  mkdirSync(gone);
  const holder = spawn('sleep', ['60'], { cwd: gone });
  await new Promise((resolve) => holder.once('spawn', resolve));
  rmSync(gone, { recursive: true });
  try {
    expect(place.refusal([bind('/mnt', `/proc/${holder.pid}/cwd`)])).toMatch(
      /mounts\/7: bind on \/mnt: move_mount \/mnt: ENOENT.*\(somebody has removed/,
    );
  } finally {
    holder.kill();
  }
});
