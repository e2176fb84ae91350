// What the checks found, as it is committed in results.json: docs/conformance.md is made of it. Pure, but for reading and
// writing the file. Called by run.ts and scripts/generate-conformance.ts.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, reasonOf, verdictOf } from './report.js';
import type { SpecPage } from './row.js';

export interface SpecRuntime {
  readonly version: string;
  /** How many of a page's rows are met, of those that could be tried: `51 of 51`. */
  readonly met: Readonly<Record<string, string>>;
  /** The others: `runtime.md 17 (MUST): words`. */
  readonly notMet: readonly string[];
  /** Why rows were not tried, and how many of each page: `no resctrl: 22 of config-linux.md`. */
  readonly notTried: readonly string[];
}

/** How many rows a page has, and how many of them no check can show. */
export interface SpecCount {
  readonly rows: number;
  readonly none: number;
}

export interface SpecResults {
  readonly pages: Readonly<Record<string, SpecCount>>;
  readonly runtimes: readonly SpecRuntime[];
}

export function specResultsOf(pages: readonly SpecPage[], outcomes: readonly Outcome[]): SpecResults {
  const counts = pages.map(({ page, rows }): [string, SpecCount] => {
    const none = rows.filter(({ shown }) => typeof shown !== 'string').length;
    return [page, { rows: rows.length, none }];
  });
  return { pages: Object.fromEntries(counts), runtimes: outcomes.map((outcome) => specRuntime(pages, outcome)) };
}

function specRuntime(pages: readonly SpecPage[], outcome: Outcome): SpecRuntime {
  const met = pages.map(({ page, rows }) => {
    const count = (verdict: string) => rows.filter((row) => verdictOf(row, outcome) === verdict).length;
    return [page, `${count('met')} of ${count('met') + count('not met')}`] as const;
  });
  const notMet = pages.flatMap(({ page, rows }) =>
    rows.flatMap((row, index) =>
      verdictOf(row, outcome) === 'not met' ? [`${page} ${index + 1} (${row.level}): ${row.says}`] : [],
    ),
  );
  return { version: outcome.version, met: Object.fromEntries(met), notMet, notTried: untried(pages, outcome) };
}

function untried(pages: readonly SpecPage[], outcome: Outcome): string[] {
  const counts = new Map<string, number>();
  for (const { page, rows } of pages) {
    for (const row of rows) {
      if (verdictOf(row, outcome) !== 'not tried') continue;
      const words = `${reasonOf(row, outcome)}, of ${page}`;
      counts.set(words, (counts.get(words) ?? 0) + 1);
    }
  }
  return [...counts].map(([words, count]) => `${words}: ${count}`);
}

export function readSpecResults(home: string): SpecResults {
  return JSON.parse(readFileSync(join(home, 'spec', 'results.json'), 'utf8')) as SpecResults;
}

export function writeSpecResults(home: string, results: SpecResults): void {
  writeFileSync(join(home, 'spec', 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
}
