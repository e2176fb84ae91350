/** The table of which test shows which leaf of config.json (test/leaves.json), from which docs/spec-coverage.md is made. */
import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { coverage, fits, isCarriedOut, readShown } from '../../../scripts/spec-coverage.js';

const rows = coverage();
const shown = [...readShown()];

test('every leaf that is carried out has a test that shows it', () => {
  const bare = rows.filter((row) => isCarriedOut(row.claim) && row.shown === undefined).map(({ pointer }) => pointer);
  // A leaf that was claimed needs a line in test/leaves.json: "linux/sysctl": "test/FILE: words of the test's title".
  expect(bare).toEqual([]);
});

/** Shown by less than a container: what this machine lacks (resctrl, RDMA, leaf weights), and owners of nodes, by the act alone. */
const WITHOUT_CONTAINER = [
  /^linux\/intelRdt\//,
  /^linux\/resources\/(rdma|blockIO\/weightDevice\/\*\/leafWeight)/,
  /^linux\/devices\/\*\/[ug]id$/,
];

test('and one that runs a container and looks from inside, but for a few', () => {
  const short = rows
    .filter(({ claim, shown: by }) => isCarriedOut(claim) && !/^test\/(integration|matrix)\//.test(by?.file ?? ''))
    .map(({ pointer }) => pointer);
  expect(short.filter((pointer) => !WITHOUT_CONTAINER.some((pattern) => pattern.test(pointer)))).toEqual([]);
  for (const pattern of WITHOUT_CONTAINER) expect(short.some((pointer) => pattern.test(pointer))).toBe(true);
});

test('every line of the table is the one that counts for some leaf', () => {
  const used = new Set(rows.flatMap((row) => (row.shown === undefined ? [] : [row.shown.file + row.shown.title])));
  const idle = shown.filter(
    ([pattern, { file, title }]) =>
      !used.has(file + title) || !rows.some(({ pointer, claim }) => isCarriedOut(claim) && fits(pattern, pointer)),
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
