/** The rule for container ids. */
import { expect, test } from '@jest/globals';
import { checkId } from '../../../lib/cli/id.js';

test.each(['a', 'web', 'WEB-1', 'a.b', 'a..b', '_', '+', '-', '0', 'x'.repeat(255), 'k8s_POD_web-0.default+1'])(
  'accepts %j',
  (id) => {
    expect(checkId(id)).toBe(id);
  },
);

test.each([
  ['', 'is empty'],
  ['.', 'begins with "."'],
  ['..', 'begins with "."'],
  ['.hidden', 'begins with "."'],
  ['a/b', 'has the character "/"'],
  ['../a', 'begins with "."'],
  ['a b', 'has the character " "'],
  ['a\nb', 'has the character "\\n"'],
  ['a\0b', 'has the character "\\u0000"'],
  ['é', 'has the character "é"'],
  ['a😀', 'has the character "😀"'],
  ['x'.repeat(256), 'is longer than 255 characters'],
])('refuses %j', (id, fault) => {
  expect(() => checkId(id)).toThrow(fault);
  expect(() => checkId(id)).toThrow(expect.objectContaining({ code: 'id-invalid' }));
});
