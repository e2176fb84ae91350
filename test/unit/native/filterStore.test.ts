import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { native } from '../../../lib/native/load.js';

const PROGRAM = Uint8Array.from({ length: 16 }, (_, index) => index);
let parent = '';
let store = '';

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'caisson-store-'));
  store = join(parent, '.filters');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const keep = (key: string, notes = '') => native().keepFilter(store, key, PROGRAM, notes);
const find = (key: string) => native().findFilter(store, key);
const files = () => readdirSync(store).map((name) => join(store, name));

test('what was kept is found, under its key only', () => {
  keep('a key', '["a note"]');
  keep('another');
  expect(find('a key')).toEqual({ program: PROGRAM, notes: '["a note"]' });
  expect(find('another')).toEqual({ program: PROGRAM, notes: '' });
  expect(find('a ke')).toBeUndefined();
  expect(find('a key ')).toBeUndefined();
});

test('nothing is found where nothing is', () => {
  expect(find('a key')).toBeUndefined();
});

test('what is kept again replaces what was there', () => {
  keep('a key', 'old');
  keep('a key', 'new');
  expect(find('a key')?.notes).toBe('new');
  expect(files()).toHaveLength(1);
});

test('directory and files are for nobody else, whatever the umask', () => {
  const before = process.umask(0);
  try {
    keep('a key');
  } finally {
    process.umask(before);
  }
  expect(() => find('a key')).not.toThrow();
  expect(find('a key')).toBeDefined();
});

describe('a file that somebody broke is not believed, and replaced', () => {
  const broken: [string, (bytes: Buffer) => Buffer][] = [
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['empty', () => Buffer.alloc(0)],
    ['shorter than its head', (bytes) => bytes.subarray(0, 20)],
    ['longer', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
    ['of another format', (bytes) => Buffer.concat([Buffer.from([0]), bytes.subarray(1)])],
    ['with huge lengths', (bytes) => Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(12, 0xff), bytes.subarray(16)])],
  ];
  test.each(broken)('%s', (_, change) => {
    keep('a key');
    const [file = ''] = files();
    writeFileSync(file, change(readFileSync(file)));
    expect(find('a key')).toBeUndefined();
    keep('a key');
    expect(find('a key')).toBeDefined();
  });

  test('in any one bit', () => {
    keep('a key', 'a note');
    const [file = ''] = files();
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, changed);
      expect(find('a key')).toBeUndefined();
    }
  });
});

describe('a file that another could have written is not believed', () => {
  const doubtful: [string, (file: string) => void][] = [
    ['writable by others', (file) => chmodSync(file, 0o622)],
    ['readable by others', (file) => chmodSync(file, 0o604)],
    ['with a second name', (file) => linkSync(file, join(parent, 'second'))],
    [
      'behind a link',
      (file) => {
        renameSync(file, join(parent, 'elsewhere'));
        symlinkSync(join(parent, 'elsewhere'), file);
      },
    ],
    [
      'that is a directory',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ];
  test.each(doubtful)('%s', (_, change) => {
    keep('a key');
    change(files()[0] ?? '');
    expect(find('a key')).toBeUndefined();
  });
});

describe('a directory that another could write is neither read nor written', () => {
  const doubtful: [string, () => void, string][] = [
    ['writable by others', () => chmodSync(store, 0o722), 'EPERM'],
    ['readable by others', () => chmodSync(store, 0o705), 'EPERM'],
    [
      'behind a link',
      () => {
        renameSync(store, join(parent, 'real'));
        symlinkSync('real', store);
      },
      'ENOTDIR',
    ],
    [
      'a file',
      () => {
        rmSync(store, { recursive: true });
        writeFileSync(store, '');
      },
      'ENOTDIR',
    ],
  ];
  test.each(doubtful)('%s', (_, change, errno) => {
    keep('a key');
    change();
    expect(() => find('a key')).toThrow(expect.objectContaining({ errno, path: store }));
    expect(() => keep('a key')).toThrow(expect.objectContaining({ errno, path: store }));
  });
});

test('the oldest go when there are many, and what a crash left with them', () => {
  keep('first');
  const [first = ''] = files();
  writeFileSync(join(store, '.half'), 'written');
  for (const file of [first, join(store, '.half')]) utimesSync(file, 1, 1);
  for (let count = 0; count < 70; count++) keep(`filter ${count}`);
  expect(files().length).toBeLessThanOrEqual(64);
  expect(find('first')).toBeUndefined();
  expect(readdirSync(store)).not.toContain('.half');
  expect(find('filter 69')).toBeDefined();
});

test('what is larger than a profile can be is not kept', () => {
  keep('x'.repeat(2 << 20));
  expect(find('x'.repeat(2 << 20))).toBeUndefined();
});
