/** GVariant text, as annotations have it. */
import { expect, test } from '@jest/globals';
import { parseText } from '../../../lib/plan/systemdText.js';

test.each([
  ['true', 'b', true],
  ['42', 'i', 42],
  ['-0x10', 'i', -16],
  ['1.5', 'd', 1.5],
  ['uint64 18446744073709551615', 't', 18446744073709551615n],
  ['@t 7', 't', 7n],
  ['byte 0xff', 'y', 255],
  ["'it\\'s'", 's', "it's"],
  ['"a b"', 's', 'a b'],
  ["objectpath '/a'", 'o', '/a'],
  ["['a', 'b']", 'as', ['a', 'b']],
  ['[uint32 1, 2]', 'au', [1, 2]],
  ['@au [1, 2]', 'au', [1, 2]],
  ['@as []', 'as', []],
  ["('cpu', true)", '(sb)', ['cpu', true]],
  [
    "[('/dev/null', 'rw'), ('/dev/zero', 'r')]",
    'a(ss)',
    [
      ['/dev/null', 'rw'],
      ['/dev/zero', 'r'],
    ],
  ],
  ['@a(ss) []', 'a(ss)', []],
  [' 1 ', 'i', 1],
])('%s', (text, signature, value) => expect(parseText(text)).toEqual({ signature, value }));

test.each([
  '',
  'soon',
  '1 2',
  '[1, true]',
  '[1 2]',
  '[1,',
  '(1',
  '[]',
  'byte 256',
  'uint32 -1',
  '2147483648',
  "uint32 'a'",
  '@as [1]',
  "'open",
  '{}',
  'nothing',
  "@s ['a']",
  '@(ss) (1, 2)',
])('%s is none', (text) => expect(() => parseText(text)).toThrow());
