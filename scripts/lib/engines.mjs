// The container engines that the tests of the lane `engines` start: what this machine has, and what it lacks as Debian's
// packages, downloaded and unpacked under build/engines. Nothing is installed: their services stay away, and no package
// of the machine is replaced. What Debian's releases do not have yet is built there from its Go module.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { apt, unpack } from './apt.mjs';
import { setUpGo } from './go.mjs';
import { alone } from './lock.mjs';
import { at } from './project.mjs';
import { must } from './run.mjs';

const packages = ['containerd', 'docker.io', 'podman', 'buildah', 'patchelf', 'php-fpm'];

/** What is built, in some minutes. */
const module = { path: 'github.com/containerd/containerd/v2', version: 'v2.4.2' };
const programs = ['containerd', 'ctr', 'containerd-shim-runc-v2'];

const folder = at('build/engines');
const built = at('build/engines/built');
const stamp = at('build/engines/ready');
const unpacked = at('build/engines/root');

/** Programs that look for libraries, and are linked to some that come with them. */
const linked = ['usr/bin/podman', 'usr/bin/buildah'];

/** What apt-get would install for them here; nothing when the machine has all of it. */
async function missing() {
  const words = ['apt-get', '-qq', 'install', '--simulate', '--no-install-recommends', ...packages];
  const output = await apt('looking for the packages', words);
  return [...output.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '').sort();
}

/** By LD_LIBRARY_PATH it would not do: an engine starts itself again in an environment of its own. */
async function findLibraries() {
  const libraries = readdirSync(path.join(unpacked, 'usr/lib')).find((name) => name.endsWith('-linux-gnu'));
  if (libraries === undefined) return;
  const own = path.join(unpacked, 'usr/bin/patchelf');
  for (const program of linked.map((name) => path.join(unpacked, name)).filter((file) => existsSync(file))) {
    const words = ['--set-rpath', path.join(unpacked, 'usr/lib', libraries), program];
    await must(`telling ${program} where its libraries are`, existsSync(own) ? own : 'patchelf', words);
  }
}

/**
 * Gets what is missing. What cannot be had is no failure: the tests of that engine are skipped, with the reason.
 * @param {(text: string) => void} [say]
 */
export async function setUpEngines(say = () => undefined) {
  if (existsSync(stamp) || !existsSync('/usr/bin/apt-get')) return;
  await alone(say, async () => {
    if (existsSync(stamp)) return;
    try {
      rmSync(folder, { recursive: true, force: true });
      const names = await missing();
      if (names.length > 0) {
        say(`downloading container engines for the tests: ${names.join(' ')}`);
        await unpack(names, unpacked);
        await findLibraries();
      }
      mkdirSync(folder, { recursive: true });
      writeFileSync(stamp, `${names.join('\n')}\n`);
    } catch (error) {
      say(`no container engines: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

/**
 * Builds what only its module has. What cannot be had is no failure: the tests of that engine are skipped, with the reason.
 * @param {(text: string) => void} [say]
 */
export async function buildEngines(say = () => undefined) {
  const ready = path.join(built, module.version);
  if (existsSync(ready)) return;
  try {
    const go = await setUpGo(say);
    await alone(say, async () => {
      if (existsSync(ready)) return;
      say(`building containerd ${module.version} for the tests`);
      const packages = programs.map((name) => `${module.path}/cmd/${name}@${module.version}`);
      const env = { ...process.env, GOBIN: built };
      await must('building containerd', go, ['install', ...packages], { cwd: folder, env });
      writeFileSync(ready, '');
    });
  } catch (error) {
    say(`no containerd ${module.version}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
