// Sets the machine up for the project: Debian packages and node_modules. `npm start`, `npm test` and the others call
// setUp(); `npm run setup` is the same alone. Needs nothing but Node. Everything that could forbid a step is asked
// before the first one is taken, so that a refusal changes nothing.

import { existsSync, readFileSync } from 'node:fs';
import { alone } from './lib/lock.mjs';
import { missing } from './lib/needs.mjs';
import { at, isMain, manifest } from './lib/project.mjs';
import { Failed, must, script } from './lib/run.mjs';
import { duration } from './lib/words.mjs';

/** @typedef {import('./lib/needs.mjs').Purpose} Purpose */

/**
 * Whether node_modules holds what package-lock.json says, whoever installed it. Optional packages are other machines'.
 * @returns {boolean}
 */
export function modulesCurrent() {
  const installed = at('node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  /** @typedef {{ packages: Record<string, { version?: string, optional?: boolean }> }} Lock */
  const wanted = /** @type {Lock} */ (JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))).packages;
  const there = /** @type {Lock} */ (JSON.parse(readFileSync(installed, 'utf8'))).packages;
  return Object.entries(wanted).every(
    ([name, entry]) =>
      name === '' || entry.optional === true || (there[name]?.version === entry.version && existsSync(at(name))),
  );
}

/** @throws {Failed} if this Node is older than package.json asks */
function checkNode() {
  const least = Number(/\d+/.exec(manifest.engines.node)?.[0]);
  if (Number(process.versions.node.split('.')[0]) >= least) return;
  throw new Failed(
    `caisson: this is Node ${process.versions.node}, and Node ${least} or newer is needed (README.md says where it comes from)`,
  );
}

/**
 * What to tell someone for whom we cannot install.
 * @param {readonly import('./lib/needs.mjs').Need[]} absent
 * @param {string} why
 */
function refusal(absent, why) {
  const width = Math.max(...absent.map((need) => need.debian.length));
  const lines = absent.map((need) => `  ${need.debian.padEnd(width)}  ${need.what}`);
  const packages = absent.map((need) => need.debian).join(' ');
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return [
    `caisson: something is missing on this machine, and set-up cannot install it: ${why}. Nothing was changed.`,
    ...lines,
    existsSync('/usr/bin/apt-get')
      ? `Install it with:\n  ${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages}`
      : `These are the names of Debian's packages. There you would say:\n  apt-get install ${packages}\nInstall what they hold with this system's own packages, then run the command again.`,
  ].join('\n');
}

/**
 * @param {readonly import('./lib/needs.mjs').Need[]} absent
 * @throws {Failed}
 */
function checkInstallable(absent) {
  if (absent.length === 0) return;
  if (process.platform !== 'linux')
    throw new Failed(`caisson: a container runtime of Linux; this is ${process.platform}`);
  if (!existsSync('/usr/bin/apt-get')) throw new Failed(refusal(absent, 'this system has no apt-get'));
  if (process.getuid?.() !== 0) throw new Failed(refusal(absent, 'that takes root'));
}

/** @param {readonly import('./lib/needs.mjs').Need[]} absent */
async function installPackages(absent) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  await must('reading the package lists', 'apt-get', [...apt, 'update'], { env });
  const names = absent.map((need) => need.debian);
  await must('installing Debian packages', 'apt-get', [...apt, 'install', '-y', '--no-install-recommends', ...names], {
    env,
  });
  const still = absent.filter((need) => !need.present());
  if (still.length > 0) throw new Failed(refusal(still, 'apt-get installed its packages, and it is still not there'));
}

async function installModules() {
  await must('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}

/**
 * Installs what is missing, and only that: some milliseconds when nothing is.
 * @param {readonly Purpose[]} purposes
 * @param {(text: string) => void} [say] gets one line at the start of a step that takes long
 * @returns {Promise<boolean>} whether anything had to be installed
 * @throws {Failed}
 */
export async function setUp(purposes, say = () => undefined) {
  checkNode();
  if (missing(purposes).length === 0 && modulesCurrent()) return false;
  checkInstallable(missing(purposes));
  return alone(say, async () => {
    const absent = missing(purposes);
    if (absent.length > 0) {
      say(`installing Debian packages: ${absent.map((need) => need.debian).join(' ')}`);
      await installPackages(absent);
    }
    if (!modulesCurrent()) {
      say('installing npm packages: npm ci --ignore-scripts');
      await installModules();
    }
    return true;
  });
}

if (isMain(import.meta.url)) {
  await script(async () => {
    const begun = performance.now();
    const did = await setUp(['build', 'check'], (text) => console.log(text));
    console.log(`${did ? 'set up' : 'nothing is missing'} (${duration(performance.now() - begun)})`);
  });
}
