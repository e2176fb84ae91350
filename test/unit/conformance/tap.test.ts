import { describe, expect, test } from '@jest/globals';
import { parseTap } from '../../../conformance/tap.js';

const lines = (...text: string[]) => `${text.join('\n')}\n`;

describe('parseTap', () => {
  test('nothing printed is an empty report without a problem', () => {
    expect(parseTap('')).toEqual({ assertions: [], problems: [] });
    expect(parseTap('\n\n')).toEqual({ assertions: [], problems: [] });
  });

  test('reads ok, not ok, skip and todo', () => {
    const report = parseTap(
      lines(
        'TAP version 13',
        '1..5',
        'ok 1 - first',
        'not ok 2 - second',
        'ok 3 # SKIP hostname not set',
        'not ok 4 # TODO later',
        'ok 5 - ',
      ),
    );
    expect(report.problems).toEqual([]);
    expect(report.assertions.map(({ ok, description, directive }) => [ok, description, directive])).toEqual([
      [true, 'first', undefined],
      [false, 'second', undefined],
      [true, 'hostname not set', 'skip'],
      [false, 'later', 'todo'],
      [true, '', undefined],
    ]);
  });

  test('a hash that starts no directive belongs to the description', () => {
    const [assertion] = parseTap(lines('TAP version 13', 'ok 1 - mount # 3 is there', '1..1')).assertions;
    expect(assertion).toMatchObject({ description: 'mount # 3 is there' });
    expect(assertion).not.toHaveProperty('directive');
  });

  test('comments, YAML and the rest of a long description go with the assertion before them', () => {
    const report = parseTap(
      lines(
        'TAP version 13',
        'not ok 1 - two',
        'lines',
        '# expect: 1',
        '  ---',
        '  {}',
        '  ...',
        'ok 2 - next',
        '1..2',
      ),
    );
    expect(report.problems).toEqual([]);
    expect(report.assertions.map((assertion) => assertion.diagnostics)).toEqual([
      ['lines', '# expect: 1', '  ---', '  {}', '  ...'],
      [],
    ]);
  });

  test('what looks like TAP inside a YAML block is not counted', () => {
    const report = parseTap(
      lines('TAP version 13', 'ok 1 - outer', '  ---', 'not ok 2 - inner', '1..9', '  ...', '1..1'),
    );
    expect(report.assertions).toHaveLength(1);
    expect(report.problems).toEqual([]);
  });

  test('joins several documents, each with its own plan and numbers', () => {
    const report = parseTap(
      lines('TAP version 13', 'ok 1 - a', 'ok 2 - b', '1..2', 'TAP version 13', 'ok 1 - c', '1..1'),
    );
    expect(report.assertions.map((assertion) => assertion.description)).toEqual(['a', 'b', 'c']);
    expect(report.problems).toEqual([]);
  });

  test.each([
    ['no plan', ['ok 1 - a'], 'no plan'],
    ['a plan not kept', ['1..3', 'ok 1 - a'], '3 assertions planned, 1 made'],
    ['two plans', ['1..1', 'ok 1 - a', '1..1'], '2 plans'],
    ['a number left out', ['ok 1 - a', 'ok 3 - b', '1..2'], 'assertion 2 has the number 3'],
    ['a bail-out', ['ok 1 - a', '1..1', 'Bail out! no kernel'], 'bailed out: no kernel'],
    ['a YAML block without an end', ['1..1', 'ok 1 - a', '  ---', '  {}'], 'a YAML block without an end'],
    ['words that are not TAP', ['panic: runtime error'], 'no plan'],
  ])('%s is a problem', (_, text, problem) => {
    expect(parseTap(lines('TAP version 13', ...text)).problems).toEqual([problem]);
  });

  test('output without a header is read all the same', () => {
    const report = parseTap(lines('ok 1 - a', '1..1'));
    expect(report).toMatchObject({ assertions: [{ number: 1, ok: true }], problems: [] });
  });
});
