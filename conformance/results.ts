// What a whole run found, as it is committed in results.json: README.md and docs/conformance.md are made of it. Pure, but
// for reading and writing the file. Called by run.ts and the generator of the pages.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject } from './table.js';
import { isClean, type Row, total, type Totals } from './verdict.js';

export interface RuntimeResults {
  /** First line of `RUNTIME --version`. */
  readonly version: string;
  readonly totals: Totals;
  /** `ok`, `2 not ok`, `aborted` or `time-out`, by the name of the program. */
  readonly programs: Readonly<Record<string, string>>;
}

export interface Results {
  /** Kernel and cgroups, for a reader. */
  readonly host: string;
  /** The conditions of expected.json that held. */
  readonly conditions: readonly string[];
  readonly runtimes: readonly RuntimeResults[];
}

export interface Tried {
  readonly subject: Subject;
  readonly rows: readonly Row[];
}

export function resultsOf(host: string, conditions: readonly string[], tried: readonly Tried[]): Results {
  return { host, conditions, runtimes: tried.map(({ subject, rows }) => runtimeResults(subject, rows)) };
}

function runtimeResults({ version }: Subject, rows: readonly Row[]): RuntimeResults {
  return { version, totals: total(rows), programs: Object.fromEntries(rows.map((row) => [row.name, outcome(row)])) };
}

/** In a few letters. */
export function outcome(row: Row): string {
  if (isClean(row)) return 'ok';
  return row.end === 'done' ? `${row.notOk} not ok` : row.end;
}

export function readResults(home: string): Results {
  return JSON.parse(readFileSync(join(home, 'results.json'), 'utf8')) as Results;
}

export function writeResults(home: string, results: Results): void {
  writeFileSync(join(home, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
}

/**
 * Whether what is committed says of caisson what this run found: of programs, not of assertions, and only where the same
 * conditions hold.
 * @returns complaints
 */
export function compareResults(committed: Results, found: Results): string[] {
  const sameHost = committed.conditions.join() === found.conditions.join();
  const [before, now] = [ofCaisson(committed), ofCaisson(found)];
  if (!sameHost || now === undefined) return [];
  const changed = Object.keys(now.programs).filter((name) => now.programs[name] !== before?.programs[name]);
  return changed.map(
    (name) =>
      `results.json says of ${name}: ${before?.programs[name] ?? 'nothing'}; now it is: ${now.programs[name]} (--write writes it anew)`,
  );
}

function ofCaisson({ runtimes }: Results): RuntimeResults | undefined {
  return runtimes.find(({ version }) => version.startsWith('caisson '));
}
