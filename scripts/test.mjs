// Runs the tests, lane by lane, and adds them up: the last line is `N passed, N failed, N skipped`.
//   npm test                                all lanes, after set-up and build; of the virtual machines a short part
//   npm run test:unit -- mounts             a lane with jest's own arguments behind it
//   npm run test:vm [-- MACHINE] [FILES]    all of what runs in virtual machines (CONTRIBUTING.md)
// With CAISSON_TEST_WHOLE set, all of it is part of `npm test` as well.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { build, buildSanitized } from './build.mjs';
import { buildEngines, setUpEngines } from './lib/engines.mjs';
import { setUpGo } from './lib/go.mjs';
import { Failed, plainEnvironment, run, script } from './lib/run.mjs';
import { at, isMain, tool } from './lib/project.mjs';
import { bold, dim, duration } from './lib/words.mjs';
import { setUp } from './setup.mjs';

/**
 * @typedef {object} Lane
 * @property {number} workers integration tests make containers: too many at once measure each other
 * @property {boolean} needsRoot
 */
/** @type {Record<string, Lane>} */
const lanes = {
  unit: { workers: 2, needsRoot: false },
  plans: { workers: 2, needsRoot: false },
  init: { workers: 2, needsRoot: true },
  integration: { workers: 1, needsRoot: true },
  matrix: { workers: 1, needsRoot: true },
  crash: { workers: 1, needsRoot: true },
  engines: { workers: 2, needsRoot: true },
  vm: { workers: 1, needsRoot: true },
  conformance: { workers: 1, needsRoot: true },
};

/** @typedef {{ passed: number, failed: number, skipped: number }} Total */

/**
 * What one or more lanes counted.
 * @param {string} tally
 * @returns {Total}
 */
function addUp(tally) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const line of readFileSync(tally, 'utf8').split('\n').filter(Boolean)) {
    const part = /** @type {Total} */ (JSON.parse(line));
    total.passed += part.passed;
    total.failed += part.failed;
    total.skipped += part.skipped;
  }
  return total;
}

/** @param {Total} total */
const words = (total) => `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`;

/**
 * One jest run over some lanes. Its tests see caisson's own environment: no NODE_OPTIONS, which children would inherit.
 * @param {readonly string[]} names
 * @param {readonly string[]} extra jest's arguments
 * @param {{ workers?: number, kept?: boolean }} [how] kept: jest's output comes back instead of being shown
 * @returns {Promise<{ total: Total, output: string }>}
 * @throws {Failed} if jest did not get as far as a report
 */
export async function runLanes(names, extra = [], how = {}) {
  // Not in /tmp: whoever ends this process by a signal leaves it behind.
  const tally = at(`build/tally-${process.pid}`);
  mkdirSync(at('build'), { recursive: true });
  rmSync(tally, { force: true });
  const workers = how.workers ?? Math.min(...names.map((name) => lanes[name]?.workers ?? 1));
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', tool('jest/bin/jest.js')];
  try {
    const options = ['--selectProjects', ...names, `--maxWorkers=${workers}`, ...(process.env.CI ? ['--ci'] : [])];
    const env = { ...plainEnvironment(), CAISSON_TEST_TALLY: tally };
    const loud = how.kept !== true;
    const { status, output } = await run(process.execPath, [...args, ...options, ...extra], { loud, env });
    const total = addUp(tally);
    // An open handle, a worker that crashed: jest says no, and no test does.
    return { total: status !== 0 && total.failed === 0 ? { ...total, failed: 1 } : total, output };
  } catch (error) {
    throw new Failed(`jest ended without a report: ${String(error)}`);
  } finally {
    rmSync(tally, { force: true });
  }
}

/**
 * @param {readonly string[]} names
 * @throws {Failed} root tests are refused, not skipped
 */
function checkPrivilege(names) {
  const refused = names.filter((name) => lanes[name]?.needsRoot);
  if (refused.length === 0 || process.getuid?.() === 0) return;
  throw new Failed(
    `caisson: the tests of ${refused.join(' and ')} make real containers and need root. Run them as root, or only the others: npm run test:unit`,
  );
}

/**
 * @param {readonly string[]} names
 * @param {boolean} whole also what takes minutes to get
 */
async function prepare(names, whole) {
  /** @param {string} text */
  const say = (text) => console.log(dim(text));
  await setUp(['build', 'test', ...(names.includes('vm') ? [/** @type {const} */ ('vm')] : [])], say);
  // The unit tests of lib/native load the addon.
  await build(say);
  if (names.includes('init')) await buildSanitized(say);
  if (names.includes('engines')) await setUpEngines(say);
  if (names.includes('engines') && whole) await buildEngines(say);
  if (names.includes('conformance')) await setUpGo(say);
}

/**
 * @param {readonly string[]} extra
 * @param {boolean} short
 */
async function runVirtualMachines(extra, short) {
  const { choose, runMachines } = await import('./vm/lane.mjs');
  return runMachines(choose(extra, short), (text) => console.log(dim(text)));
}

/** @param {readonly string[]} args lanes first, then what is jest's */
async function main(args) {
  const begun = performance.now();
  const firstOther = args.findIndex((arg) => !(arg in lanes));
  const chosen = firstOther === -1 ? args : args.slice(0, firstOther);
  const names = chosen.length > 0 ? chosen : Object.keys(lanes);
  const whole = chosen.length > 0 || process.env.CAISSON_TEST_WHOLE !== undefined;
  await prepare(names, whole);
  checkPrivilege(names);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const extra = firstOther === -1 ? [] : args.slice(firstOther);
  // Lanes without privilege share one run; the others have the machine to themselves.
  const runs = [
    names.filter((name) => !lanes[name]?.needsRoot),
    ...names.filter((name) => lanes[name]?.needsRoot).map((name) => [name]),
  ];
  for (const group of runs.filter((names) => names.length > 0)) {
    console.log(bold(`\n${group.join(', ')}`));
    const part = group[0] === 'vm' ? await runVirtualMachines(extra, !whole) : (await runLanes(group, extra)).total;
    console.log(dim(`${group.join(', ')}: ${words(part)}`));
    total.passed += part.passed;
    total.failed += part.failed;
    total.skipped += part.skipped;
  }
  console.log(dim(`\n${duration(performance.now() - begun)}`));
  console.log(words(total));
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

if (isMain(import.meta.url)) await script(() => main(process.argv.slice(2)));
