import { expect, test } from '@jest/globals';
import { cleanPath, isWithin } from '../../../lib/plan/paths.js';

test.each([
  ['/', '/'],
  ['', '/'],
  ['a/b', '/a/b'],
  ['/a//b/./c/', '/a/b/c'],
  ['/a/../../b', '/b'],
  ['/..', '/'],
])('cleanPath(%j) = %j', (path, clean) => {
  expect(cleanPath(path)).toBe(clean);
});

test('isWithin compares whole components', () => {
  expect(isWithin('/dev/pts', '/dev')).toBe(true);
  expect(isWithin('/dev', '/dev')).toBe(true);
  expect(isWithin('/device', '/dev')).toBe(false);
  expect(isWithin('/x', '/')).toBe(true);
});
