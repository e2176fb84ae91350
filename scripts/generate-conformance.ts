/**
 * Writes what README.md and docs/conformance.md tell of the OCI suite and of the specification: the line and the tables
 * between their marks, made of conformance/results.json and conformance/spec/results.json (which runs with --write leave)
 * and of conformance/expected.json.
 * `--check` writes nothing and fails when a page differs. Run from the project's directory.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readExpected } from '../conformance/expectations.js';
import { reasonsTable, replacePart, resultsTable, specSummary, specTable, summary } from '../conformance/pages.js';
import { readResults } from '../conformance/results.js';
import { readSpecResults } from '../conformance/spec/results.js';

const results = readResults('conformance');
const specResults = readSpecResults('conformance');
const expected = readExpected('conformance');

const PARTS: readonly (readonly [file: string, name: string, part: string])[] = [
  ['README.md', 'conformance', `${summary(results)}\n${specSummary(specResults)}`],
  ['docs/conformance.md', 'results', resultsTable(results)],
  ['docs/conformance.md', 'spec', specTable(specResults)],
  ['docs/conformance.md', 'failures', reasonsTable(expected, ['failed', 'aborted'])],
  ['docs/conformance.md', 'skips', reasonsTable(expected, ['skipped'])],
];

const check = process.argv.includes('--check');
for (const [file, name, part] of PARTS) {
  const before = readFileSync(file, 'utf8');
  const after = replacePart(before, name, part);
  if (after === before) continue;
  if (!check) writeFileSync(file, after);
  else {
    console.error(`${file}: the part "${name}" is not made of conformance/results.json: run npm run generate`);
    process.exitCode = 1;
  }
}
