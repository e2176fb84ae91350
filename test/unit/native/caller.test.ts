import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { native } from '../../../lib/native/load.js';
import type { Caller } from '../../../lib/native/surface.js';

const ADDON = join(import.meta.dirname, '../../../dist/libexec/caisson/caisson.node');
const BODY = `const m = {exports: {}}; process.dlopen(m, ${JSON.stringify(ADDON)});
  try { console.log(JSON.stringify(m.exports.caller())) } catch (error) { console.log(error.errno + ' ' + error.path) }`;

/** What another process with this note of a front sees. */
function callerWith(note: string | undefined): string {
  const env = note === undefined ? {} : { CAISSON_CALLER: note };
  return execFileSync(process.execPath, ['-e', BODY], { env, encoding: 'utf8' }).trim();
}

describe('caller', () => {
  test('takes what the front noted', () => {
    const caller = JSON.parse(
      callerWith('nofile=4096;closed=5;passed=2;ignored=1000;mask=ffffffffffffffff;link=7'),
    ) as Caller;
    expect(caller).toEqual({ nofileSoft: 4096, closedStdio: 5, passed: 2, pid: process.pid });
  });

  test('takes its own values without a front', () => {
    const caller = JSON.parse(callerWith(undefined)) as Caller;
    expect(caller.nofileSoft).toBeGreaterThan(0);
    expect(caller.closedStdio).toBe(0);
  });

  test.each([
    '',
    'nofile=4096',
    'nofile=4096;closed=0;passed=0;ignored=0;mask=0',
    'nofile=4096;closed=0;ignored=0;mask=0;link=3',
    'nofile=;closed=0;passed=0;ignored=0;mask=0;link=3',
    'nofile=-1;closed=0;passed=0;ignored=0;mask=0;link=3',
    'nofile=4096 ;closed=0;passed=0;ignored=0;mask=0;link=3',
    'nofile=4096;closed=8;passed=0;ignored=0;mask=0;link=3',
    'nofile=4096;closed=0;passed=0;ignored=0x1;mask=0;link=3',
    'nofile=4096;closed=0;passed=0;ignored=0;mask=0;link=3;',
    'nofile=4096;closed=0;passed=0;ignored=0;mask=0;link=-1',
    'nofile=4096;closed=0;passed=0;ignored=0;mask=0;link=2147483648',
    'nofile=4096;closed=0;passed=0;ignored=0;mask=10000000000000000;link=3',
    'closed=0;nofile=4096;passed=0;ignored=0;mask=0;link=3',
  ])('refuses %j', (note) => {
    expect(callerWith(note)).toBe('EINVAL CAISSON_CALLER');
  });
});

test('environment tells a variable, or nothing', () => {
  expect(native().environment('PATH')).toBe(process.env.PATH);
  expect(native().environment('CAISSON_NO_SUCH_VARIABLE')).toBe('');
});

test('userId is the effective one', () => {
  expect(native().userId()).toBe(process.geteuid?.());
});
