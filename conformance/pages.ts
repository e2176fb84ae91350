// Parts of README.md and docs/conformance.md that are made of results.json and expected.json. Pure. Called by
// scripts/generate-conformance.ts.

import type { Expected, Expectation } from './expectations.js';
import type { Results, RuntimeResults } from './results.js';
import type { SpecResults } from './spec/results.js';

/** The sentence of README.md. */
export function summary({ runtimes, host }: Results): string {
  const [own, ...peers] = runtimes.map((one) => ({ ...one, title: titleOf(one) }));
  if (own === undefined) return '';
  const others = peers.map(({ title, totals }) => `${title} ${totals.clean}`).join(', ');
  return [
    `Of the ${own.totals.programs} programs of the OCI runtime-tools suite, ${own.totals.clean} run without a failure`,
    `${others === '' ? '' : ` (${others})`} on ${host}; what fails is listed with its evidence:`,
    ' [docs/conformance.md](docs/conformance.md).',
  ].join('');
}

/** Programs and runtimes side by side, then the sums. */
export function resultsTable({ runtimes }: Results): string {
  const names = Object.keys(runtimes[0]?.programs ?? {});
  const differs = (name: string) => runtimes.some(({ programs }) => programs[name] !== 'ok');
  const sum = (words: string, count: (one: RuntimeResults) => number) =>
    row(
      words,
      runtimes.map((one) => `${count(one)}`),
    );
  return [
    row('program', runtimes.map(titleOf)),
    `|${'---|'.repeat(runtimes.length + 1)}`,
    ...names.filter(differs).map((name) =>
      row(
        `\`${name}\``,
        runtimes.map(({ programs }) => programs[name] ?? ''),
      ),
    ),
    row(
      `the other ${names.filter((name) => !differs(name)).length}`,
      runtimes.map(() => 'ok'),
    ),
    sum('**programs without a failure**', ({ totals }) => totals.clean),
    sum('assertions ok', ({ totals }) => totals.ok),
    sum('not ok', ({ totals }) => totals.notOk),
    sum('skipped', ({ totals }) => totals.skipped),
  ].join('\n');
}

/** The line of README.md: how many demands of the specification each runtime meets. */
export function specSummary({ pages, runtimes }: SpecResults): string {
  const all = Object.values(pages).reduce((total, { rows }) => total + rows, 0);
  const [own, ...others] = runtimes.map((runtime) => `${titleOf(runtime)} meets ${sumOf(Object.values(runtime.met))}`);
  const beside = others.length === 0 ? '' : ` (${others.join(', ')})`;
  return `Of the ${all} demands of the specification, as far as they can be tried there, ${own ?? 'nobody meets any'}${beside}.`;
}

/** `7 of 9` of `3 of 4` and `4 of 5`. */
function sumOf(counts: readonly string[]): string {
  const numbers = counts.map((words) => words.split(' of ').map(Number));
  return [0, 1].map((index) => numbers.reduce((total, pair) => total + (pair[index] ?? 0), 0)).join(' of ');
}

/** Demands of the specification that are met, by page, those that are not, and those that this host does not let anybody try. */
export function specTable({ pages, runtimes }: SpecResults): string {
  const missed = runtimes.flatMap(({ version, notMet }) =>
    notMet.map((words) => `- ${titleOf({ version })}, ${words}`),
  );
  const untried = new Set(runtimes.flatMap(({ notTried }) => notTried.map((words) => `- ${words}`)));
  return [
    row('page', ['demands', 'no check can show', ...runtimes.map(titleOf)]),
    `|${'---|'.repeat(runtimes.length + 3)}`,
    ...Object.entries(pages).map(([page, { rows, none }]) =>
      row(page, [`${rows}`, `${none}`, ...runtimes.map(({ met }) => met[page] ?? '')]),
    ),
    ...(missed.length === 0 ? [] : ['', 'Not met:', '', ...missed]),
    ...(untried.size === 0 ? [] : ['', 'Not tried:', '', ...untried]),
  ].join('\n');
}

/** What caisson does not pass, or no test tries, and why. */
export function reasonsTable({ expected }: Expected, kinds: readonly Expectation['kind'][]): string {
  const rows = expected.filter(({ kind }) => kinds.includes(kind));
  return [
    '| program | what | why | where |',
    '|---|---|---|---|',
    ...rows.map(({ programs, words, reason, where }) =>
      row(programs[0] === '*' ? 'any' : programs.map((name) => `\`${name}\``).join(' '), [
        `\`${words.replaceAll('|', '\\|')}\``,
        reason,
        where ?? 'everywhere',
      ]),
    ),
  ].join('\n');
}

/**
 * A text with the part between two marks replaced.
 * @throws Error when it has no such marks
 */
export function replacePart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`no ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${part}\n${text.slice(to)}`;
}

function row(first: string, cells: readonly string[]): string {
  return `| ${[first, ...cells].join(' | ')} |`;
}

/** `runc 1.5.2` of `runc version 1.5.2`. */
function titleOf({ version }: Pick<RuntimeResults, 'version'>): string {
  return version.replace(' version', '');
}
