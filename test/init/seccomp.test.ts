/** The filter on system calls, with and without a listener. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type InitAct, POINTS } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { systemCallNumbers } from '../support/seccomp.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { ALL, container, ERRNO, openRoot, READY } from './plans.js';

const work = new Workplace();
let rootfs = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
afterAll(() => {
  work.remove();
});

const number = (name: string) => systemCallNumbers().get(name)!;
const VERDICT = { errno: 0x0005_0000, notify: 0x7fc0_0000, kill: 0x8000_0000, allow: 0x7fff_0000 };
const FLAG = { listener: 8, specAllow: 4, unknown: 0x8000 };

/** struct sock_filter[]: allow everything but one system call. */
function filter(call: number, verdict: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(32));
  const rows = [
    [0x20, 0, 0, 0], //       load the number
    [0x15, 0, 1, call], //    is it this one?
    [0x06, 0, 0, verdict],
    [0x06, 0, 0, VERDICT.allow],
  ];
  rows.forEach(([code = 0, yes = 0, no = 0, k = 0], row) => {
    view.setUint16(row * 8, code, true);
    view.setUint8(row * 8 + 2, yes);
    view.setUint8(row * 8 + 3, no);
    view.setUint32(row * 8 + 4, k, true);
  });
  return new Uint8Array(view.buffer);
}

const denied = () => filter(number('mkdirat'), VERDICT.errno | 1);
const DENYING = { flags: 0, optional: 0 };

interface Confined {
  readonly line?: string;
  readonly before?: readonly InitAct[];
  readonly options?: readonly string[];
  /** Leaves the meeting point `ready` out. */
  readonly unready?: boolean;
}

/** Runs a line behind an act that comes last but for the execution. */
function confined(
  act: InitAct,
  { line = 'true', before = [], options = [], unready }: Confined = {},
): Promise<Outcome> {
  const acts = container(line, [], before).filter((one) => unready !== true || one !== READY);
  const init = [...acts.slice(0, -1), act, ...acts.slice(-1)];
  return work.init({ host: [openRoot(rootfs)], init, flags: ALL, options });
}

const CHMOD = 'chmod 700 /tmp 2>/dev/null || echo refused';
const chmodDenied = () => filter(number('fchmodat'), VERDICT.errno | 1);
const NNP: InitAct = { op: 'no-new-privileges' };
const NO_CAPABILITIES: InitAct = {
  op: 'capabilities',
  ...{ effective: 0, permitted: 0, inheritable: 0, ambient: 0, keep: 0 },
};

describe.each(['seccomp', 'seccomp-listener'] as const)('%s', (op) => {
  test('binds the program', async () => {
    const calls = ['chmod', 'fchmodat'].filter((name) => systemCallNumbers().has(name));
    const bytes = filter(number(calls[0]!), VERDICT.errno | 1);
    const outcome = await confined({ op, filter: bytes, ...DENYING }, { line: CHMOD, before: [NNP] });
    expect(outcome.stdout).toBe('refused\n');
  });

  test('needs privilege or no_new_privs', async () => {
    const outcome = await confined({ op, filter: denied(), ...DENYING }, { before: [NO_CAPABILITIES] });
    expect(failureOf(outcome)).toMatchObject({ call: 'seccomp', errno: ERRNO.EACCES });
    expect(outcome.events.at(-1)).toEqual({ kind: 'ended', signalled: false, status: 127 });
  });

  test.each([
    ['no rows', new Uint8Array(0), 0],
    ['half a row', new Uint8Array(12), 0],
    ['more rows than 16 bits count', new Uint8Array(8 * 65_537), 0],
    ['unknown flags', chmodDenied(), FLAG.unknown],
    ['rows of nonsense', new Uint8Array(64).fill(0xff), 0],
  ])('%s', async (_, bytes, flags) => {
    const outcome = await confined({ op, filter: bytes, flags, optional: 0 });
    expect(failureOf(outcome)).toMatchObject({ call: 'seccomp', errno: ERRNO.EINVAL });
    expect(outcome.events.at(-1)).toEqual({ kind: 'ended', signalled: false, status: 127 });
  });

  test('optional flags are left out where the kernel does not know them', async () => {
    const line = 'grep ^Seccomp: /proc/self/status';
    for (const optional of [FLAG.specAllow, FLAG.unknown]) {
      const outcome = await confined({ op, filter: denied(), flags: 0, optional }, { line });
      expect(outcome.stdout).toBe('Seccomp:\t2\n');
    }
    const nonsense = await confined({ op, filter: new Uint8Array(64).fill(0xff), flags: 0, optional: FLAG.unknown });
    expect(failureOf(nonsense)).toMatchObject({ call: 'seccomp', errno: ERRNO.EINVAL });
  });
});

describe('a listener', () => {
  const act = (verdict: number): InitAct => ({
    op: 'seccomp-listener',
    filter: filter(number('getppid'), verdict),
    ...DENYING,
  });

  test('goes to the parent, and nothing of it stays', async () => {
    const line = 'echo /proc/self/fd/*; grep -E "^(Threads|Seccomp)" /proc/self/status | tr "\\n\\t" "  "';
    const outcome = await confined(act(VERDICT.allow), { line });
    expect(outcome.events).toEqual([
      { kind: 'met', point: POINTS.ready, console: false },
      { kind: 'met', point: POINTS.filter, console: true },
      { kind: 'closed' },
      { kind: 'ended', signalled: false, status: 0 },
    ]);
    expect(outcome.stdout).toMatch(
      /^\/proc\/self\/fd\/0 \/proc\/self\/fd\/1 \/proc\/self\/fd\/2( \/proc\/self\/fd\/3)?\nThreads: 1 Seccomp: 2 Seccomp_filters: 1 $/,
    );
  });

  test('is told of although everything but the execution would kill', async () => {
    const all = filter(number('execve'), VERDICT.allow);
    new DataView(all.buffer).setUint32(28, VERDICT.kill, true);
    const outcome = await confined({ op: 'seccomp-listener', filter: all, ...DENYING }, { options: ['trace'] });
    expect(outcome.events).toContainEqual({ kind: 'met', point: POINTS.filter, console: true });
    expect(outcome.events).toContainEqual({ kind: 'closed' });
    // The program's own first call is its end.
    expect(outcome.events).toContainEqual({ kind: 'ended', signalled: true, status: 31 });
  });

  test('a parent that hangs up ends init, which could not even say so', async () => {
    const all = filter(0, VERDICT.kill);
    new DataView(all.buffer).setUint32(28, VERDICT.kill, true);
    const outcome = await confined(
      { op: 'seccomp-listener', filter: all, ...DENYING },
      { line: 'echo never', unready: true, options: ['hangup'] },
    );
    expect(outcome.stdout).toBe('');
    expect(outcome.events[0]).toEqual({ kind: 'met', point: POINTS.filter, console: true });
    expect(outcome.events.at(-1)).toEqual({ kind: 'ended', signalled: false, status: 127 });
  });

  test('whose second thread cannot be is told of', async () => {
    const user: InitAct[] = [
      { op: 'rlimit', resource: 6, soft: 1, hard: 1 },
      { op: 'identity', uid: 54_321, gid: 54_321, groups: new Uint8Array() },
      NNP,
    ];
    const outcome = await confined(act(VERDICT.allow), { before: user });
    expect(failureOf(outcome)).toMatchObject({ call: 'clone3', errno: 11 });
  });
});
