// What the checks found, as it is committed in results.json: docs/conformance.md is made of it. Pure, but for reading and
// writing the file. Called by run.ts and scripts/generate-conformance.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, verdictOf } from './report.js';
import type { SpecPage } from './row.js';

export interface SpecRuntime {
  readonly version: string;
  /** How many rows of each page are met: `51 of 51`. */
  readonly met: Readonly<Record<string, string>>;
  /** The others: `runtime.md 17 (MUST): words`. */
  readonly notMet: readonly string[];
}

export interface SpecResults {
  readonly runtimes: readonly SpecRuntime[];
}

export function specResultsOf(pages: readonly SpecPage[], outcomes: readonly Outcome[]): SpecResults {
  return { runtimes: outcomes.map((outcome) => specRuntime(pages, outcome)) };
}

function specRuntime(pages: readonly SpecPage[], outcome: Outcome): SpecRuntime {
  const met = pages.map(({ page, rows }) => {
    const count = rows.filter((row) => verdictOf(row, outcome) === 'met').length;
    return [page, `${count} of ${rows.length}`] as const;
  });
  const notMet = pages.flatMap(({ page, rows }) =>
    rows.flatMap((row, index) =>
      verdictOf(row, outcome) === 'not met' ? [`${page} ${index + 1} (${row.level}): ${row.says}`] : [],
    ),
  );
  return { version: outcome.version, met: Object.fromEntries(met), notMet };
}

export function readSpecResults(home: string): SpecResults {
  return JSON.parse(readFileSync(join(home, 'spec', 'results.json'), 'utf8')) as SpecResults;
}

export function writeSpecResults(home: string, results: SpecResults): void {
  writeFileSync(join(home, 'spec', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
}
