// Debian's packages without installing them: looked up, downloaded, unpacked into a folder. For what only tests need, and
// what a machine should not get for their sake: container engines with their services, a kernel.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { at } from './project.mjs';
import { Failed, must, run } from './run.mjs';

/**
 * Runs an apt program; when it fails, once more with new lists: those of a fresh machine are empty, and old ones name
 * files that went.
 * @param {string} what in the words of the user
 * @param {readonly string[]} words
 * @returns {Promise<string>} its output
 * @throws {Failed}
 */
export async function apt(what, [program = '', ...args], cwd = at()) {
  const first = await run(program, args, { cwd });
  if (first.status === 0) return first.output;
  await must('reading the package lists', 'apt-get', ['-qq', 'update']);
  const second = await run(program, args, { cwd });
  if (second.status === 0) return second.output;
  throw new Failed(`${what}: ${second.output.trim().split('\n').at(-1) ?? ''}`);
}

/**
 * @param {readonly string[]} names
 * @param {string} folder where they are unpacked
 */
export async function unpack(names, folder) {
  const debs = path.join(folder, '.debs');
  rmSync(debs, { recursive: true, force: true });
  mkdirSync(debs, { recursive: true });
  await apt(`downloading ${names.join(' ')}`, ['apt-get', '-qq', 'download', ...names], debs);
  for (const deb of readdirSync(debs)) {
    await must(`unpacking ${deb}`, 'dpkg-deb', ['--extract', path.join(debs, deb), folder]);
  }
  rmSync(debs, { recursive: true });
}
