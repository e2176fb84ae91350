/** The words that engines look for, written out once more: changing one must break something. */
import { expect, test } from '@jest/globals';
import { errnoText } from '../../lib/cli/errnoText.js';
import { PHRASES } from '../../lib/phrases.js';

// containerd's shim on kill and delete; CRI-O.
test.each([
  [PHRASES.containerNotRunning, 'container not running'],
  [PHRASES.noSuchProcess, 'no such process'],
  [PHRASES.processFinished, 'os: process already finished'],
  [PHRASES.doesNotExist, 'does not exist'],
])('%s: the container is gone', (phrase, words) => {
  expect(phrase).toContain(words);
});

// docker and podman, which make exit statuses of them.
test('executable file not found is 127', () => {
  expect(PHRASES.executableNotFound).toContain('executable file not found in');
});

test.each([
  ['ENOENT', 'no such file or directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['EISDIR', 'is a directory'],
  ['ESRCH', 'no such process'],
])('%s says: %s', (errno, words) => {
  expect(errnoText(errno)).toBe(`${errno}: ${words}`);
});

test('an unknown errno stays alone', () => {
  expect([errnoText('EODD'), errnoText('constructor')]).toEqual(['EODD', 'constructor']);
});
