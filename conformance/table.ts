// The rows as text for a person, or as one JSON document for a script. Pure. Called by run.ts.

import { outcome, type Tried } from './results.js';
import { isClean, isSilent, type Row, total } from './verdict.js';

/** What was run, for the head of the table. */
export interface Subject {
  readonly path: string;
  /** First line of `RUNTIME --version`. */
  readonly version: string;
  /** Hierarchies of cgroup v1 that were mounted for this run. */
  readonly mounted: readonly string[];
}

const titles = ['program', 'ok', 'not ok', 'skipped', 'seconds', 'end'];

/** One runtime in detail, or several side by side. */
export function renderTables(tried: readonly Tried[]): string {
  const [first] = tried;
  if (first === undefined) return '';
  return tried.length === 1 ? renderTable(first.subject, first.rows) : renderSideBySide(tried);
}

export function renderTable(subject: Subject, rows: readonly Row[]): string {
  const cells = [titles, ...rows.map(toCells)];
  const lines = alignAll(cells, (column) => column === 0 || column === titles.length - 1);
  return [...lines, '', ...renderTotals(subject, rows), ''].join('\n');
}

function renderSideBySide(tried: readonly Tried[]): string {
  const names = tried[0]!.rows.map(({ name }) => name);
  const cellOf = ({ rows }: Tried, name: string) => {
    const row = rows.find((one) => one.name === name);
    return row === undefined ? '' : outcome(row);
  };
  const head = ['program', ...tried.map(({ subject }) => subject.version.replace(' version', ''))];
  const lines = alignAll([head, ...names.map((name) => [name, ...tried.map((one) => cellOf(one, name))])], () => true);
  return [...lines, ...tried.flatMap(({ subject, rows }) => ['', ...renderTotals(subject, rows)]), ''].join('\n');
}

export function renderComplaints(complaints: readonly string[]): string {
  return ['', ...complaints, `${complaints.length} not as conformance/expected.json says`].join('\n');
}

/** Every failed assertion with its diagnostics, and what an aborted program said on stderr. */
export function renderDetails(rows: readonly Row[]): string {
  const lines = rows.filter((row) => !isClean(row)).flatMap(renderFailures);
  return lines.length === 0 ? '' : ['', ...lines, ''].join('\n');
}

export function renderJson(tried: readonly Tried[], complaints: readonly string[]): string {
  const runtimes = tried.map(({ subject, rows }) => ({ runtime: subject, totals: total(rows), programs: rows }));
  return `${JSON.stringify({ runtimes, complaints }, null, 2)}\n`;
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

/** Columns of text to the left, of numbers to the right. */
function alignAll(cells: readonly (readonly string[])[], isText: (column: number) => boolean): string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const align = (cell: string, column: number) =>
    isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return cells.map((row) => row.map(align).join('  ').trimEnd());
}

function renderTotals(subject: Subject, rows: readonly Row[]): string[] {
  const all = total(rows);
  const silent = all.silent > 0 ? ` (${all.silent} of them assert nothing)` : '';
  return [
    `runtime     ${subject.path} (${subject.version})${subject.mounted.length > 0 ? `, with ${subject.mounted.join(', ')} mounted` : ''}`,
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
