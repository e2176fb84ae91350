/** How the kernel serves the container's process: scheduler, processors, I/O priority, execution domain, memory policy. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InitAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { failureOf, type Outcome, Workplace } from './harness.js';
import { ALL, ERRNO, execute, openRoot, PIVOT, ROOT, USUAL } from './plans.js';

const work = new Workplace();
let rootfs = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
});
afterAll(() => {
  work.remove();
});

/** Executes a program itself, without a shell that would fork it, after these acts. */
function run(args: readonly string[], ...acts: InitAct[]): Promise<Outcome> {
  return work.init({
    host: [openRoot(rootfs)],
    init: [...ROOT, ...USUAL, ...PIVOT, ...acts, ...execute(args)],
    flags: ALL,
  });
}

const SCHEDULER = { policy: 0, flags: 0, nice: 0, priority: 0, runtime: 0, deadline: 0, period: 0 };
const POLICY = { other: 0, fifo: 1, rr: 2, batch: 3, iso: 4, idle: 5, deadline: 6 };
const RESET_ON_FORK = 1;

const scheduler = (fields: Partial<typeof SCHEDULER>): InitAct => ({ op: 'scheduler', ...SCHEDULER, ...fields });

/** Nice value, real-time priority and policy: fields 19, 40 and 41 of proc_pid_stat(5). */
function stat(outcome: Outcome): { nice: number; priority: number; policy: number } {
  const fields = outcome.stdout.split(' ').map(Number);
  return { nice: fields[18]!, priority: fields[39]!, policy: fields[40]! };
}
const STAT = ['/bin/cat', '/proc/self/stat'];

describe('scheduler', () => {
  test.each([
    ['a lower nice value', { nice: -7 }, { nice: -7, priority: 0, policy: POLICY.other }],
    ['a higher nice value', { policy: POLICY.batch, nice: 19 }, { nice: 19, priority: 0, policy: POLICY.batch }],
    ['idle', { policy: POLICY.idle }, { nice: 0, priority: 0, policy: POLICY.idle }],
    ['first in, first out', { policy: POLICY.fifo, priority: 11 }, { nice: 0, priority: 11, policy: POLICY.fifo }],
    ['round robin', { policy: POLICY.rr, priority: 99 }, { nice: 0, priority: 99, policy: POLICY.rr }],
    [
      'deadline',
      { policy: POLICY.deadline, runtime: 1_000_000, deadline: 50_000_000, period: 100_000_000 },
      { nice: 0, priority: 0, policy: POLICY.deadline },
    ],
  ])('%s', async (_, fields, seen) => {
    expect(stat(await run(STAT, { op: 'reset-affinity' }, scheduler(fields)))).toEqual(seen);
  });

  test('reset on fork: only the process itself', async () => {
    const act = scheduler({ policy: POLICY.rr, priority: 5, flags: RESET_ON_FORK });
    expect(stat(await run(STAT, act)).policy).toBe(POLICY.rr);
    const child = await run(['/bin/sh', '-c', 'cat /proc/self/stat; true'], act);
    expect(stat(child).policy).toBe(POLICY.other);
  });

  test.each([
    ['a policy that no kernel has', { policy: POLICY.iso }],
    ['a priority without a policy for it', { priority: 1 }],
    ['a priority beyond the last', { policy: POLICY.fifo, priority: 100 }],
    ['a runtime longer than the deadline', { policy: POLICY.deadline, runtime: 2_000_000, deadline: 1_000_000 }],
    ['a flag that is none', { flags: 0x8000 }],
  ])('%s is refused', async (_, fields) => {
    const failure = failureOf(await run(STAT, scheduler(fields)));
    expect(failure).toMatchObject({ call: 'sched_setattr', errno: ERRNO.EINVAL });
  });
});

describe('processors', () => {
  const ALLOWED = ['/bin/grep', 'Cpus_allowed:', '/proc/self/status'];
  const masks = (outcome: Outcome): bigint => BigInt(`0x${outcome.stdout.split(':')[1]!.trim().replaceAll(',', '')}`);

  test('all that the cgroup has, whatever the caller was bound to', async () => {
    const bound = await work.init({
      host: [openRoot(rootfs)],
      init: [...ROOT, ...USUAL, ...PIVOT, ...execute(ALLOWED)],
      flags: ALL,
      options: ['processor'],
    });
    expect(masks(bound)).toBe(1n);
    const freed = await work.init({
      host: [openRoot(rootfs)],
      init: [{ op: 'reset-affinity' }, ...ROOT, ...USUAL, ...PIVOT, ...execute(ALLOWED)],
      flags: ALL,
      options: ['processor'],
    });
    expect(masks(freed)).toBe(masks(await run(ALLOWED)));
  });
});

describe('I/O priority', () => {
  const IONICE = ['/bin/busybox', 'ionice', '-p', '1'];

  test.each([
    ['real time', 1, 0, 'realtime: prio 0\n'],
    ['best effort', 2, 6, 'best-effort: prio 6\n'],
    ['idle', 3, 0, 'idle\n'],
  ])('%s', async (_, ioClass, priority, seen) => {
    expect((await run(IONICE, { op: 'io-priority', ioClass, priority })).stdout).toBe(seen);
  });

  test.each([
    [2, 8],
    [4, 0],
    [2, 1 << 13],
  ])('class %i, priority %i is refused', async (ioClass, priority) => {
    const failure = failureOf(await run(IONICE, { op: 'io-priority', ioClass, priority }));
    expect(failure).toMatchObject({ call: 'ioprio_set', errno: ERRNO.EINVAL });
  });
});

describe('execution domain', () => {
  test.each([
    [0, '00000000\n'],
    [8, '00000008\n'],
  ])('%i', async (domain, seen) => {
    expect((await run(['/bin/cat', '/proc/self/personality'], { op: 'personality', domain })).stdout).toBe(seen);
  });
});

describe('memory policy', () => {
  const POLICIES = { default: 0, preferred: 1, bind: 2, local: 4 };
  const MAPS = ['/bin/grep', 'stack', '/proc/self/numa_maps'];
  const memory = (policy: number, nodes: readonly number[] = [], flags = 0): InitAct => ({
    op: 'memory-policy',
    policy,
    flags,
    nodes: Uint8Array.from(nodes),
  });
  const FIRST_NODE = [1, 0, 0, 0, 0, 0, 0, 0];
  const LAST_NODE = [...new Array<number>(4088).fill(0), ...[0, 0, 0, 0, 0, 0, 0, 0x80]];

  test.each([
    ['default', POLICIES.default, [], ' default '],
    ['bound to a node', POLICIES.bind, FIRST_NODE, ' bind:0 '],
    ['preferring a node', POLICIES.preferred, FIRST_NODE, ' prefer:0 '],
    ['local', POLICIES.local, [], ' local '],
  ])('%s', async (_, policy, nodes, seen) => {
    expect((await run(MAPS, memory(policy, nodes))).stdout).toContain(seen);
  });

  test.each([
    ['a node that the host has not', POLICIES.bind, LAST_NODE, 0],
    ['no node where one is needed', POLICIES.bind, [], 0],
    ['a node where none may be', POLICIES.default, FIRST_NODE, 0],
    ['half a word', POLICIES.bind, [1, 0], 0],
    ['a mask of more than a page', POLICIES.bind, [...LAST_NODE, ...FIRST_NODE], 0],
    ['flags that exclude each other', POLICIES.bind, FIRST_NODE, 0xc000],
  ])('%s is refused', async (_, policy, nodes, flags) => {
    const failure = failureOf(await run(MAPS, memory(policy, nodes, flags)));
    expect(failure).toMatchObject({ call: 'set_mempolicy', errno: ERRNO.EINVAL });
  });
});
