/** Where init waits for others: meeting points, the gate, and what happens when nobody comes. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodePlan } from '../../lib/plan/encode.js';
import { type HostAct, type InitAct, POINTS } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, Workplace } from './harness.js';
import { ALL, container, ERRNO, openRoot, PIVOT, READY, ROOT, USUAL } from './plans.js';

const GATE_SLOT = 3;
const work = new Workplace();
let rootfs = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
afterAll(() => {
  work.remove();
});

describe('meet', () => {
  test('each meeting point is reported, then go, then the end of the channel', async () => {
    const outcome = await work.init({ host: [openRoot(rootfs)], init: container('echo run', [], [READY]), flags: ALL });
    expect(outcome.events).toEqual([
      { kind: 'met', point: POINTS.ready, console: false },
      { kind: 'met', point: POINTS.ready, console: false },
      { kind: 'closed' },
      { kind: 'ended', signalled: false, status: 0 },
    ]);
  });

  test('a parent that hangs up ends init', async () => {
    const init = container('echo never');
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: ALL, options: ['hangup'] });
    expect(outcome.stdout).toBe('');
    expect(outcome.events.at(-1)).toEqual({ kind: 'ended', signalled: false, status: 127 });
  });

  test('the console goes with the first of them only', async () => {
    const init = container('tty', [{ op: 'console', rows: 0, columns: 0 }, READY]);
    const { events } = await work.init({ host: [openRoot(rootfs)], init, flags: ALL });
    expect(events.filter(({ kind }) => kind === 'met')).toHaveLength(2);
    expect(events[0]).toMatchObject({ console: true });
  });
});

describe('gate', () => {
  let count = 0;

  const waiting = (acts: readonly InitAct[], listen?: HostAct) => {
    const directory = work.path(`state-${++count}`);
    mkdirSync(directory);
    const host = [openRoot(rootfs), listen ?? ({ op: 'listen', directory, slot: GATE_SLOT } as const)];
    return work.init({ host, init: acts, flags: ALL, start: directory });
  };

  const gated = (exec: InitAct): InitAct[] => [
    ...[...ROOT, ...USUAL, ...PIVOT, { op: 'chdir', path: '/' } as const, READY],
    { op: 'gate', slot: GATE_SLOT },
    exec,
  ];

  test('the channel ends, start connects, and its end is the execution', async () => {
    const outcome = await waiting(gated({ op: 'exec', args: ['/bin/echo', 'started'], env: [] }));
    expect(outcome.stdout).toBe('started\n');
    expect(outcome.events).toEqual([
      { kind: 'met', point: POINTS.ready, console: false },
      { kind: 'closed' },
      { kind: 'met', point: POINTS.gate, console: false },
      { kind: 'closed' },
      { kind: 'ended', signalled: false, status: 0 },
    ]);
  });

  test('nothing is held while it waits', async () => {
    // A path of the container after the gate: its root was let go of.
    const acts = gated({ op: 'make-cwd', path: '/x' });
    expect(failureOf(await waiting(acts))).toMatchObject({ call: 'openat2', errno: 9 });
  });

  test('start hears of an execution that failed', async () => {
    const outcome = await waiting(gated({ op: 'exec', args: ['/bin/none'], env: [] }));
    expect(failureOf(outcome)).toMatchObject({ call: 'execve', errno: ERRNO.ENOENT, path: '/bin/none' });
    expect(outcome.events.map(({ kind }) => kind)).toEqual(['met', 'closed', 'met', 'failed', 'closed', 'ended']);
    expect(outcome.events.at(-1)).toMatchObject({ status: 127 });
  });

  test('in a directory whose path no socket address holds', async () => {
    const directory = work.path('x'.repeat(100), 'y'.repeat(100));
    mkdirSync(directory, { recursive: true });
    const outcome = await work.host([{ op: 'listen', directory, slot: 0 }]);
    expect(outcome.events).toEqual([{ kind: 'slot', slot: 0 }]);
    expect(existsSync(`${directory}/gate`)).toBe(true);
  });

  test('where there is one already, or no directory', async () => {
    const directory = work.path(`state-${++count}`);
    mkdirSync(directory);
    const twice = await work.host([0, 1].map((slot) => ({ op: 'listen', directory, slot })));
    expect(failureOf(twice)).toMatchObject({ act: 1, call: 'bind', errno: 98, path: directory });
    const none = await work.host([{ op: 'listen', directory: `${directory}/none`, slot: 0 }]);
    expect(failureOf(none)).toMatchObject({ call: 'open', errno: ERRNO.ENOENT });
  });

  test('a slot that is no socket', async () => {
    const open: HostAct = { op: 'open-directory', path: '/tmp', slot: GATE_SLOT };
    const init = gated({ op: 'exec', args: ['/bin/true'], env: [] });
    const host = [openRoot(rootfs), open];
    const outcome = await work.init({ host, init, flags: ALL });
    expect(outcome.events.at(-1)).toMatchObject({ kind: 'ended', status: 127 });
  });
});

describe('trace', () => {
  test('the time of each act, when it is asked for', async () => {
    const init = container('true');
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: ALL, options: ['trace'] });
    const traced = outcome.events.find((event) => event.kind === 'times');
    const times = traced?.times ?? [];
    expect(times).toHaveLength(init.length + 1);
    expect(times.at(-1)).toBe(0); // exec does not come back
    expect([...times.slice(0, -1)].sort((a, b) => a - b)).toEqual(times.slice(0, -1));
    expect(times[0]).toBeGreaterThan(0);
  });
});

describe('a damaged plan', () => {
  test.each([
    ['empty', () => new Uint8Array(0)],
    ['cut', () => encodePlan(container('true')).slice(0, 200)],
    ['of another program', () => encodePlan([{ op: 'remove-state', directory: '/none' }])],
    ['no plan at all', () => new Uint8Array(readFileSync('/bin/busybox').subarray(0, 4096))],
  ])('%s', async (_, bytes) => {
    const outcome = await work.init({ host: [openRoot(rootfs)], init: bytes(), flags: ALL });
    expect(failureOf(outcome)).toMatchObject({ act: -1, program: 'init' });
    expect(outcome.events.at(-1)).toMatchObject({ status: 127 });
  });
});
