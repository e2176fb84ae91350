// The kernel of the virtual machines: Debian's for clouds, which has NVMe and ext4 built in, so that it boots from a disk
// without an initial RAM disk. One that this machine has installed is taken; else the package is unpacked under build/,
// and the machine's own /boot stays as it is.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { apt, unpack } from '../lib/apt.mjs';
import { at } from '../lib/project.mjs';
import { Failed } from '../lib/run.mjs';

/**
 * @typedef {object} Kernel
 * @property {string} version
 * @property {string} image
 * @property {string} modules the folder /lib/modules/VERSION
 */

const unpacked = at('build/vm/kernel');

/**
 * The newest one below a folder.
 * @param {string} folder
 * @returns {Kernel | undefined}
 */
function newestIn(folder) {
  const boot = path.join(folder, 'boot');
  if (!existsSync(boot)) return undefined;
  const versions = readdirSync(boot).flatMap((name) => /^vmlinuz-(.*-cloud-amd64)$/.exec(name)?.[1] ?? []);
  const collator = new Intl.Collator('en', { numeric: true });
  return versions
    .sort((a, b) => collator.compare(b, a))
    .map((version) => ({
      version,
      image: path.join(boot, `vmlinuz-${version}`),
      modules: path.join(folder, 'lib/modules', version),
    }))
    .find((kernel) => existsSync(kernel.modules));
}

/** The package of a version: the one without a version only depends on it. */
async function packageName() {
  const output = await apt('looking for a kernel', ['apt-cache', 'depends', 'linux-image-cloud-amd64']);
  const name = /Depends: (linux-image-\S+-cloud-amd64)/.exec(output)?.[1];
  if (name === undefined) throw new Failed('looking for a kernel: linux-image-cloud-amd64 depends on none');
  return name;
}

/**
 * @param {(text: string) => void} say
 * @returns {Promise<Kernel>}
 * @throws {Failed} when there is none to be had
 */
export async function findKernel(say) {
  const found = newestIn('/') ?? newestIn(unpacked);
  if (found) return found;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new Failed('the virtual machine needs the kernel of the Debian package linux-image-cloud-amd64');
  }
  const name = await packageName();
  say(`downloading a kernel for the virtual machine: ${name}`);
  rmSync(unpacked, { recursive: true, force: true });
  await unpack([name], unpacked);
  const kernel = newestIn(unpacked);
  if (kernel === undefined) throw new Failed(`${name} has no kernel, or no modules`);
  return kernel;
}
