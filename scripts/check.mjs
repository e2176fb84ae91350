// What must hold at every commit, without privilege and in seconds: layout, lint, types, generated files, unit tests and
// golden plans. Independent parts run side by side; each failing one shows its own output.
//   npm run check                all parts
//   npm run lint                 = npm run check -- lint

import { availableParallelism } from 'node:os';
import { checkFresh } from './generate.mjs';
import { sources } from './format.mjs';
import { at, isMain, tool } from './lib/project.mjs';
import { Failed, must, script } from './lib/run.mjs';
import { dim, duration, green, red } from './lib/words.mjs';
import { setUp } from './setup.mjs';
import { runLanes } from './test.mjs';

/** @typedef {{ name: string, does: () => Promise<unknown> }} Part */

/**
 * @param {string} name
 * @param {string} file a program of node_modules
 * @param {readonly string[]} args
 * @returns {Part}
 */
const program = (name, file, args) => ({ name, does: () => must(name, process.execPath, [tool(file), ...args]) });

/** The slowest first. @type {Part[]} */
const parts = [
  program('lint', 'eslint/bin/eslint.js', ['.', '--max-warnings=0']),
  program('types', 'typescript/bin/tsc', [
    '-p',
    'tsconfig.json',
    '--incremental',
    '--tsBuildInfoFile',
    at('build/stamps/check.tsbuildinfo'),
  ]),
  program('layout', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']),
  {
    name: 'layout of C++',
    does: () => must('clang-format', 'clang-format', ['--dry-run', '-Werror', '--', ...sources()]),
  },
  { name: 'generated files', does: checkFresh },
];

/**
 * @param {Part} part
 * @returns {Promise<boolean>} whether it holds
 */
async function runPart(part) {
  const begun = performance.now();
  try {
    await part.does();
    console.log(`${green('ok')}      ${part.name} ${dim(duration(performance.now() - begun))}`);
    return true;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    console.log(`${red('failed')}  ${part.name}\n${error.message}\n`);
    return false;
  }
}

/**
 * As many at once as there are cores.
 * @param {readonly Part[]} chosen
 */
async function runParts(chosen) {
  const waiting = [...chosen];
  let green = true;
  const worker = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) green = (await runPart(part)) && green;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return green;
}

/** @param {readonly string[]} names */
async function main(names) {
  const begun = performance.now();
  await setUp(['check'], (text) => console.log(dim(text)));
  const unknown = names.find((name) => !parts.some((part) => part.name === name) && name !== 'unit');
  if (unknown)
    throw new Failed(`caisson: check has no part "${unknown}": ${parts.map((part) => part.name).join(', ')}, unit`);
  let holds = await runParts(parts.filter((part) => names.length === 0 || names.includes(part.name)));
  if (names.length === 0 || names.includes('unit')) {
    const total = await runLanes(['unit', 'plans'], ['--silent']);
    holds &&= total.failed === 0 && total.passed > 0;
    console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  }
  console.log(
    `${holds ? green('all of it holds') : red('something does not hold')} ${dim(duration(performance.now() - begun))}`,
  );
  return holds ? 0 : 1;
}

if (isMain(import.meta.url)) await script(() => main(process.argv.slice(2)));
