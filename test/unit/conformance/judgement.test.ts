import { describe, expect, test } from '@jest/globals';
import { checkExpected, type Expectation } from '../../../conformance/expectations.js';
import { judgeRun, type Proof } from '../../../conformance/judgement.js';
import { judge, type Row } from '../../../conformance/verdict.js';

const row = (name: string, stdout: string, more: { status?: number; stderr?: string; timedOut?: boolean } = {}): Row =>
  judge({
    name,
    stdout: `TAP version 13\n${stdout}`,
    stderr: '',
    status: 0,
    timedOut: false,
    ms: 1,
    left: [],
    ...more,
  });

const entry = (part: Partial<Expectation> = {}): Expectation => ({
  programs: ['pids'],
  kind: 'failed',
  words: '^limit is set$',
  reason: 'it compares pointers',
  evidence: { command: 'grep pointer', prints: '^pointer$' },
  ...part,
});

const HOLDS: Proof = { applies: true, printed: 'pointer' };
const FAILING = row('pids', 'ok 1 - a\nnot ok 2 - limit is set\n1..2\n');
const PASSING = row('pids', 'ok 1 - a\nok 2 - limit is set\n1..2\n');
const ABORTED = row('blkio', '', { status: 1, stderr: 'failed\ncaisson: error: leafWeight\n' });

const judged = (
  rows: readonly Row[],
  entries: readonly Expectation[],
  proofs = entries.map(() => HOLDS),
  whole = true,
) => judgeRun(rows, entries, proofs, whole);

describe('an assertion that fails', () => {
  test('and is listed is fine', () => {
    expect(judged([FAILING], [entry()])).toEqual([]);
  });

  test('and is not listed is told', () => {
    expect(judged([FAILING], [])).toEqual(['pids: not ok 2 - limit is set: not expected']);
  });

  test.each([
    ['of another program', { programs: ['memory'] }],
    ['with other words', { words: '^limit is$' }],
    ['as a skip', { kind: 'skipped' as const }],
  ])('and is listed %s is told', (_, part) => {
    expect(judged([FAILING], [entry(part)])).toContain('pids: not ok 2 - limit is set: not expected');
  });

  test('on a host where the condition does not hold is told, and the evidence not looked at', () => {
    expect(judged([FAILING], [entry()], [{ applies: false, printed: '' }])).toEqual([
      'pids: not ok 2 - limit is set: not expected',
    ]);
  });
});

describe('an entry', () => {
  test('of which the assertion passes is told', () => {
    expect(judged([PASSING], [entry()])).toEqual([
      'expected.json: pids /^limit is set$/ is listed as failed, and is not',
    ]);
  });

  test('that holds for one of its programs only is told', () => {
    const other = row('relative', 'ok 1 - limit is set\n1..1\n');
    expect(judged([FAILING, other], [entry({ programs: ['pids', 'relative'] })])).toEqual([
      'expected.json: relative /^limit is set$/ is listed as failed, and is not',
    ]);
  });

  test('of a program that did not run is left alone', () => {
    expect(judged([], [entry()], [HOLDS], false)).toEqual([]);
  });

  test('of which the evidence does not hold is told, with what was printed', () => {
    const [complaint] = judged([FAILING], [entry()], [{ applies: true, printed: 'value' }]);
    expect(complaint).toBe(
      'expected.json: the evidence for "it compares pointers" does not hold: grep pointer printed "value", not /^pointer$/',
    );
  });

  test('without a proof is one that does not apply', () => {
    expect(judged([FAILING], [entry()], [])).toEqual(['pids: not ok 2 - limit is set: not expected']);
  });
});

describe('an abort', () => {
  const listed = entry({ programs: ['blkio'], kind: 'aborted', words: 'error: leafWeight$|leafWeight' });

  test('is known by what the program said', () => {
    expect(judged([ABORTED], [listed])).toEqual([]);
    expect(judged([ABORTED], [{ ...listed, words: 'AppArmor' }])).toEqual([
      'blkio: aborted (exit status 1, no plan): failed: not expected',
      'expected.json: blkio /AppArmor/ is listed as aborted, and is not',
    ]);
  });

  test('that was a time-out is never expected', () => {
    const late = row('blkio', '', { status: 124, timedOut: true, stderr: 'leafWeight\n' });
    expect(judged([late], [listed])).toContain('blkio: time-out: leafWeight: not expected');
  });

  test('does not hide the assertions before it', () => {
    const both = row('blkio', 'not ok 1 - other\n', { status: 1, stderr: 'leafWeight\n' });
    expect(judged([both], [listed])).toEqual(['blkio: not ok 1 - other: not expected']);
  });
});

describe('a skip', () => {
  const skipping = row('default', 'ok 1 # SKIP linux.sysctl not set\n1..1\n');
  const listed = entry({ programs: ['*'], kind: 'skipped', words: '^linux\\.sysctl not set$' });

  test('may be listed for every program', () => {
    expect(judged([skipping], [listed])).toEqual([]);
    expect(judged([skipping], [])).toEqual(['default: skipped 1 - linux.sysctl not set: not expected']);
  });

  test('that nobody skips is told of a whole run only', () => {
    expect(judged([PASSING], [listed])).toEqual(['expected.json: nothing skipped /^linux\\.sysctl not set$/']);
    expect(judged([PASSING], [listed], [HOLDS], false)).toEqual([]);
  });
});

describe('the file', () => {
  const file = (part: object) => ({ conditions: { v1: 'true' }, expected: [{ ...entry(), ...part }] });

  test('may name a condition that it has', () => {
    expect(checkExpected(file({ where: 'v1' })).expected).toHaveLength(1);
  });

  test.each([
    [{ where: 'v2' }, 'no condition v2'],
    [{ programs: [] }, 'no program'],
    [{ kind: 'flaky' }, 'unknown kind'],
    [{ reason: ' ' }, 'no reason'],
    [{ words: '.*' }, 'fits everything'],
    [{ evidence: { command: 'true', prints: '' } }, 'fits everything'],
    [{ since: 1 }, 'unknown field since'],
  ])('%j is refused', (part, words) => {
    expect(() => checkExpected(file(part))).toThrow(words);
  });
});
