/** The version that is told is the version that is published. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { VERSION } from '../../lib/version.js';

test("VERSION is package.json's", () => {
  const file = path.resolve(import.meta.dirname, '../../package.json');
  expect(VERSION).toBe((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version);
});
