// Makes the bundles that are run: one rootfs of busybox, and the config that `runc spec` writes with other
// arguments. Nothing else of the config is changed: the default spec is what is measured.

import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { bundleFolder, environment, rootfs, type BundleName } from './place.js';

const busybox = ['/bin/busybox', '/usr/bin/busybox'];
const applets = 'cat cut env find head hostname ls readlink rm sed sh sleep sort stat touch true wc test'.split(' ');

/** The leaves of config.json that the bench reads or writes. */
interface Config {
  process: { terminal: boolean; args: string[]; env: string[] };
  root: { path: string };
  linux: { maskedPaths?: string[]; readonlyPaths?: string[] };
}

/**
 * @param specProgram the runtime whose `spec` writes config.json
 * @throws {Error} when there is no busybox, or `spec` fails
 */
export function makeBundles(specProgram: string): void {
  makeRootfs();
  makeBundle(specProgram, 'true', ['/bin/true']);
  makeBundle(specProgram, 'sleep', ['/bin/sleep', '10000']);
  makeBundle(specProgram, 'probe', ['/bin/sh', '/probe.sh']);
}

function makeRootfs(): void {
  const program = busybox.find((path) => existsSync(path));
  if (program === undefined) throw new Error('there is no busybox: apt-get install busybox-static');
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'etc']) mkdirSync(join(rootfs, folder), { recursive: true });
  copyFileSync(program, join(rootfs, 'bin/busybox'));
  for (const applet of applets) symlinkSync('busybox', join(rootfs, 'bin', applet));
  copyFileSync(new URL('../test/support/probe/probe.sh', import.meta.url), join(rootfs, 'probe.sh'));
}

function makeBundle(specProgram: string, name: BundleName, args: string[]): void {
  const folder = bundleFolder(name);
  mkdirSync(folder, { recursive: true });
  execFileSync(specProgram, ['spec'], { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  const file = join(folder, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as Config;
  config.process.terminal = false;
  config.process.args = args;
  config.root.path = rootfs;
  if (name === 'probe') {
    const { maskedPaths = [], readonlyPaths = [] } = config.linux;
    config.process.env.push(`PROBE_MASKED=${maskedPaths.join(' ')}`, `PROBE_READONLY=${readonlyPaths.join(' ')}`);
  }
  writeFileSync(file, JSON.stringify(config, undefined, 2));
}
