// The disk with the project: what is built, the tests with what they import, jest, and this machine's Node. Mounted at
// /caisson in every virtual machine.

import { existsSync, readFileSync } from 'node:fs';
import { at, root } from '../lib/project.mjs';
import { filesBelow } from '../lib/stamp.mjs';
import { Tree } from './tree.mjs';

/** Folders and files that tests and the runner inside read. */
export const carried = [
  ...['lib', 'dist', 'schemas', 'conformance', 'test', 'scripts', 'docs'],
  ...['package.json', 'package-lock.json', 'jest.config.js', 'tsconfig.json'],
];

/** What a jest run loads: these packages, and all that they depend on. */
const packages = ['jest', '@jest/globals', '@jest/reporters', '@swc/core', '@swc/jest', 'yargs', 'jsonc-parser'];

/** @typedef {Record<string, Record<string, string> | undefined>} Entry a package of package-lock.json */

/**
 * Where a package finds another one: beside itself, or further up.
 * @param {Record<string, Entry>} lock
 * @param {string} from path of a package, `node_modules/a/node_modules/b`
 * @param {string} name
 */
function resolve(lock, from, name) {
  for (let place = from; ; place = place.slice(0, Math.max(place.lastIndexOf('/node_modules/'), 0))) {
    const found = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    if (found in lock) return found;
    if (place === '') return undefined;
  }
}

/** Paths of the packages, each with those it depends on; what is optional and not installed is left out. */
export function packageFolders() {
  const lock = /** @type {{ packages: Record<string, Entry> }} */ (
    JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))
  ).packages;
  /** @type {Set<string>} */
  const found = new Set();
  const waiting = packages.map((name) => `node_modules/${name}`);
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (found.has(place) || !existsSync(at(place))) continue;
    found.add(place);
    const entry = lock[place] ?? {};
    const names = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies });
    waiting.push(...names.flatMap((name) => resolve(lock, place, name) ?? []));
  }
  return [...found].sort();
}

/** Addons among them, which are linked to libraries of the system. */
export const nativeModules = () =>
  filesBelow(packageFolders())
    .filter((file) => file.endsWith('.node'))
    .map((file) => at(file));

/** @param {string} folder where it is put together */
export async function projectTree(folder) {
  const tree = new Tree(folder);
  await tree.below(root, [...carried, ...packageFolders()], '/');
  tree.file(process.execPath, '/node/bin/node');
}
