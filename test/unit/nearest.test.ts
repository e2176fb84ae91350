/** What somebody may have meant. */
import { expect, test } from '@jest/globals';
import { nearest } from '../../lib/nearest.js';

const WORDS = ['create', 'start', 'run', 'state', 'delete'];

test.each([
  ['creat', 'create'],
  ['craete', 'create'],
  ['strat', 'start'],
  ['sate', 'state'],
  ['rn', 'run'],
  ['remove', undefined],
  ['', undefined],
  ['x'.repeat(1000), undefined],
])('%s: %s', (word, expected) => {
  expect(nearest(word, WORDS)).toBe(expected);
});
