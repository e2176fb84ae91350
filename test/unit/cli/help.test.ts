/** The help: every verb and flag is in it, and what is not supported yet is called so. */
import { describe, expect, test } from '@jest/globals';
import type { Commands } from '../../../lib/cli/commands.js';
import { dispatch } from '../../../lib/cli/dispatch.js';
import { flagName } from '../../../lib/cli/flags.js';
import { GLOBAL_FLAGS, type Verb } from '../../../lib/cli/options.js';
import { VERBS } from '../../../lib/cli/verbs.js';
import { recordingWorld } from './world.js';

async function help(...words: string[]): Promise<string> {
  const world = recordingWorld();
  expect(await dispatch(words, world, {} as Commands)).toBe(0);
  expect(world.stderr()).toBe('');
  return world.stdout();
}

test('the overview names every verb and global flag', async () => {
  const text = await help('--help');
  for (const name of Object.keys(VERBS)) expect(text).toContain(`caisson ${name}`);
  for (const name of Object.keys(GLOBAL_FLAGS)) expect(text).toContain(`--${flagName(name)}`);
  expect(text).toMatch(/caisson restore .*\[not supported yet\]/);
  expect(text).toContain('Examples:');
});

test('no command at all is help', async () => {
  expect(await help()).toBe(await help('--help'));
});

describe.each(Object.entries<() => Verb>(VERBS))('caisson %s --help', (name, table) => {
  test('names every flag', async () => {
    const text = await help(name, '--help');
    expect(text.startsWith(`caisson ${name}`)).toBe(true);
    for (const flag of Object.keys(table().flags)) expect(text).toContain(`--${flagName(flag)}`);
    expect(text.includes('This command is not supported yet.')).toBe(table().supported === false);
  });
});

test('a flag that is not supported yet is called so', async () => {
  expect(await help('kill', '--help')).toMatch(/--regex .*\[not supported yet\]/);
});

test('the language of the environment changes nothing', async () => {
  const before = process.env.LC_ALL;
  process.env.LC_ALL = 'de_DE.UTF-8';
  try {
    expect(await help('run', '--help')).toContain('Examples:');
  } finally {
    if (before === undefined) delete process.env.LC_ALL;
    else process.env.LC_ALL = before;
  }
});
