// Rows and runtimes as text for a person, or as one JSON document. Pure. Called by run.ts.

import type { CheckName } from './checks.js';
import type { SpecPage, SpecRow } from './row.js';

/** What one runtime did. */
export interface Outcome {
  readonly runtime: string;
  readonly version: string;
  /** Checks that were begun; those that could not be made are among them. */
  readonly made: ReadonlySet<CheckName>;
  /** Checks that this host does not allow, and why. */
  readonly notTried: ReadonlyMap<CheckName, string>;
  /** Checks that failed, and what was wrong. */
  readonly failed: ReadonlyMap<CheckName, string>;
}

/** `met`, `not met`, `not tried`, or `none` where no check can show it. */
export function verdictOf({ shown }: SpecRow, { made, notTried, failed }: Outcome): string {
  if (typeof shown !== 'string') return 'none';
  if (!made.has(shown) || notTried.has(shown)) return 'not tried';
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
      ({ row, name }) => `  ${name} (${row.level}, #${row.section}) not met: ${row.says}: ${reasonOf(row, outcome)}`,
    ),
    ...tellUntried(all, outcome),
    `  ${count('met')} met, ${wrong.length} not met, ${count('not tried')} not tried, ${count('none')} that no check can show`,
  ];
}

/** A line for each reason. */
function tellUntried(all: readonly { readonly row: SpecRow; readonly name: string }[], outcome: Outcome): string[] {
  const reasons = new Map<string, string[]>();
  for (const { row, name } of all) {
    if (verdictOf(row, outcome) !== 'not tried') continue;
    const why = reasonOf(row, outcome);
    reasons.set(why, [...(reasons.get(why) ?? []), name]);
  }
  return [...reasons].map(([why, names]) => `  not tried, ${why}: ${names.join(', ')}`);
}

/** Why a row is not met, or not tried. */
export function reasonOf({ shown }: SpecRow, { made, failed, notTried }: Outcome): string {
  if (typeof shown !== 'string') return shown.none;
  return failed.get(shown) ?? notTried.get(shown) ?? (made.has(shown) ? '' : 'not asked for');
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
        reason: reasonOf(row, outcome),
      })),
    ),
  }));
  return `${JSON.stringify({ runtimes, complaints }, null, 2)}\n`;
}
