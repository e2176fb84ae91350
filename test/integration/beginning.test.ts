/** The first part of a host program, which the addon runs on a thread of its own while the rest is compiled. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { native } from '../../lib/native/load.js';
import { encodePlan } from '../../lib/plan/encode.js';
import type { HostAct } from '../../lib/plan/wire.gen.js';
import { ALL, container, openRoot } from '../init/plans.js';
import { makeRootfs } from '../support/bundle.js';

let directory = '';
let file = '';
let rootfs = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'caisson-beginning-'));
  file = join(directory, 'value');
  mkdirSync(join(directory, 'opened'));
  rootfs = makeRootfs(join(directory, 'rootfs'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const begin = (...acts: HostAct[]) => native().begin(encodePlan(acts));
const write = (value: string): HostAct => ({ op: 'write', path: file, value });
const missing: HostAct = { op: 'write', path: '/proc/self/no-such-file', value: '1' };

const launch = (begun: number, ...host: HostAct[]) =>
  native().launch({
    host: encodePlan(host),
    init: encodePlan(container('true')),
    cloneFlags: ALL,
    cgroupSlot: -1,
    deadline: 20_000,
    imageDirectory: directory,
    trace: false,
    begun,
  });

/** Descriptors of this process that are open in the directory of the test. */
const openHere = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
    } catch {
      return false; // the one by which we look
    }
  });

describe('launch goes on from it', () => {
  test('with what it did and what it opened', async () => {
    writeFileSync(file, '');
    const begun = begin(write('first'), openRoot(rootfs));
    const launched = await launch(begun);
    expect(readFileSync(file, 'utf8')).toBe('first');
    await native().endInit(launched);
    native().release(launched);
    expect(openHere()).toEqual([]);
  });

  test('and a failure of either part is that of one program', async () => {
    writeFileSync(file, '');
    await expect(launch(begin(write('a'), missing, write('b')), openRoot(rootfs))).rejects.toMatchObject({
      program: 'host',
      act: 1,
      errno: 'ENOENT',
    });
    expect(readFileSync(file, 'utf8')).toBe('a');
    await expect(launch(begin(write('c'), openRoot(rootfs)), missing)).rejects.toMatchObject({
      program: 'host',
      act: 2,
    });
    expect(openHere()).toEqual([]);
  });
});

describe('it is abandoned', () => {
  test('after its end, with everything closed', async () => {
    writeFileSync(file, '');
    const begun = begin({ op: 'open-directory', path: join(directory, 'opened'), slot: 0 }, write('done'));
    expect(await native().abandon(begun)).toBe(-1);
    expect(readFileSync(file, 'utf8')).toBe('done');
    expect(openHere()).toEqual([]);
  });

  test('and says which act failed', async () => {
    expect(await native().abandon(begin(write('x'), write('y'), missing))).toBe(2);
  });

  test('once: the number is good for one call', async () => {
    const begun = begin(write('z'));
    await native().abandon(begun);
    await expect(native().abandon(begun)).rejects.toMatchObject({ errno: 'EBADF' });
    await expect(launch(begun)).rejects.toMatchObject({ errno: 'EBADF' });
  });
});
