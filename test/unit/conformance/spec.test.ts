import { describe, expect, test } from '@jest/globals';
import { specSummary, specTable } from '../../../conformance/pages.js';
import { CHECKS } from '../../../conformance/spec/checks.js';
import { PAGES } from '../../../conformance/spec/pages.js';
import { type Outcome, reasonOf, renderReport, verdictOf } from '../../../conformance/spec/report.js';
import { specResultsOf } from '../../../conformance/spec/results.js';
import { must, mustNot, none, should, type SpecPage } from '../../../conformance/spec/row.js';
import { compareRows, demandsOf } from '../../../conformance/spec/text.js';

const TEXT =
  '# Title\nThe runtime MUST do this, and MUST NOT do that.\n## <a name="x" />A Section, it is\nMUSTARD is none.\nIt SHOULD **MUST NOT** `SHOULD NOT`.\n';
const PAGE: SpecPage = {
  page: 'page.md',
  rows: [
    must('title', 'does this', 'state'),
    mustNot('title', 'does that', none('nobody sees it')),
    should('a-section-it-is', 'should', 'no id'),
  ],
};

describe('the text', () => {
  test('each word is a demand, in its order', () => {
    expect(demandsOf(TEXT).map(({ level, section, line }) => `${line} ${section} ${level}`)).toEqual([
      '2 title MUST',
      '2 title MUST NOT',
      '5 a-section-it-is SHOULD',
      '5 a-section-it-is MUST NOT',
      '5 a-section-it-is SHOULD NOT',
    ]);
  });

  test('rows that are those of the text are no complaint', () => {
    expect(compareRows(PAGE, '# Title\nMUST MUST NOT\n## A section, it is\nSHOULD')).toEqual([]);
  });

  test('a demand without a row, and a row without a demand, are told', () => {
    expect(compareRows(PAGE, TEXT)).toEqual([
      'page.md: 5 demands, 3 rows',
      'page.md: line 5 says MUST NOT in a-section-it-is, row 4 is not there',
    ]);
    expect(compareRows(PAGE, '# Title\nMUST')).toEqual(['page.md: 1 demands, 3 rows']);
  });

  test('a row of another level or section is told, with the line', () => {
    expect(compareRows(PAGE, '# Title\nMUST\nSHOULD\nSHOULD')).toEqual([
      'page.md: line 3 says SHOULD in title, row 2 MUST NOT in title',
    ]);
    expect(compareRows(PAGE, '# Title\nMUST\n# Other\nMUST NOT\nSHOULD')).toEqual([
      'page.md: line 4 says MUST NOT in other, row 2 MUST NOT in title',
    ]);
  });

  test('a row that says nothing is told', () => {
    const silent = { page: 'page.md', rows: [must('', '', 'state'), must('', 'x', none(''))] };
    expect(compareRows(silent, 'MUST MUST')).toEqual(['page.md: row 1 says nothing', 'page.md: row 2 says nothing']);
  });
});

test('a check that was not asked for is not tried', () => {
  const outcome = { runtime: '', version: '', made: new Set<never>(), notTried: new Map(), failed: new Map() };
  expect(PAGE.rows.map((row) => verdictOf(row, outcome))).toEqual(['not tried', 'none', 'not tried']);
  expect(reasonOf(PAGE.rows[0]!, outcome)).toBe('not asked for');
});

test('every check is that of a row', () => {
  const shown = new Set(PAGES.flatMap(({ rows }) => rows.map((row) => row.shown)));
  expect(Object.keys(CHECKS).filter((name) => !shown.has(name as keyof typeof CHECKS))).toEqual([]);
});

describe('what a runtime did', () => {
  const outcome: Outcome = {
    runtime: '/bin/x',
    version: 'x version 1',
    made: new Set(['state', 'no id']),
    notTried: new Map([['no id', 'the host has none']]),
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
        '  page.md 1 (MUST, #title) not met: does this: pid is no integer',
        '  not tried, the host has none: page.md 3',
        '  0 met, 1 not met, 1 not tried, 1 that no check can show',
        'a complaint',
        '',
      ].join('\n'),
    );
  });

  test('is a part of a line', () => {
    const results = specResultsOf([PAGE, { ...PAGE, page: 'other.md' }], [outcome, { ...outcome, failed: new Map() }]);
    expect(specSummary(results)).toBe(
      'Of the 6 demands of the specification, as far as they can be tried there, x 1 meets 0 of 2 (x 1 meets 2 of 2).',
    );
  });

  test('is a column of the page', () => {
    expect(specTable(specResultsOf([PAGE], [outcome]))).toBe(
      [
        '| page | demands | no check can show | x 1 |',
        '|---|---|---|---|',
        '| page.md | 3 | 1 | 0 of 1 |',
        '',
        'Not met:',
        '',
        '- x 1, page.md 1 (MUST): does this',
        '',
        'Not tried:',
        '',
        '- the host has none, of page.md: 1',
      ].join('\n'),
    );
  });
});
