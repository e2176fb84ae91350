// Disk images of folders: ext4 by mke2fs -d, which needs no loop device and mounts nothing. And the disk over which host
// and machine exchange files: a tar archive without a filesystem, so that neither mounts what the other wrote.

import { closeSync, mkdirSync, openSync, renameSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { must } from '../lib/run.mjs';

const MIB = 1024 * 1024;

/**
 * @param {string} folder
 * @param {string} image written whole, then put in its place
 * @param {number} spare MiB beyond what is in it
 */
export async function makeDisk(folder, image, spare) {
  const { output } = await must('measuring a folder', 'du', ['-sm', '--apparent-size', folder]);
  // Blocks that are not full, inodes, and tables.
  const size = Math.ceil(Number.parseInt(output, 10) * 1.15) + 64 + spare;
  const near = `${image}.new`;
  mkdirSync(path.dirname(image), { recursive: true });
  rmSync(near, { force: true });
  const options = ['-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-m', '0', '-E', 'root_owner=0:0', '-N', '60000'];
  await must('making a disk image', 'mke2fs', [...options, '-d', folder, near, `${size}M`], {
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
  renameSync(near, image);
}

/**
 * A disk that carries the files of a folder into the machine, and is large enough for what comes back.
 * @param {string} folder
 * @param {string} image
 */
export async function packExchange(folder, image) {
  closeSync(openSync(image, 'w'));
  await must('packing what the machine gets', 'tar', ['-C', folder, '-cf', image, '.']);
  truncateSync(image, 128 * MIB);
}

/**
 * @param {string} image
 * @param {string} folder
 */
export async function unpackExchange(image, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await must('unpacking what the machine brought', 'tar', ['-C', folder, '-xf', image]);
}
