// Is a step's result still that of its inputs? By content, not by time: a checkout or a touch rebuilds nothing.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { at, root } from './project.mjs';

/**
 * All files below the named files and folders, relative to the project, sorted.
 * @param {readonly string[]} names
 * @returns {string[]}
 */
export function filesBelow(names) {
  /** @type {string[]} */
  const found = [];
  for (const name of names) {
    if (!existsSync(at(name))) continue;
    if (statSync(at(name)).isFile()) found.push(name);
    else found.push(...filesBelow(readdirSync(at(name)).map((entry) => path.join(name, entry))));
  }
  return found.sort();
}

/**
 * One hash over names and contents.
 * @param {readonly string[]} names files and folders, relative to the project
 * @param {readonly string[]} [words] what else the result depends on: versions, flags
 */
export function hashOf(names, words = []) {
  const hash = createHash('sha256');
  for (const word of words) hash.update(`${word}\0`);
  for (const file of filesBelow(names))
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

/** @param {string} step */
const stampFile = (step) => at('build/stamps', step);

/**
 * Whether `step` has run for these inputs and its outputs are there.
 * @param {string} step
 * @param {string} hash
 * @param {readonly string[]} outputs absolute paths
 */
export function isCurrent(step, hash, outputs) {
  const file = stampFile(step);
  return existsSync(file) && readFileSync(file, 'utf8') === hash && outputs.every((output) => existsSync(output));
}

/** @param {string} step */
export const forget = (step) => rmSync(stampFile(step), { force: true });

/**
 * @param {string} step
 * @param {string} hash
 */
export function remember(step, hash) {
  mkdirSync(at('build/stamps'), { recursive: true });
  writeFileSync(stampFile(step), hash);
}
