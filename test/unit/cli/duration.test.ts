/** Lengths of time: what Go's programs take is taken, and nothing else. */
import { describe, expect, test } from '@jest/globals';
import { milliseconds } from '../../../lib/cli/duration.js';

describe('milliseconds', () => {
  test.each([
    ['5s', 5000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['5.s', 5000],
    ['1h2m3s4ms5us6ns', 3_723_004.005006],
    ['7µs', 0.007],
    ['7μs', 0.007],
    ['+2s', 2000],
    ['-2s', -2000],
    ['0', 0],
    ['0s', 0],
    ['-0', 0],
  ])('%s', (text, expected) => {
    expect(milliseconds(text)).toBeCloseTo(expected, 9);
  });

  test.each(['', '5', '5 s', 's', '.s', '5x', '5s!', '1m 30s', '5S', '--5s', '1e3s', '0x5s', '3000000h', '5s5', '٥s'])(
    '%j is none',
    (text) => {
      expect(milliseconds(text)).toBeUndefined();
    },
  );
});
