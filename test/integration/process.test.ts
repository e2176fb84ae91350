/** What the process of a container is given: seen from inside, or refused with the place in config.json. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { cgroupMounts, pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

type Change = (spec: LooseSpec) => void;

function run(line: string, change: Change, id = caisson.id()): Outcome {
  const spec = shellSpec(line);
  change(spec);
  writeSpec(bundle, spec);
  return caisson.call(['run', '-b', bundle, id]);
}

/** What a line of shell prints in a container. */
function inside(line: string, change: Change): string {
  const outcome = run(line, change);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  return outcome.stdout;
}

/** The one line of a container that is refused, of which nothing is left. */
function refusal(change: Change): string {
  const id = caisson.id();
  const before = pictureOf(id, [caisson.root]);
  const outcome = run('true', change, id);
  expect(outcome).toMatchObject({ stdout: '', status: 1 });
  expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
  expect(pictureOf(id, [caisson.root])).toEqual(before);
  return outcome.stderr;
}

/** The v1 hierarchy of a controller, if there is one. */
const hierarchy = (controller: string): string | undefined =>
  cgroupMounts().find((mount) => mount.split('/').pop()!.split(',').includes(controller));

describe('scheduler', () => {
  /** Nice value, real-time priority and policy of pid 1: fields 19, 40 and 41 of proc_pid_stat(5). */
  const seen = (change: Change): number[] => {
    const fields = inside('cat /proc/1/stat', change).split(' ').map(Number);
    return [fields[18]!, fields[39]!, fields[40]!];
  };

  test.each([
    [{ policy: 'SCHED_OTHER', nice: -3 }, [-3, 0, 0]],
    [{ policy: 'SCHED_OTHER', nice: 10, flags: ['SCHED_FLAG_RESET_ON_FORK'] }, [10, 0, 0]],
    [{ policy: 'SCHED_BATCH', nice: 5 }, [5, 0, 3]],
    [{ policy: 'SCHED_IDLE' }, [0, 0, 5]],
    [
      {
        policy: 'SCHED_DEADLINE',
        runtime: 1_000_000,
        deadline: 50_000_000,
        period: 100_000_000,
        flags: ['SCHED_FLAG_RESET_ON_FORK'],
      },
      [0, 0, 6],
    ],
  ])('pid 1 is served as %j', (scheduler, expected) => {
    expect(seen((spec) => (spec.process.scheduler = scheduler))).toEqual(expected);
  });

  test.each([
    [{ policy: 'SCHED_FIFO', priority: 3 }, [0, 3, 1]],
    [{ policy: 'SCHED_RR', priority: 99, flags: ['SCHED_FLAG_RESET_ON_FORK'] }, [0, 99, 2]],
  ])('%j, in a cgroup that has a budget for it', (scheduler, expected) => {
    const cpu = hierarchy('cpu');
    const path = `/caisson-budget-${process.pid}`;
    const directories = cpu === undefined ? [] : [join(cpu, path), join(cpu, path, 'c')];
    try {
      for (const directory of directories) {
        mkdirSync(directory);
        const budget = join(directory, 'cpu.rt_runtime_us');
        if (existsSync(budget)) writeFileSync(budget, '10000');
      }
      const cgroupsPath = `${path}/c`;
      expect(
        seen((spec) => Object.assign(spec.process, { scheduler }) && (spec.linux.cgroupsPath = cgroupsPath)),
      ).toEqual(expected);
    } finally {
      for (const mount of cgroupMounts()) if (existsSync(join(mount, path))) rmdirSync(join(mount, path));
    }
  });

  test.each([
    { policy: 'SCHED_OTHER', priority: 3 },
    { policy: 'SCHED_FIFO', priority: 100 },
    { policy: 'SCHED_ISO' },
    { policy: 'SCHED_NEW' },
    { policy: 'SCHED_DEADLINE', runtime: 9_000_000, deadline: 5_000_000, period: 5_000_000 },
    { policy: 'SCHED_OTHER', flags: ['SCHED_FLAG_NEW'] },
  ])('%j is refused', (scheduler) => {
    expect(refusal((spec) => (spec.process.scheduler = scheduler))).toMatch(/process\/scheduler/);
  });

  const budgets = existsSync(join(hierarchy('cpu') ?? '/none', 'cpu.rt_runtime_us'));
  (budgets ? test : test.skip)('no budget, no real time: the error says so', () => {
    expect(refusal((spec) => (spec.process.scheduler = { policy: 'SCHED_FIFO', priority: 1 }))).toMatch(
      /process\/scheduler: .*sched_setattr: EPERM.*cpu\.rt_runtime_us/,
    );
  });
});

describe('I/O priority', () => {
  test.each([
    [{ class: 'IOPRIO_CLASS_RT', priority: 2 }, 'realtime: prio 2\n'],
    [{ class: 'IOPRIO_CLASS_BE', priority: 7 }, 'best-effort: prio 7\n'],
    [{ class: 'IOPRIO_CLASS_BE' }, 'best-effort: prio 0\n'],
    [{ class: 'IOPRIO_CLASS_IDLE' }, 'idle\n'],
  ])('pid 1 has %j', (ioPriority, seen) => {
    expect(inside('busybox ionice -p 1', (spec) => (spec.process.ioPriority = ioPriority))).toBe(seen);
  });

  test.each([{ class: 'IOPRIO_CLASS_BE', priority: 8 }, { class: 'IOPRIO_CLASS_NEW' }])(
    '%j is refused',
    (ioPriority) => {
      expect(refusal((spec) => (spec.process.ioPriority = ioPriority))).toMatch(/process\/ioPriority/);
    },
  );
});

describe('processors', () => {
  test('those of the cgroup, not those of whoever calls', () => {
    writeSpec(bundle, shellSpec('grep Cpus_allowed_list /proc/self/status'));
    const bound = new Caisson(caisson.directory, ['taskset', '1', ...Caisson.executable]);
    try {
      const own = /Cpus_allowed_list:.*/.exec(readFileSync('/proc/self/status', 'utf8'))?.[0];
      expect(bound.call(['run', '-b', bundle, bound.id()]).stdout.trim()).toBe(own);
    } finally {
      bound.clean();
    }
  });

  test('those of exec concern nobody at create', () => {
    const affinity = { initial: '0', final: '0-1' };
    expect(inside('echo fine', (spec) => (spec.process.execCPUAffinity = affinity))).toBe('fine\n');
  });
});

describe('execution domain', () => {
  test.each([
    ['LINUX', '00000000\n'],
    ['LINUX32', '00000008\n'],
  ])('pid 1 runs in %s', (domain, seen) => {
    expect(inside('cat /proc/1/personality', (spec) => (spec.linux.personality = { domain }))).toBe(seen);
  });

  test('one that there is not', () => {
    expect(refusal((spec) => (spec.linux.personality = { domain: 'BSD' }))).toMatch(/linux\/personality\/domain/);
  });
});

describe('memory policy', () => {
  test.each([
    [{ mode: 'MPOL_DEFAULT' }, ' default '],
    [{ mode: 'MPOL_BIND', nodes: '0' }, ' bind:0 '],
    [{ mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_STATIC_NODES'] }, ' bind=static:0 '],
    [{ mode: 'MPOL_INTERLEAVE', nodes: '0-0' }, ' interleave:0 '],
    [{ mode: 'MPOL_PREFERRED', nodes: '' }, ' local '],
    [{ mode: 'MPOL_LOCAL' }, ' local '],
  ])('the memory of pid 1 follows %j', (memoryPolicy, seen) => {
    const line = 'grep -m 1 stack /proc/1/numa_maps';
    expect(inside(line, (spec) => (spec.linux.memoryPolicy = memoryPolicy))).toContain(seen);
  });

  test.each([
    [{ mode: 'MPOL_BIND', nodes: '1000' }, /set_mempolicy: EINVAL.*does the host have these nodes/],
    [{ mode: 'MPOL_BIND', nodes: '0,x' }, /linux\/memoryPolicy\/nodes/],
    [{ mode: 'MPOL_BIND', nodes: '3-1' }, /linux\/memoryPolicy\/nodes/],
    [{ mode: 'MPOL_BIND', nodes: '99999999' }, /linux\/memoryPolicy\/nodes/],
    [{ mode: 'MPOL_NEW' }, /linux\/memoryPolicy\/mode/],
  ])('%j is refused', (memoryPolicy, words) => {
    expect(refusal((spec) => (spec.linux.memoryPolicy = memoryPolicy))).toMatch(words);
  });
});
