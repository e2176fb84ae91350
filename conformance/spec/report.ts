// Rows and runtimes as text for a person, or as one JSON document. Pure. Called by run.ts.

import type { CheckName } from './checks.js';
import type { SpecPage, SpecRow } from './row.js';

/** What one runtime did. */
export interface Outcome {
  readonly runtime: string;
  readonly version: string;
  readonly tried: ReadonlySet<CheckName>;
  /** Checks that failed, and what was wrong. */
  readonly failed: ReadonlyMap<CheckName, string>;
}

/** `met`, `not met`, `not tried`, or `none` where no check can show it. */
export function verdictOf({ shown }: SpecRow, { tried, failed }: Outcome): string {
  if (typeof shown !== 'string') return 'none';
  if (!tried.has(shown)) return 'not tried';
  return failed.has(shown) ? 'not met' : 'met';
}

export function renderReport(
  pages: readonly SpecPage[],
  outcomes: readonly Outcome[],
  complaints: readonly string[],
): string {
  const lines = outcomes.flatMap((outcome) => ['', `${outcome.runtime} (${outcome.version})`, ...tell(pages, outcome)]);
  return [...lines.slice(1), ...complaints, ''].join('\n');
}

function tell(pages: readonly SpecPage[], outcome: Outcome): string[] {
  const all = pages.flatMap(({ page, rows }) => rows.map((row, index) => ({ row, name: `${page} ${index + 1}` })));
  const wrong = all.filter(({ row }) => verdictOf(row, outcome) === 'not met');
  const count = (verdict: string) => all.filter(({ row }) => verdictOf(row, outcome) === verdict).length;
  return [
    ...wrong.map(
      ({ row, name }) => `  ${name} (${row.level}, #${row.section}) not met: ${row.says}: ${reason(row, outcome)}`,
    ),
    `  ${count('met')} met, ${wrong.length} not met, ${count('not tried')} not tried, ${count('none')} that no check can show`,
  ];
}

function reason({ shown }: SpecRow, { failed }: Outcome): string {
  return typeof shown === 'string' ? (failed.get(shown) ?? '') : '';
}

export function renderJson(
  pages: readonly SpecPage[],
  outcomes: readonly Outcome[],
  complaints: readonly string[],
): string {
  const runtimes = outcomes.map((outcome) => ({
    runtime: outcome.runtime,
    version: outcome.version,
    rows: pages.flatMap(({ page, rows }) =>
      rows.map((row, index) => ({
        row: `${page} ${index + 1}`,
        level: row.level,
        section: row.section,
        says: row.says,
        verdict: verdictOf(row, outcome),
        reason: reason(row, outcome),
      })),
    ),
  }));
  return `${JSON.stringify({ runtimes, complaints }, null, 2)}\n`;
}
