/** The table of codes and docs/errors.md say the same. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ERROR_CODES, fromSystem, isRuntimeError, isSystemError, RuntimeError } from '../../lib/errors.js';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/errors.md'), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => [section.slice(0, section.indexOf('\n')), section]),
);

test('docs/errors.md has the codes of the table, in its order', () => {
  expect([...sections.keys()]).toEqual(Object.keys(ERROR_CODES));
});

describe.each(Object.entries(ERROR_CODES))('%s', (code, meaning) => {
  test('says what it means, shows a line and what to do', () => {
    const section = (sections.get(code) ?? '').replace(/\s+/g, ' ');
    expect(section.toLowerCase()).toContain(`${meaning.toLowerCase()}.`);
    expect(sections.get(code)).toMatch(/^```\ncaisson: error: .+\n```$/m);
    expect(sections.get(code)).toMatch(/^What to do: \S.*\.$/m);
  });
});

const failed = Object.assign(new Error('x'), { errno: 'ENOENT', syscall: 'openat', path: '/x' });

test('a failed system call becomes an error with its details', () => {
  expect(isSystemError(failed)).toBe(true);
  const error = fromSystem('state-root', 'write the record', failed, { hint: 'make room' });
  expect(error).toMatchObject({ code: 'state-root', message: 'write the record', cause: failed });
  expect(error.details).toMatchObject({ errno: 'ENOENT', syscall: 'openat', path: '/x', hint: 'make room' });
});

test('anything else that was thrown is a fault of caisson', () => {
  expect(fromSystem('state-root', 'write the record', new TypeError('no'))).toMatchObject({
    code: 'internal',
    message: 'write the record: TypeError: no',
  });
});

test.each([
  [new RuntimeError('usage', 'x'), true],
  [{ name: 'RuntimeError' }, true],
  [new Error('x'), false],
  ['RuntimeError', false],
  [null, false],
  [undefined, false],
])('%#: whether it is a RuntimeError', (thrown, expected) => {
  expect(isRuntimeError(thrown)).toBe(expected);
});
