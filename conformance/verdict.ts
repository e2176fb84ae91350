// From what a program printed and how it ended to one row of the table. Pure. Called by run.ts, shown by table.ts.

import { type Assertion, parseTap } from './tap.js';

/** How a program's process ended, as program.ts saw it. */
export interface Ended {
  readonly name: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status; 128 + signal number for a signal. */
  readonly status: number;
  readonly timedOut: boolean;
  /** Wall-clock milliseconds. */
  readonly ms: number;
  /** Cgroups and mount points of this program that are still there. */
  readonly left: readonly string[];
}

export interface Row {
  readonly name: string;
  readonly ok: number;
  readonly notOk: number;
  readonly skipped: number;
  /** `done`: ran to its end, whatever it found. `aborted`: a non-zero exit status, or TAP that is not whole. */
  readonly end: 'done' | 'aborted' | 'time-out';
  /** Why it did not end well; empty when it did. */
  readonly reason: string;
  readonly failures: readonly Assertion[];
  readonly skips: readonly Assertion[];
  readonly stderr: string;
  readonly ms: number;
  readonly left: readonly string[];
}

export interface Totals {
  readonly programs: number;
  /** Programs that ran to their end with nothing `not ok`. */
  readonly clean: number;
  /** Those of the clean ones that asserted nothing: most would be clean with any runtime. */
  readonly silent: number;
  readonly aborted: number;
  readonly timedOut: number;
  readonly ok: number;
  readonly notOk: number;
  readonly skipped: number;
}

/**
 * A program that asserts nothing and exits 0 counts as passed, as the suite means it: some only check that a config is
 * refused. But several hook programs never assert anything (see README.md), so such rows are told apart.
 */
export function judge(ended: Ended): Row {
  const { assertions, problems } = parseTap(ended.stdout);
  const failures = assertions.filter((assertion) => !assertion.ok && assertion.directive === undefined);
  const skips = assertions.filter((assertion) => assertion.directive === 'skip');
  const reasons = ended.status === 0 ? problems : [`exit status ${ended.status}`, ...problems];
  return {
    name: ended.name,
    ok: assertions.length - failures.length - skips.length,
    notOk: failures.length,
    skipped: skips.length,
    end: ended.timedOut ? 'time-out' : reasons.length > 0 ? 'aborted' : 'done',
    reason: ended.timedOut ? '' : reasons.join(', '),
    failures,
    skips,
    stderr: ended.stderr,
    ms: ended.ms,
    left: ended.left,
  };
}

export function isClean(row: Row): boolean {
  return row.end === 'done' && row.notOk === 0;
}

/** Whether it made no assertion at all. */
export function isSilent(row: Row): boolean {
  return row.ok + row.notOk + row.skipped === 0;
}

export function total(rows: readonly Row[]): Totals {
  const sum = (count: (row: Row) => number) => rows.reduce((all, row) => all + count(row), 0);
  return {
    programs: rows.length,
    clean: rows.filter(isClean).length,
    silent: rows.filter((row) => isClean(row) && isSilent(row)).length,
    aborted: rows.filter((row) => row.end === 'aborted').length,
    timedOut: rows.filter((row) => row.end === 'time-out').length,
    ok: sum((row) => row.ok),
    notOk: sum((row) => row.notOk),
    skipped: sum((row) => row.skipped),
  };
}
