// What must hold at every commit, without privilege and in seconds: layout, types and lint, generated files, unit tests and
// golden plans. Independent parts run side by side; each failing one shows its own output.
//   npm run check                all parts
//   npm run lint                 = npm run check -- lint

import { availableParallelism } from 'node:os';
import { build } from './build.mjs';
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

/** jest in one process: the other core has lint. */
async function unit() {
  const { total, output } = await runLanes(['unit', 'plans'], ['--silent'], { kept: true, workers: 1 });
  const words = `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`;
  if (total.failed > 0 || total.passed === 0) throw new Failed(`${output.trimEnd()}\n${words}`);
  return words;
}

/**
 * In the order in which they are begun.
 * @type {Part[]}
 */
const parts = [
  { name: 'lint', does: () => must('types and lint', process.execPath, [at('scripts/lint.mjs')]) },
  { name: 'unit', does: unit },
  program('layout', 'prettier/bin/prettier.cjs', [
    ...['--check', '--log-level=warn', '.'],
    ...['--cache', '--cache-strategy=content', `--cache-location=${at('build/stamps/prettier')}`],
  ]),
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
    const words = await part.does();
    const note = typeof words === 'string' ? `: ${words}` : '';
    console.log(`${green('ok')}      ${part.name}${note} ${dim(duration(performance.now() - begun))}`);
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
  let all = true;
  const worker = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) all = (await runPart(part)) && all;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return all;
}

/** @param {readonly string[]} names */
async function main(names) {
  const begun = performance.now();
  /** @param {string} text */
  const say = (text) => console.log(dim(text));
  await setUp(['build', 'check'], say);
  // The unit tests of lib/native load the addon. Nothing to do, mostly.
  if (names.length === 0 || names.includes('unit')) await build(say);
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown)
    throw new Failed(`caisson: check has no part "${unknown}": ${parts.map((part) => part.name).join(', ')}`);
  const holds = await runParts(parts.filter((part) => names.length === 0 || names.includes(part.name)));
  console.log(
    `${holds ? green('all of it holds') : red('something does not hold')} ${dim(duration(performance.now() - begun))}`,
  );
  return holds ? 0 : 1;
}

if (isMain(import.meta.url)) await script(() => main(process.argv.slice(2)));
