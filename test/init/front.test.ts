/** The front, before an engine that is a shell script: what it passes on and what it keeps away. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IMAGE, Workplace } from './harness.js';

const work = new Workplace();
const front = work.path('bin/caisson');

/** Replaces the engine. */
function engine(line: string): void {
  writeFileSync(work.path('libexec/caisson/engine'), `#!/bin/bash\n${line}\n`);
  chmodSync(work.path('libexec/caisson/engine'), 0o755);
}

/** Runs a line of bash that calls the front as $F. */
function call(line: string, env: Readonly<Record<string, string>> = {}) {
  return spawnSync('/bin/bash', ['--norc', '-c', line], { env: { PATH: '/bin', F: front, ...env }, encoding: 'utf8' });
}

beforeAll(() => {
  mkdirSync(work.path('bin'));
  mkdirSync(work.path('libexec/caisson'), { recursive: true });
  copyFileSync(IMAGE, front);
  chmodSync(front, 0o755);
});
afterAll(() => {
  work.remove();
});

describe('arguments and environment', () => {
  test('arguments pass as they are, the status comes back', () => {
    engine('printf "[%s]" "$@"; exit 5');
    expect(call('$F a "b c" "" --d')).toMatchObject({ stdout: '[a][b c][][--d]', status: 5 });
  });

  test('what the engine would obey is dropped, and everything else is kept', () => {
    engine('/usr/bin/env');
    const names = [
      'BUN_OPTIONS',
      'BUN_BE_BUN',
      'JSC_useJIT',
      'MIMALLOC_VERBOSE',
      'NODE_OPTIONS',
      'LD_LIBRARY_PATH',
      'LD_X',
    ];
    const env = Object.fromEntries([...names, 'CAISSON_CALLER'].map((name) => [name, 'bad']));
    const kept = { XDG_RUNTIME_DIR: '/x', BUNDLE: 'mine', NODE: 'x', TERM: 'dumb' };
    const lines = call('$F 2>&1', { ...env, ...kept }).stdout.split('\n');
    expect(lines.filter((line) => line.includes('bad'))).toEqual([]);
    for (const [name, value] of Object.entries(kept)) expect(lines).toContain(`${name}=${value}`);
    expect(lines.filter((line) => line.startsWith('CAISSON_CALLER='))).toHaveLength(1);
  });

  test('ten thousand variables', () => {
    engine('/usr/bin/env | /usr/bin/wc -l');
    const env = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`V${index}`, 'x']));
    expect(Number(call('$F', env).stdout)).toBeGreaterThan(10_000);
  });

  test('the engine is found by the place of the file, not by the name it was called by', () => {
    engine('echo here');
    symlinkSync(front, work.path('elsewhere'));
    expect(call(`cd / && ${work.path('elsewhere')}`).stdout).toBe('here\n');
  });
});

describe('the note about the caller', () => {
  const note = (line: string): string => {
    engine('echo $CAISSON_CALLER');
    return call(line).stdout.trim();
  };

  test('limit, signals, descriptors', () => {
    const pattern = /^nofile=77;closed=0;passed=0;ignored=[0-9a-f]+;mask=[0-9a-f]+;link=[0-9]+$/;
    expect(note('ulimit -Sn 77; exec $F')).toMatch(pattern);
    const ignored = BigInt(`0x${/ignored=([0-9a-f]+)/.exec(note("trap '' USR1 PIPE; exec $F"))?.[1] ?? ''}`);
    expect(ignored & ((1n << 9n) | (1n << 12n))).toBe((1n << 9n) | (1n << 12n));
  });

  test('closed descriptors are /dev/null for the engine', () => {
    engine('echo "$CAISSON_CALLER" >&2; readlink /proc/self/fd/0 >&2');
    const outcome = call('exec $F <&- >&-');
    expect(outcome.stderr).toMatch(/closed=3;.*\n\/dev\/null\n/);
  });
});

test('a missing engine is one line and status 127', () => {
  copyFileSync(IMAGE, work.path('alone'));
  chmodSync(work.path('alone'), 0o755);
  const outcome = call(work.path('alone'));
  expect(outcome).toMatchObject({ status: 127, stdout: '' });
  expect(outcome.stderr).toMatch(/^caisson: error: .*libexec\/caisson\/engine: No such file or directory \(.*\)\n$/);
});
