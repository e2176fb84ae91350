// Whether a run is as expected. Pure. Called by run.ts. An assertion that fails and is not listed is a complaint; so is a
// listed one that passes, and evidence that does not hold.

import type { Expectation, Kind } from './expectations.js';
import type { Row } from './verdict.js';

/** What the host said about one expectation. */
export interface Proof {
  /** Whether its condition holds here; if not, it is not looked at. */
  readonly applies: boolean;
  /** What its evidence printed. */
  readonly printed: string;
}

interface Observation {
  readonly program: string;
  readonly kind: Kind;
  readonly words: string;
  /** For a person. */
  readonly told: string;
}

/**
 * @param whole whether every program of the suite has run: then a pattern for any program must fit one
 * @param proofs in the order of the expectations
 * @returns complaints, one line each; none when all is as expected
 */
export function judgeRun(
  rows: readonly Row[],
  expectations: readonly Expectation[],
  proofs: readonly Proof[],
  whole: boolean,
): string[] {
  const here = expectations.filter((_, index) => proofs[index]?.applies === true);
  const seen = rows.flatMap(observe);
  const unlisted = seen.filter((one) => !here.some((entry) => covers(entry, one)));
  return [
    ...unlisted.map(({ program, told }) => `${program}: ${told}: not expected`),
    ...here.flatMap((entry) => complainOfPassing(entry, rows, seen, whole)),
    ...expectations.flatMap((entry, index) => complainOfEvidence(entry, proofs[index])),
  ];
}

function observe(row: Row): Observation[] {
  const failed = row.failures.map(({ number, description }) => ({
    ...{ program: row.name, kind: 'failed' as const },
    ...{ words: description, told: `not ok ${number} - ${description}` },
  }));
  const skipped = row.skips.map(({ number, description }) => ({
    ...{ program: row.name, kind: 'skipped' as const },
    ...{ words: description, told: `skipped ${number} - ${description}` },
  }));
  if (row.end === 'done') return [...failed, ...skipped];
  // That a program took too long says nothing of its subject: no entry can expect it.
  const words = row.end === 'time-out' ? '' : row.stderr;
  const told = `${row.end}${row.reason === '' ? '' : ` (${row.reason})`}: ${row.stderr.trim().split('\n')[0] ?? ''}`;
  return [...failed, ...skipped, { program: row.name, kind: 'aborted', words, told }];
}

function covers(entry: Expectation, { program, kind, words }: Observation): boolean {
  return entry.kind === kind && isAbout(entry, program) && words !== '' && new RegExp(entry.words).test(words);
}

function isAbout({ programs }: Expectation, program: string): boolean {
  return programs[0] === '*' || programs.includes(program);
}

function complainOfPassing(
  entry: Expectation,
  rows: readonly Row[],
  seen: readonly Observation[],
  whole: boolean,
): string[] {
  const isSeen = (program?: string) =>
    seen.some((one) => (program === undefined || one.program === program) && covers(entry, one));
  if (entry.programs[0] === '*')
    return whole && !isSeen() ? [`expected.json: nothing ${entry.kind} /${entry.words}/`] : [];
  const ran = entry.programs.filter((program) => rows.some(({ name }) => name === program));
  const passing = ran.filter((program) => !isSeen(program));
  return passing.map((program) => `expected.json: ${program} /${entry.words}/ is listed as ${entry.kind}, and is not`);
}

function complainOfEvidence({ evidence, reason }: Expectation, proof: Proof | undefined): string[] {
  if (proof?.applies !== true || new RegExp(evidence.prints).test(proof.printed)) return [];
  return [
    `expected.json: the evidence for "${reason}" does not hold: ${evidence.command} printed ${JSON.stringify(proof.printed)}, not /${evidence.prints}/`,
  ];
}
