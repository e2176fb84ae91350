// linux.devices, and the devices that every container has. Called by checks.ts.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lstatSync, readlinkSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inside } from '../outside.js';
import { needs } from '../notTried.js';
import type { Trial } from '../trial.js';

/** A device number as stat(2) gives it: makedev(3). */
const numberOf = (major: number, minor: number) => ((major & 0xfff) << 8) | (minor & 0xff) | ((minor & ~0xff) << 12);

/** @returns the letter of mknod(1) */
function typeOf(file: Stats): string {
  if (file.isCharacterDevice()) return 'c';
  return file.isBlockDevice() ? 'b' : file.isFIFO() ? 'p' : 'no device';
}

const DEFAULT_DEVICES = { null: [1, 3], zero: [1, 5], full: [1, 7], random: [1, 8], urandom: [1, 9], tty: [5, 0] };

const ASKED = [
  { type: 'c', path: '/dev/asked', major: 1, minor: 3, fileMode: 0o640, uid: 7, gid: 8 },
  { type: 'u', path: '/dev/unbuffered', major: 1, minor: 5, fileMode: 0o604 },
  { type: 'b', path: '/dev/block', major: 7, minor: 300, fileMode: 0o600 },
  { type: 'p', path: '/given/fifo', fileMode: 0o622 },
];

export const devices = {
  devices: async (trial: Trial) => {
    const pid = await trial.createdProcess('sleep 100', (config) => (config.linux.devices = ASKED));
    for (const { type, path, major, minor, fileMode, uid, gid } of ASKED) {
      const file = lstatSync(inside(pid, path));
      assert.equal(typeOf(file), type === 'u' ? 'c' : type, `type of ${path}`);
      if (major !== undefined) assert.equal(file.rdev, numberOf(major, minor), `numbers of ${path}`);
      assert.equal((file.mode & 0o777).toString(8), fileMode.toString(8), `mode of ${path}`);
      assert.deepEqual([file.uid, file.gid], [uid ?? 0, gid ?? 0], `owner of ${path}`);
    }
  },

  'other file at a device': async (trial: Trial) => {
    const [text, device] = [join(trial.rootfs, 'tmp/text'), join(trial.rootfs, 'tmp/device')];
    writeFileSync(text, '');
    needs(spawnSync('mknod', [device, 'c', '1', '5']).status === 0, 'mknod is not allowed here');
    for (const path of ['/tmp/text', '/tmp/device']) {
      await trial.refuses(`another file at ${path}`, (config) => {
        config.linux.devices = [{ type: 'c', path, major: 1, minor: 3, fileMode: 0o666 }];
      });
    }
    assert.ok(lstatSync(text).isFile() && lstatSync(device).rdev === numberOf(1, 5), 'the file is another one now');
  },

  'default devices': async (trial: Trial) => {
    const pid = await trial.createdProcess('sleep 100', (config) => {
      const options = ['newinstance', 'ptmxmode=0666', 'mode=0620'];
      config.mounts.push({ destination: '/dev/pts', type: 'devpts', source: 'devpts', options });
    });
    for (const [name, [major, minor]] of Object.entries(DEFAULT_DEVICES)) {
      const file = lstatSync(inside(pid, `/dev/${name}`));
      assert.equal(typeOf(file), 'c', `type of /dev/${name}`);
      assert.equal(file.rdev, numberOf(major!, minor!), `numbers of /dev/${name}`);
    }
    const ptmx = inside(pid, '/dev/ptmx');
    if (lstatSync(ptmx).isSymbolicLink()) assert.match(readlinkSync(ptmx), /^(\/dev\/)?pts\/ptmx$/, '/dev/ptmx');
    else assert.equal(lstatSync(ptmx).ino, lstatSync(inside(pid, '/dev/pts/ptmx')).ino, '/dev/ptmx');
  },
};
