import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMounts, removeTree } from '../../../conformance/scratch.js';

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'conformance-test-'));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

test('a tree without a mount is removed', () => {
  mkdirSync(join(tree, 'bundle'));
  writeFileSync(join(tree, 'bundle', 'file'), '');
  expect(removeTree(tree)).toEqual([]);
  expect(existsSync(tree)).toBe(false);
});

test('finds mounts at a path and below it, and not beside it', () => {
  const mountinfo = ['/', '/tmp/a', '/tmp/a/proc', '/tmp/ab', '/tmp']
    .map((point, id) => `${id} 1 0:5 / ${point} rw - tmpfs tmpfs rw\n`)
    .join('');
  expect(findMounts('/tmp/a', mountinfo)).toEqual(['/tmp/a', '/tmp/a/proc']);
});
