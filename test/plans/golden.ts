/** Compares texts with the golden ones beside it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

/** Compares a text with NAME.golden.txt; or writes it anew, for a reader of the difference, but never in CI. */
export function expectText(name: string, text: string): void {
  const file = join(import.meta.dirname, `${name}.golden.txt`);
  if (process.env.UPDATE_GOLDEN && !process.env.CI) writeFileSync(file, text);
  expect(existsSync(file)).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
