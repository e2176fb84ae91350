import { describe, expect, test } from '@jest/globals';
import { type Ended, isClean, judge, total } from '../../../conformance/verdict.js';

const ended = (part: Partial<Ended>): Ended => ({
  name: 'create',
  stdout: 'TAP version 13\nok 1 - a\nok 2 # SKIP b\n1..2\n',
  stderr: '',
  status: 0,
  timedOut: false,
  ms: 1200,
  left: [],
  ...part,
});

describe('judge', () => {
  test('counts each assertion once', () => {
    const row = judge(
      ended({ stdout: 'TAP version 13\n1..4\nok 1 - a\nnot ok 2 - b\nok 3 # SKIP c\nnot ok 4 # TODO d\n' }),
    );
    expect(row).toMatchObject({ ok: 2, notOk: 1, skipped: 1, end: 'done', reason: '' });
    expect(row.failures.map((failure) => failure.description)).toEqual(['b']);
    expect(isClean(row)).toBe(false);
  });

  test('a program that says nothing and exits 0 has passed', () => {
    expect(isClean(judge(ended({ stdout: '' })))).toBe(true);
  });

  test('a non-zero exit status is an abort, even when all that was printed is ok', () => {
    const row = judge(ended({ status: 1 }));
    expect(row).toMatchObject({ end: 'aborted', reason: 'exit status 1', ok: 1 });
    expect(isClean(row)).toBe(false);
  });

  test('TAP that is not whole is an abort', () => {
    expect(judge(ended({ stdout: 'TAP version 13\nok 1 - a\n' }))).toMatchObject({ end: 'aborted', reason: 'no plan' });
  });

  test('a time-out is told apart from an abort, and keeps what was found until then', () => {
    const row = judge(ended({ stdout: 'TAP version 13\nnot ok 1 - a\n', status: 124, timedOut: true }));
    expect(row).toMatchObject({ end: 'time-out', reason: '', notOk: 1 });
  });
});

describe('total', () => {
  test('adds programs and assertions', () => {
    const rows = [judge(ended({})), judge(ended({ status: 1 })), judge(ended({ timedOut: true, status: 124 }))];
    expect(total(rows)).toEqual({
      programs: 3,
      clean: 1,
      silent: 0,
      aborted: 1,
      timedOut: 1,
      ok: 3,
      notOk: 0,
      skipped: 3,
    });
  });

  test('tells apart the clean programs that asserted nothing', () => {
    const rows = [judge(ended({ stdout: '' })), judge(ended({ stdout: '', status: 1 })), judge(ended({}))];
    expect(total(rows)).toMatchObject({ clean: 2, silent: 1, aborted: 1 });
  });

  test('of nothing is nothing', () => {
    expect(total([])).toEqual({
      programs: 0,
      clean: 0,
      silent: 0,
      aborted: 0,
      timedOut: 0,
      ok: 0,
      notOk: 0,
      skipped: 0,
    });
  });
});
