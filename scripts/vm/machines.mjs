// The virtual machines, and the disks that they boot from: put together under build/vm, each made anew only when what it
// is made of has changed. scripts/vm/lane.mjs says what runs in them.

import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { at } from '../lib/project.mjs';
import { forget, hashOf, isCurrent, remember } from '../lib/stamp.mjs';
import { makeDisk } from './disk.mjs';
import { plainSystem, programs } from './plain.mjs';
import { carried, packageFolders, projectTree } from './project.mjs';
import { systemdSystem } from './systemd.mjs';
import { onPath } from './tree.mjs';

/**
 * @typedef {object} System
 * @property {string} name
 * @property {string} init path of its first program
 * @property {number} memory MiB
 * @property {readonly string[]} reads files of the project that it is made of
 * @property {() => readonly string[]} depends what else it depends on, as words
 * @property {(folder: string, kernel: import('./kernel.mjs').Kernel) => Promise<void>} make
 * @property {number} spare MiB of its disk that are free
 */

/** A file as far as it tells whether it is another one. */
const identity = (/** @type {string | undefined} */ file) => {
  if (file === undefined) return 'none';
  const { size, mtimeMs } = statSync(file);
  return `${file} ${size} ${mtimeMs}`;
};

/** Every package of a Debian machine, with its version. */
const packages = () => (existsSync('/var/lib/dpkg/status') ? readFileSync('/var/lib/dpkg/status', 'utf8') : '');

/** @type {Record<string, System>} */
export const systems = {
  plain: {
    name: 'plain',
    init: '/init',
    memory: 2048,
    reads: ['scripts/vm/plain.mjs', 'scripts/vm/tree.mjs', 'scripts/vm/init', 'package-lock.json'],
    depends: () => [packages(), ...[...programs, process.execPath].map((name) => identity(onPath(name)))],
    make: plainSystem,
    spare: 512,
  },
  systemd: {
    name: 'systemd',
    init: '/lib/systemd/systemd',
    memory: 2048,
    reads: ['scripts/vm/systemd.mjs', 'scripts/vm/tree.mjs'],
    depends: () => [readFileSync('/etc/os-release', 'utf8')],
    make: systemdSystem,
    spare: 1024,
  },
};

const folder = at('build/vm');

/**
 * A disk of that name, made if it is not current.
 * @param {{ name: string, spare: number }} wanted
 * @param {string} hash of all that it is made of
 * @param {(folder: string) => Promise<unknown>} make
 * @param {(text: string) => void} say
 */
async function disk({ name, spare }, hash, make, say) {
  const image = `${folder}/${name}.img`;
  if (isCurrent(`vm-${name}`, hash, [image])) return image;
  say(`making a disk of the virtual machine: ${name}`);
  forget(`vm-${name}`);
  const tree = `${folder}/${name}`;
  await make(tree);
  await makeDisk(tree, image, spare);
  rmSync(tree, { recursive: true });
  remember(`vm-${name}`, hash);
  return image;
}

/**
 * @param {System} system
 * @param {import('./kernel.mjs').Kernel} kernel
 * @param {(text: string) => void} say
 */
export function systemDisk(system, kernel, say) {
  const words = ['ext4', kernel.version, ...system.depends()];
  return disk(system, hashOf(system.reads, words), (tree) => system.make(tree, kernel), say);
}

/** @param {(text: string) => void} say */
export function projectDisk(say) {
  const hash = hashOf(carried, [process.version, ...packageFolders()]);
  return disk({ name: 'project', spare: 64 }, hash, projectTree, say);
}
