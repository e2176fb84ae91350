/** HOME from the image's own list of users, which is the image's to forge. */
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeRootfs } from '../support/bundle.js';
import { Workplace } from './harness.js';
import { ALL, execute, openRoot, PIVOT, ROOT, USUAL } from './plans.js';

const work = new Workplace();
let users = '';

beforeAll(() => {
  users = `${makeRootfs(work.path('rootfs'))}/etc/passwd`;
});
beforeEach(() => rmSync(users, { force: true, recursive: true }));
afterAll(() => {
  work.remove();
});

/** The environment of a program, for a user. */
async function environment(uid: number | bigint, env: readonly string[] = ['A=1', 'HOME=/']): Promise<string[]> {
  const init = [...ROOT, ...USUAL, ...PIVOT, { op: 'home', uid } as const, ...execute(['/bin/env'], env)];
  const outcome = await work.init({ host: [openRoot(work.path('rootfs'))], init, flags: ALL });
  // The sanitizers' own settings are not handed down.
  return outcome.stdout.trim().split('\n');
}

async function home(uid: number | bigint): Promise<string | undefined> {
  const [, entry] = await environment(uid);
  return entry?.replace('HOME=', '');
}

const LINES = 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1000:::/bin/sh\napp:x:1001:1001::/srv/app:/bin/sh\n';

describe('users', () => {
  test.each([
    [0, '/root'],
    [1001, '/srv/app'],
    [1000, '/'], // no directory
    [7, '/'], // no such user
  ])('%i', async (uid, expected) => {
    writeFileSync(users, LINES);
    expect(await home(uid)).toBe(expected);
  });

  test('the first of two counts, and the last line may lack its end', async () => {
    writeFileSync(users, 'a:x:5:5::/first:/bin/sh\nb:x:5:5::/second:/bin/sh\nc:x:6:6::/last');
    expect(await home(5)).toBe('/first');
    expect(await home(6)).toBe('/last');
  });

  test('other variables stay as they are', async () => {
    writeFileSync(users, LINES);
    expect(await environment(0, ['HOMES=1', 'B=HOME=2', 'HOME=/'])).toEqual(['HOMES=1', 'B=HOME=2', 'HOME=/root']);
  });
});

describe('hostile lines', () => {
  test.each([
    ['too few fields', 'x:x:5:5:'],
    ['a relative directory', 'x:x:5:5::home:/bin/sh'],
    ['no number', 'x:x::5::/bad:/bin/sh'],
    ['half a number', 'x:x:5x:5::/bad:/bin/sh'],
    ['a sign', 'x:x:+5:5::/bad:/bin/sh'],
    ['a number that overflows to the right one', `x:x:${2n ** 64n + 5n}:5::/bad:/bin/sh`],
    ['the end of a string within', 'x:x:5:5::/b\0ad:/bin/sh'],
    ['a directory longer than any path', `x:x:5:5::/${'b'.repeat(5000)}:/bin/sh`],
    ['a very long name', `${'x'.repeat(100_000)}:x:6:5::/bad:/bin/sh`],
  ])('%s: passed over', async (_, line) => {
    writeFileSync(users, line);
    expect(await home(5)).toBe('/');
    writeFileSync(users, `${line}\nfine:x:5:5::/fine:/bin/sh\n`);
    expect(await home(5)).toBe('/fine');
  });

  test('a number of 32 bits that is not the same in 32 bits', async () => {
    writeFileSync(users, `x:x:${2 ** 32 + 5}:5::/bad:/bin/sh\n`);
    expect(await home(5)).toBe('/');
    expect(await home(2 ** 32 + 5)).toBe('/');
  });

  test('anything but a colon, a newline and the end of a string may be in a directory', async () => {
    writeFileSync(users, 'x:x:5:5::/a b=\u00e4\t$HOME:/bin/sh');
    expect(await home(5)).toBe('/a b=\u00e4\t$HOME');
  });
});

describe('files that are none', () => {
  test('nothing there', async () => {
    expect(await home(0)).toBe('/');
  });

  test('a FIFO without a writer', async () => {
    expect(spawnSync('mkfifo', [users]).status).toBe(0);
    expect(await home(0)).toBe('/');
  });

  test('a directory', async () => {
    mkdirSync(users);
    expect(await home(0)).toBe('/');
  });

  test('an endless device', async () => {
    expect(spawnSync('mknod', [users, 'c', '1', '5']).status).toBe(0);
    expect(await home(0)).toBe('/');
  });

  test('a link is followed inside the root, never out of it', async () => {
    const target = `${work.path('rootfs')}/users`;
    writeFileSync(target, 'root:x:0:0::/linked:/bin/sh\n');
    symlinkSync('/users', users);
    expect(await home(0)).toBe('/linked');
    rmSync(users);
    symlinkSync(`../../../../../../../../../..${work.path('outside')}`, users);
    writeFileSync(work.path('outside'), 'root:x:0:0::/outside:/bin/sh\n');
    expect(await home(0)).toBe('/');
  });

  test('a link to itself, and one into a process', async () => {
    symlinkSync('passwd', users);
    expect(await home(0)).toBe('/');
    rmSync(users);
    symlinkSync('/proc/1/root/bin/busybox', users);
    expect(await home(0)).toBe('/');
  });

  test('a huge file is read to its bound only', async () => {
    writeFileSync(users, '');
    truncateSync(users, 2 ** 40);
    expect(await home(0)).toBe('/');
    const filler = `${'x'.repeat(99)}\n`;
    writeFileSync(users, `${filler.repeat(150_000)}root:x:0:0::/within:/bin/sh\n`);
    expect(await home(0)).toBe('/within');
    writeFileSync(users, `${filler.repeat(170_000)}root:x:0:0::/beyond:/bin/sh\n`);
    expect(await home(0)).toBe('/');
  });
});
