import { describe, expect, test } from '@jest/globals';
import { reasonsTable, replacePart, resultsTable, summary } from '../../../conformance/pages.js';
import { compareResults, type Results } from '../../../conformance/results.js';

const totals = { programs: 3, clean: 2, silent: 0, aborted: 0, timedOut: 0, ok: 10, notOk: 1, skipped: 4 };
const RESULTS: Results = {
  host: 'Linux 6.18 with cgroup v2',
  conditions: ['v2'],
  runtimes: [
    { version: 'caisson version 1', totals, programs: { create: 'ok', pids: '1 not ok', start: 'ok' } },
    {
      version: 'runc version 2',
      totals: { ...totals, clean: 1 },
      programs: { create: 'ok', pids: 'ok', start: 'aborted' },
    },
  ],
};

describe('pages', () => {
  test('the sentence of the README has the numbers of the run', () => {
    expect(summary(RESULTS)).toBe(
      'Of the 3 programs of the OCI runtime-tools suite, 2 run without a failure (runc 2 1) on Linux 6.18 with cgroup v2; ' +
        'what fails is listed with its evidence: [docs/conformance.md](docs/conformance.md).',
    );
  });

  test('the table names the programs that differ, and counts the others', () => {
    const lines = resultsTable(RESULTS).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '| program | caisson 1 | runc 2 |',
      '|---|---|---|',
      '| `pids` | 1 not ok | ok |',
      '| `start` | ok | aborted |',
      '| the other 1 | ok | ok |',
    ]);
    expect(lines[5]).toBe('| **programs without a failure** | 2 | 1 |');
  });

  test('a bar in a pattern does not end a cell', () => {
    const evidence = { command: 'true', prints: 'x' };
    const expected = [{ programs: ['*'], kind: 'skipped' as const, words: 'a|b', reason: 'r', evidence }];
    expect(reasonsTable({ conditions: {}, expected }, ['skipped'])).toContain('| any | `a\\|b` | r | everywhere |');
    expect(reasonsTable({ conditions: {}, expected }, ['failed'])).not.toContain('any');
  });

  test('only the part between the marks is replaced', () => {
    expect(replacePart('a\n<!-- x -->\nold\n<!-- /x -->\nb', 'x', 'new')).toBe('a\n<!-- x -->\nnew\n<!-- /x -->\nb');
    expect(() => replacePart('a', 'x', 'new')).toThrow('<!-- x -->');
  });
});

describe('compareResults', () => {
  const changed = (part: Partial<Results>): Results => ({ ...RESULTS, ...part });
  const other = [{ ...RESULTS.runtimes[0]!, programs: { create: 'ok', pids: 'ok', start: 'ok' } }];

  test('says nothing when caisson does what is committed, whatever the others do', () => {
    expect(compareResults(RESULTS, changed({ runtimes: [RESULTS.runtimes[0]!] }))).toEqual([]);
  });

  test('tells each program that does otherwise', () => {
    expect(compareResults(RESULTS, changed({ runtimes: other }))).toEqual([
      'results.json says of pids: 1 not ok; now it is: ok (--write writes it anew)',
    ]);
  });

  test('compares nothing on another host', () => {
    expect(compareResults(RESULTS, changed({ runtimes: other, conditions: ['v1'] }))).toEqual([]);
  });
});
