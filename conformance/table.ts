// The rows as text for a person, or as one JSON document for a script. Pure. Called by run.ts.

import { isClean, isSilent, type Row, total } from './verdict.js';

/** What was run, for the head of the table. */
export interface Subject {
  readonly path: string;
  /** First line of `RUNTIME --version`. */
  readonly version: string;
  /** Whether the hugetlb hierarchy was mounted for this run. */
  readonly hugetlb: boolean;
}

const titles = ['program', 'ok', 'not ok', 'skipped', 'seconds', 'end'];

export function renderTable(subject: Subject, rows: readonly Row[]): string {
  const cells = [titles, ...rows.map(toCells)];
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => align(cell, widths[column]!, column))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', ...renderTotals(subject, rows), ''].join('\n');
}

/** Every failed assertion with its diagnostics, and what an aborted program said on stderr. */
export function renderDetails(rows: readonly Row[]): string {
  const lines = rows.filter((row) => !isClean(row)).flatMap(renderFailures);
  return lines.length === 0 ? '' : ['', ...lines, ''].join('\n');
}

export function renderJson(subject: Subject, rows: readonly Row[]): string {
  return `${JSON.stringify({ runtime: subject, totals: total(rows), programs: rows }, null, 2)}\n`;
}

/** One line about one finished program, for somebody who watches. */
export function renderProgress(row: Row, done: number, all: number): string {
  return `[${done}/${all}] ${row.name}: ${isClean(row) ? 'ok' : `${row.notOk} not ok, ${row.end}`}`;
}

function toCells(row: Row): string[] {
  const reason = isClean(row) && isSilent(row) ? 'no assertion' : row.reason;
  const end = [row.end, reason].filter((part) => part !== '').join(': ');
  return [row.name, `${row.ok}`, `${row.notOk}`, `${row.skipped}`, (row.ms / 1000).toFixed(1), end];
}

function align(cell: string, width: number, column: number): string {
  const isText = column === 0 || column === titles.length - 1;
  return isText ? cell.padEnd(width) : cell.padStart(width);
}

function renderTotals(subject: Subject, rows: readonly Row[]): string[] {
  const all = total(rows);
  const silent = all.silent > 0 ? ` (${all.silent} of them assert nothing)` : '';
  return [
    `runtime     ${subject.path} (${subject.version})${subject.hugetlb ? ', hugetlb hierarchy mounted' : ''}`,
    `programs    ${all.clean} of ${all.programs} without a failure${silent}, ${all.aborted} aborted, ${all.timedOut} timed out`,
    `assertions  ${all.ok} ok, ${all.notOk} not ok, ${all.skipped} skipped`,
    ...rows.flatMap((row) => row.left.map((path) => `left behind by ${row.name}: ${path}`)),
  ];
}

function renderFailures(row: Row): string[] {
  const failures = row.failures.flatMap((failure) => [
    `  not ok ${failure.number} - ${failure.description}`,
    ...failure.diagnostics.map((line) => `    ${line}`),
  ]);
  const said = row.end === 'done' ? [] : row.stderr.split('\n').filter((line) => line !== '');
  return [`${row.name} (${row.end})`, ...failures, ...said.map((line) => `  stderr: ${line}`)];
}
