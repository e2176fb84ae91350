/** Completions and manual pages tell of everything in the option table, and of nothing else. */
import { describe, expect, test } from '@jest/globals';
import { bashCompletion } from '../../../lib/cli/pages/bash.js';
import { fishCompletion } from '../../../lib/cli/pages/fish.js';
import { manualPages } from '../../../lib/cli/pages/manual.js';
import { globalFlags, pageVerbs } from '../../../lib/cli/pages/table.js';
import { zshCompletion } from '../../../lib/cli/pages/zsh.js';
import { COMMANDS } from '../../../lib/cli/commands.js';

const verbs = pageVerbs();

test('the commands are those that there are', () => {
  expect(verbs.map(({ name }) => name).sort()).toEqual(Object.keys(COMMANDS).sort());
});

test('a flag that is refused or ignored is left out', () => {
  const all = [...globalFlags(), ...verbs.flatMap(({ flags }) => flags)].map(({ long }) => long);
  expect(all).toContain('--bundle');
  for (const long of ['--criu', '--no-subreaper', '--kernel-memory', '--regex']) expect(all).not.toContain(long);
});

describe.each([
  ['bash', bashCompletion()],
  ['zsh', zshCompletion()],
])('%s', (_, text) => {
  test('has every flag', () => {
    for (const { long } of [...globalFlags(), ...verbs.flatMap(({ flags }) => flags)]) expect(text).toContain(long);
  });
});

test('fish has every flag, for its command', () => {
  const text = fishCompletion();
  for (const { name, flags } of verbs) {
    for (const { long } of flags) expect(text).toContain(`'__caisson_is ${name}' -l ${long.slice(2)}`);
  }
});

describe('manual pages', () => {
  const pages = manualPages('1.2.3');

  test.each(verbs.map((verb) => [verb.name, verb] as const))(
    '%s: every flag and example',
    (name, { flags, examples }) => {
      const text = pages.get(`caisson-${name}.8`) ?? '';
      const typed = (words: string) => words.replaceAll('\\', '\\e').replaceAll('-', '\\-');
      for (const { long } of flags) expect(text).toContain(`\\fB${typed(long)}\\fR`);
      for (const [line] of examples) expect(text).toContain(typed(line));
      expect(text).toContain('caisson 1.2.3');
    },
  );

  test('a line that begins with a dot is text', () => {
    for (const text of pages.values()) expect(text).not.toMatch(/^\.(?![A-Z\\])/m);
  });
});
