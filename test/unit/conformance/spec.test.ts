import { describe, expect, test } from '@jest/globals';
import { specTable } from '../../../conformance/pages.js';
import { CHECKS } from '../../../conformance/spec/checks.js';
import { PAGES } from '../../../conformance/spec/pages.js';
import { type Outcome, renderReport, verdictOf } from '../../../conformance/spec/report.js';
import { specResultsOf } from '../../../conformance/spec/results.js';
import { must, mustNot, none, should, type SpecPage } from '../../../conformance/spec/row.js';
import { compareRows, demandsOf } from '../../../conformance/spec/text.js';

const TEXT =
  'The runtime MUST do this, and MUST NOT do that.\nMUSTARD is none.\nIt SHOULD **MUST NOT** `SHOULD NOT`.\n';
const PAGE: SpecPage = {
  page: 'page.md',
  rows: [
    must('section', 'does this', 'state'),
    mustNot('section', 'does that', none('nobody sees it')),
    should('section', 'should', 'no id'),
  ],
};

describe('the text', () => {
  test('each word is a demand, in its order', () => {
    expect(demandsOf(TEXT).map(({ level, line }) => `${line} ${level}`)).toEqual([
      '1 MUST',
      '1 MUST NOT',
      '3 SHOULD',
      '3 MUST NOT',
      '3 SHOULD NOT',
    ]);
  });

  test('rows that are those of the text are no complaint', () => {
    expect(compareRows(PAGE, 'MUST MUST NOT\nSHOULD')).toEqual([]);
  });

  test('a demand without a row, and a row without a demand, are told', () => {
    expect(compareRows(PAGE, TEXT)).toEqual([
      'page.md: 5 demands, 3 rows',
      'page.md: line 3 says MUST NOT, row 4 is not there',
    ]);
    expect(compareRows(PAGE, 'MUST')).toEqual(['page.md: 1 demands, 3 rows']);
  });

  test('a row of another level is told, with the line', () => {
    expect(compareRows(PAGE, 'MUST\nSHOULD\nSHOULD')).toEqual(['page.md: line 2 says SHOULD, row 2 MUST NOT']);
  });

  test('a row that says nothing is told', () => {
    const silent = { page: 'page.md', rows: [must('section', '', 'state'), must('section', 'x', none(''))] };
    expect(compareRows(silent, 'MUST MUST')).toEqual(['page.md: row 1 says nothing', 'page.md: row 2 says nothing']);
  });
});

test('every check is that of a row', () => {
  const shown = new Set(PAGES.flatMap(({ rows }) => rows.map((row) => row.shown)));
  expect(Object.keys(CHECKS).filter((name) => !shown.has(name as keyof typeof CHECKS))).toEqual([]);
});

describe('what a runtime did', () => {
  const outcome: Outcome = {
    runtime: '/bin/x',
    version: 'x version 1',
    tried: new Set(['state']),
    failed: new Map([['state', 'pid is no integer']]),
  };

  test('is a verdict for each row', () => {
    expect(PAGE.rows.map((row) => verdictOf(row, outcome))).toEqual(['not met', 'none', 'not tried']);
    expect(verdictOf(PAGE.rows[0]!, { ...outcome, failed: new Map() })).toBe('met');
  });

  test('is told with what was wrong', () => {
    expect(renderReport([PAGE], [outcome], ['a complaint'])).toBe(
      [
        '/bin/x (x version 1)',
        '  page.md 1 (MUST, #section) not met: does this: pid is no integer',
        '  0 met, 1 not met, 1 not tried, 1 that no check can show',
        'a complaint',
        '',
      ].join('\n'),
    );
  });

  test('is a column of the page', () => {
    expect(specTable(specResultsOf([PAGE], [outcome]))).toBe(
      [
        '| page | x 1 |',
        '|---|---|',
        '| page.md | 0 of 3 |',
        '',
        'Not met:',
        '',
        '- x 1, page.md 1 (MUST): does this',
      ].join('\n'),
    );
  });
});
