/** The table of which test shows which leaf of config.json (test/leaves.json), from which docs/spec-coverage.md is made. */
import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { WITHOUT_GOLDEN } from '../../../scripts/golden-coverage.js';
import { coverage, fits, isToBeShown, readShown } from '../../../scripts/spec-coverage.js';

const rows = coverage();
const shown = [...readShown()];

test('every leaf has a golden plan that depends on it, but for those with a reason', () => {
  const bare = rows.filter((row) => isToBeShown(row) && row.golden === undefined).map(({ pointer }) => pointer);
  // A golden in test/plans/cases is to have the leaf, and to be another one with another value of it.
  expect(bare.sort()).toEqual(Object.keys(WITHOUT_GOLDEN).sort());
});

test('and a test that shows it', () => {
  const bare = rows.filter((row) => isToBeShown(row) && row.shown === undefined).map(({ pointer }) => pointer);
  // A leaf that was claimed needs a line in test/leaves.json: "linux/sysctl": "test/FILE: words of the test's title".
  expect(bare).toEqual([]);
});

test('which runs a container, or says why it does not', () => {
  const lesser = shown.filter(([, { file }]) => !/^test\/(integration|matrix|vm)\//.test(file));
  expect(lesser.map(([, { because = '' }]) => because)).not.toContain('');
  expect(lesser.map(([pattern]) => pattern)).toEqual(['linux/intelRdt/**']);
});

/** The words of the pointer that a config of the test must have: env of `hooks/prestart/N/env`. */
const nameOf = (pointer: string): string => pointer.split('/').findLast((step) => step !== '*') ?? '';

test('and whose file writes the field into a config', () => {
  const absent = rows.filter(({ pointer, shown: by }) => {
    if (by === undefined || by.because !== undefined) return false;
    return !new RegExp(`\\b${nameOf(pointer)}\\b`).test(readFileSync(by.file, 'utf8'));
  });
  expect(absent.map(({ pointer }) => pointer)).toEqual([]);
});

test('every line of the table is the one that counts for some leaf', () => {
  const used = new Set(rows.flatMap((row) => (row.shown === undefined ? [] : [row.shown.file + row.shown.title])));
  const idle = shown.filter(
    ([pattern, { file, title }]) =>
      !used.has(file + title) ||
      !rows.some(({ pointer, claim }) => isToBeShown({ pointer, claim }) && fits(pattern, pointer)),
  );
  expect(idle.map(([pattern]) => pattern)).toEqual([]);
});

test.each(shown)('%s: the test is there, under that title', (_pattern, { file, title }) => {
  expect(existsSync(file)).toBe(true);
  expect(title).not.toBe('');
  expect(readFileSync(file, 'utf8')).toContain(title);
});

test('the longest pattern counts', () => {
  expect(fits('linux/devices/**', 'linux/devices/*/path')).toBe(true);
  expect(fits('linux/devices/**', 'linux/devicesX')).toBe(false);
  expect(fits('linux/devices', 'linux/devices/*/path')).toBe(false);
  const row = rows.find(({ pointer }) => pointer === 'linux/seccomp/flags');
  expect(row?.shown?.title).toBe('flags');
});
