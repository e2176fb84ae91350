/** The option table holds together. */
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../../lib/cli/commands.js';
import { flagName } from '../../../lib/cli/flags.js';
import { GLOBAL_FLAGS, type Flag, type Flags, type Verb } from '../../../lib/cli/options.js';
import { VERBS } from '../../../lib/cli/verbs.js';

const verbs = Object.entries<() => Verb>(VERBS).map(([name, table]): [string, Verb] => [name, table()]);
const places: [string, Flags][] = [
  ['', GLOBAL_FLAGS],
  ...verbs.map(([name, { flags }]): [string, Flags] => [name, flags]),
];

test('every verb that is supported has a command, and no other', () => {
  const supported = verbs.filter(([, verb]) => verb.supported !== false).map(([name]) => name);
  expect(Object.keys(COMMANDS).sort()).toEqual(supported.sort());
});

test('every verb of runc is known', () => {
  const runc =
    'checkpoint create delete events exec features kill list pause ps restore resume run spec start state update';
  expect(Object.keys(VERBS)).toEqual(expect.arrayContaining(runc.split(' ')));
});

test('exec fails with 255, as its callers expect', () => {
  expect(
    verbs.filter(([, { failure }]) => failure !== undefined).map(([name, { failure }]) => [name, failure]),
  ).toEqual([['exec', 255]]);
});

describe.each(places)('the flags of %j', (_, flags) => {
  const all: [string, Flag][] = Object.entries(flags);

  test('names are camel case and become flags and back', () => {
    for (const [name] of all) expect(name).toMatch(/^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$/);
    for (const [name] of all) expect(flagName(name)).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
  });

  test('letters are single and unique', () => {
    const letters = all.flatMap(([, { short }]) => (short === undefined ? [] : [short]));
    expect(letters.filter((letter) => letter.length !== 1)).toEqual([]);
    expect(new Set(letters).size).toBe(letters.length);
  });

  test('a choice has choices, and its fallback is one of them', () => {
    for (const [, { kind, choices, fallback }] of all) {
      expect(choices !== undefined).toBe(kind === 'choice');
      if (choices !== undefined) expect(choices).toContain(fallback);
    }
  });

  test('help is one line without a full stop', () => {
    for (const [, { help }] of all) expect(help).toMatch(/^[^\n]*[^\n.]$/);
  });
});

test('global flags have names of their own, but for the one that runc has twice', () => {
  const clashes = verbs.flatMap(([name, { flags }]) =>
    Object.keys(flags)
      .filter((flag) => Object.hasOwn(GLOBAL_FLAGS, flag))
      .map((flag) => `${name} --${flag}`),
  );
  expect(clashes).toEqual(['spec --rootless']);
});
