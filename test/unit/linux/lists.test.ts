/** Lists of CPUs and memory nodes. */
import { expect, test } from '@jest/globals';
import { listFault, runsOf } from '../../../lib/linux/lists.js';

test.each([
  ['', []],
  [' ', []],
  ['0', [[0, 0]]],
  [
    '7, 1-3,2',
    [
      [7, 7],
      [1, 3],
      [2, 2],
    ],
  ],
  ['0-32767', [[0, 32_767]]],
])('%j is a list', (list, runs) => {
  expect(listFault(list, false)).toBeUndefined();
  expect(runsOf(list)).toEqual(runs.map(([first, last]) => ({ first, last })));
});

test.each([
  ['x', 'has "x", which is no number and no range'],
  ['1,', 'has an empty entry'],
  ['1,,2', 'has an empty entry'],
  ['1-', 'has "1-", which is no number and no range'],
  ['-1', 'has "-1", which is no number and no range'],
  ['0x1', 'has "0x1", which is no number and no range'],
  ['1-2-3', 'has "1-2-3", which is no number and no range'],
  ['0,3-1', 'has 3-1, which runs backwards'],
  ['32768', 'has 32768, and 32767 is the last there can be'],
  ['99999999999999999999', 'has 99999999999999999999, and 32767 is the last there can be'],
  ['0-7:1/2', 'has "0-7:1/2", which is no number and no range'],
])('%j is none: %s', (list, fault) => {
  expect(listFault(list, false)).toBe(fault);
});

test('strides are for files of cpuset', () => {
  expect(listFault('0-31:2/8,40', true)).toBeUndefined();
});
