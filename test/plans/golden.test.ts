/**
 * Golden plans: what is done for a config, in which order, as prose. `UPDATE_GOLDEN=1 npm run test:unit` writes them anew,
 * for a reader of the difference; never in CI. The configs are in cases/.
 */
import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { GOLDENS } from './cases.js';
import { expectText } from './golden.js';

const FILES = [...new Set(GOLDENS.map(({ file }) => file))];

test.each(FILES)('%s', (name) => {
  const lines = GOLDENS.filter(({ file }) => file === name).flatMap(({ title, spec, prose }) => [
    ...(title === undefined ? [] : [title]),
    ...prose(spec),
  ]);
  expectText(name, `${lines.join('\n').trimEnd()}\n`);
});

test('every golden text is that of a case', () => {
  const texts = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.golden.txt'));
  expect(texts.sort()).toEqual(FILES.map((name) => `${name}.golden.txt`).sort());
});
