// The closing report of every test run: each skipped test with its reason, and `N passed, N failed, N skipped` as the
// last line. A skipped test must stand in test/skips.json, or the run fails: nothing is skipped in silence.

import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Skip an entry of test/skips.json
 * @property {string} file the test file, relative to the project
 * @property {string} name the full name of the test, or of a describe block around it
 * @property {string} reason why and where it is skipped, in a sentence
 */
/** @typedef {import('@jest/test-result').AssertionResult} Assertion */
/** @typedef {import('@jest/test-result').AggregatedResult} Aggregated */

const skips = /** @type {Skip[]} */ (JSON.parse(readFileSync(new URL('../skips.json', import.meta.url), 'utf8')));

/**
 * @param {Skip} skip
 * @param {string} fullName
 */
const covers = (skip, fullName) => fullName === skip.name || fullName.startsWith(`${skip.name} `);

/** jest calls onRunComplete once, and getLastError when it decides the exit status. */
export default class ClosingReport {
  /** @type {string[]} */
  #problems = [];

  /**
   * @param {unknown} _contexts
   * @param {Aggregated} results
   */
  onRunComplete(_contexts, results) {
    let skipped = 0;
    const lines = [];
    for (const suite of results.testResults) {
      const file = path.relative(process.cwd(), suite.testFilePath);
      for (const test of suite.testResults.filter(isSkipped)) {
        skipped += 1;
        lines.push(`skipped: ${file}: ${test.fullName}\n         ${this.#reasonFor(file, test.fullName)}`);
      }
      this.#findStale(file, suite.testResults);
    }
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + this.#problems.length;
    const total = { passed: results.numPassedTests, failed, skipped };
    for (const line of [...lines, ...this.#problems]) process.stderr.write(`${line}\n`);
    this.#close(total, results.numTotalTests === 0);
  }

  /**
   * @param {string} file
   * @param {string} fullName
   */
  #reasonFor(file, fullName) {
    const entry = skips.find((skip) => skip.file === file && covers(skip, fullName));
    if (entry) return entry.reason;
    this.#problems.push(`failed: ${file}: ${fullName}\n         is skipped, and test/skips.json does not allow it`);
    return 'no reason given';
  }

  /**
   * An entry for a file that ran, and for none of its tests.
   * @param {string} file
   * @param {readonly Assertion[]} tests
   */
  #findStale(file, tests) {
    if (tests.length === 0) return;
    for (const skip of skips.filter((entry) => entry.file === file)) {
      if (tests.some((test) => covers(skip, test.fullName))) continue;
      this.#problems.push(`failed: test/skips.json: ${file} has no test "${skip.name}"`);
    }
  }

  /**
   * @param {{ passed: number, failed: number, skipped: number }} total
   * @param {boolean} empty
   */
  #close(total, empty) {
    if (empty && total.failed === 0) this.#problems.push('no test was found');
    const tally = process.env.CAISSON_TEST_TALLY;
    // scripts/test.mjs runs several lanes, adds them up and prints the last line itself.
    if (tally) appendFileSync(tally, `${JSON.stringify(total)}\n`);
    else process.stderr.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  }

  getLastError() {
    return this.#problems.length > 0 ? new Error(`${this.#problems.length} problem(s), listed above`) : undefined;
  }
}

/** @param {Assertion} test */
function isSkipped(test) {
  return test.status === 'pending' || test.status === 'skipped' || test.status === 'todo' || test.status === 'disabled';
}
