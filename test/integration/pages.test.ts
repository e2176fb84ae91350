/** Completions and manual pages, as they are installed, in the shells and in groff that read them. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson();
const prefix = join(caisson.directory, 'prefix');
const share = (...parts: string[]) => join(prefix, 'share', ...parts);
const env = { ...process.env, PATH: `${join(prefix, 'bin')}:${process.env.PATH ?? ''}`, HOME: caisson.directory };
let id = '';

beforeAll(() => {
  const install = join(import.meta.dirname, '../../scripts/install-host.mjs');
  expect(spawnSync(process.execPath, [install, '--prefix', prefix], { encoding: 'utf8' })).toMatchObject({ status: 0 });
  const bundle = makeBundle(join(caisson.directory, 'bundle'), shellSpec('sleep 100'));
  id = caisson.id();
  expect(caisson.detach(['create', '--bundle', bundle, id]).status).toBe(0);
}, 60_000);
afterAll(() => caisson.clean());

/** What bash offers for the last of some words. */
function bash(...words: string[]): string[] {
  const line = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _caisson; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const file = share('bash-completion/completions/caisson');
  const ended = spawnSync('bash', ['--norc', '-c', line, 'bash', file, 'caisson', ...words], { encoding: 'utf8', env });
  expect(ended).toMatchObject({ status: 0, stderr: '' });
  return ended.stdout.split('\n').filter(Boolean);
}

/** What fish offers for a line. */
function fish(...words: string[]): string[] {
  const line = `source ${share('fish/vendor_completions.d/caisson.fish')}; complete -C '${['caisson', ...words].join(' ')}'`;
  const ended = spawnSync('fish', ['--no-config', '-c', line], { encoding: 'utf8', env });
  expect(ended).toMatchObject({ status: 0, stderr: '' });
  return ended.stdout
    .split('\n')
    .map((one) => one.split('\t')[0] ?? '')
    .filter(Boolean);
}

/** What zsh makes of a line when somebody presses the tabulator: it takes the only answer, or lists them. Asked again by who did not wait long enough. */
function zsh(awaited: string, ...words: string[]): string {
  const answers = [1, 4, 12].map((seconds) => () => zshWithin(seconds, words));
  return answers.reduce((text, again) => (text.includes(awaited) ? text : again()), '');
}

function zshWithin(seconds: number, words: readonly string[]): string {
  const script = `
zmodload zsh/zpty; zpty z "zsh -f -i"
zpty -w z 'PS1=; RPS1=; unset zle_bracketed_paste; fpath=(${share('zsh/site-functions')} $fpath); autoload -U compinit; compinit -u -D; echo re''ady'
while zpty -r z line; do [[ $line == *ready* ]] && break; done
zpty -n -w z "$1"$'\\t'
sleep ${seconds}
zpty -n -w z $'\\x15exit\\n'
while zpty -r z line; do print -r -- "$line"; done`;
  const ended = spawnSync('zsh', ['-f', '-c', script, 'zsh', ['caisson', ...words].join(' ')], {
    encoding: 'utf8',
    env: { ...env, TERM: 'dumb' },
    timeout: 25_000,
  });
  return ended.stdout;
}

describe.each([
  ['bash', bash],
  ['fish', fish],
])('%s', (_, offers) => {
  test('commands', () => {
    expect(offers('ru')).toEqual(['run']);
    expect(offers('')).toEqual(expect.arrayContaining(['create', 'start', 'exec', 'features']));
    // Those that are not there yet are not offered.
    expect(offers('')).not.toContain('restore');
  });

  test('flags of a command, and their words', () => {
    expect(offers('run', '--det')).toEqual(['--detach']);
    expect(offers('run', '--')).toEqual(expect.arrayContaining(['--bundle', '--pid-file', '--preserve-fds']));
    expect(offers('list', '--format', '')).toEqual(expect.arrayContaining(['table', 'json']));
    expect(offers('--log-l')).toEqual(['--log-level']);
  });

  test('the containers of the state root that is meant; signals', () => {
    for (const verb of ['start', 'kill', 'exec', 'delete'])
      expect(offers('--root', caisson.root, verb, '')).toContain(id);
    expect(offers('--root', caisson.root, 'kill', id, 'KI')).toEqual(['KILL']);
    expect(offers('--root', caisson.root, 'create', '')).not.toContain(id);
  });
});

test('bash: a value behind an equals sign', () => {
  expect(bash('--log-format', '=', '')).toEqual(['text', 'json']);
  expect(bash('--root', '=', caisson.root, 'start', '')).toEqual([id]);
});

describe('zsh', () => {
  test('commands and flags', () => {
    expect(zsh('caisson features', 'featu')).toContain('caisson features');
    expect(zsh('--detach  -- return as soon as', 'run', '--det')).toContain('--detach  -- return as soon as');
  });

  test('containers', () => {
    expect(zsh(`start ${id}`, '--root', caisson.root, 'start', id.slice(0, -1))).toContain(`start ${id}`);
  });
});

describe('manual pages', () => {
  const folder = share('man/man8');

  test('one for each command, and groff has nothing to complain about', () => {
    const pages = readdirSync(folder);
    expect(pages).toEqual(
      expect.arrayContaining(['caisson.8', 'caisson-run.8', 'caisson-exec.8', 'caisson-features.8']),
    );
    for (const page of pages) {
      const ended = spawnSync('groff', ['-ww', '-man', '-Tutf8', '-z', join(folder, page)], { encoding: 'utf8' });
      expect({ page, ...ended }).toMatchObject({ page, status: 0, stderr: '' });
    }
  });

  test('what a reader sees', () => {
    const { stdout } = spawnSync('groff', ['-man', '-Tascii', '-P-cbou', join(folder, 'caisson-kill.8')], {
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^NAME\n +caisson-kill +- +send +a +signal/m);
    expect(stdout).toMatch(/^SYNOPSIS\n +caisson \[global flags\] kill \[flags\] ID \[SIGNAL\]/m);
    expect(stdout).toMatch(/^ +--all, -a\n/m);
    expect(stdout).toContain('caisson kill demo KILL');
    expect(readFileSync(join(folder, 'caisson.8'), 'utf8')).toContain('.BR caisson\\-kill (8)');
  });
});
