/** linux.resources on a machine with cgroup v2 alone: what the kernel's files say, and which controllers are enabled. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Resources } from '../../../lib/spec/types.gen.js';
import { makeBundle, shellSpec, writeSpec, type LooseSpec } from '../../support/bundle.js';
import { Caisson, type Outcome } from '../../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const ROOT = '/sys/fs/cgroup';
const MIB = 1024 * 1024;

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => {
  caisson.clean();
  // Every container of this file, also those that were refused.
  expect(readdirSync(`${ROOT}/caisson`).filter((name) => name.startsWith(`test-${process.pid}-`))).toEqual([]);
});

test('this is a machine with cgroup v2 alone, and all of its controllers', () => {
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toMatch(/ - cgroup /);
  const controllers = readFileSync(`${ROOT}/cgroup.controllers`, 'utf8').trim().split(' ');
  expect(controllers).toEqual(expect.arrayContaining(['cpuset', 'cpu', 'io', 'memory', 'hugetlb', 'pids', 'rdma']));
});

/** Runs a line with these resources beside the default device rules. */
function run(line: string, resources: Resources, change: (spec: LooseSpec) => void = () => undefined): Outcome {
  const spec = shellSpec(line);
  Object.assign(spec.linux.resources, resources);
  change(spec);
  writeSpec(bundle, spec);
  return caisson.call(['run', '-b', bundle, caisson.id()]);
}

/** What files of the container's cgroup say, seen from inside, where it is all that is mounted. */
function files(names: readonly string[], resources: Resources): Record<string, string> {
  const line = names.map((name) => `echo "$(cat ${ROOT}/${name} | tr '\\n' ' ')"`).join('; ');
  const outcome = run(line, resources);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  const lines = outcome.stdout.trimEnd().split('\n');
  return Object.fromEntries(names.map((name, index) => [name, (lines[index] ?? '').trim()]));
}

const disk = readFileSync('/sys/block/nvme0n1/dev', 'utf8').trim();
const [major = 0, minor = 0] = disk.split(':').map(Number);

describe('the kernel says what the config says', () => {
  test.each<[string, Resources, Record<string, string>]>([
    [
      'memory',
      { memory: { limit: 64 * MIB, swap: 96 * MIB, reservation: 32 * MIB } },
      { 'memory.max': '67108864', 'memory.swap.max': '33554432', 'memory.low': '33554432' },
    ],
    [
      'memory without a limit',
      { memory: { limit: -1 } },
      { 'memory.max': 'max', 'memory.swap.max': 'max', 'memory.low': '0' },
    ],
    ['no swap', { memory: { limit: 64 * MIB, swap: 64 * MIB } }, { 'memory.max': '67108864', 'memory.swap.max': '0' }],
    [
      'CPU time',
      { cpu: { shares: 1024, quota: 50_000, period: 200_000, burst: 10_000 } },
      { 'cpu.weight': '100', 'cpu.max': '50000 200000', 'cpu.max.burst': '10000' },
    ],
    ['the least of shares', { cpu: { shares: 2 } }, { 'cpu.weight': '1' }],
    ['the most of shares', { cpu: { shares: 262_144 } }, { 'cpu.weight': '10000' }],
    ['a quota alone', { cpu: { quota: 20_000 } }, { 'cpu.max': '20000 100000' }],
    ['an idle cgroup', { cpu: { idle: 1 } }, { 'cpu.idle': '1' }],
    ['which CPUs', { cpu: { cpus: '1', mems: '0' } }, { 'cpuset.cpus.effective': '1', 'cpuset.mems.effective': '0' }],
    ['tasks', { pids: { limit: 17 } }, { 'pids.max': '17' }],
    ['tasks without a limit', { pids: { limit: -1 } }, { 'pids.max': 'max' }],
    ['huge pages', { hugepageLimits: [{ pageSize: '2MB', limit: 4 * MIB }] }, { 'hugetlb.2MB.max': '4194304' }],
    ['reserved huge pages', { hugepageLimits: [{ pageSize: '2MB', limit: 0 }] }, { 'hugetlb.2MB.rsvd.max': '0' }],
    ['the weight of block devices', { blockIO: { weight: 321 } }, { 'io.bfq.weight': 'default 321' }],
    [
      'throttles of a block device',
      {
        blockIO: {
          throttleReadBpsDevice: [{ major, minor, rate: MIB }],
          throttleWriteBpsDevice: [{ major, minor, rate: 2 * MIB }],
          throttleReadIOPSDevice: [{ major, minor, rate: 100 }],
          throttleWriteIOPSDevice: [{ major, minor, rate: 200 }],
        },
      },
      { 'io.max': `${disk} rbps=1048576 wbps=2097152 riops=100 wiops=200` },
    ],
    [
      'files by name',
      { unified: { 'memory.high': '50331648', 'memory.oom.group': '1', 'cpu.weight.nice': '-5' } },
      { 'memory.high': '50331648', 'memory.oom.group': '1', 'cpu.weight.nice': '-5' },
    ],
  ])('%s', (_, resources, expected) => {
    expect(files(Object.keys(expected), resources)).toEqual(expected);
  });
});

test('RDMA: no machine here has a device, so the kernel refuses what it is told of one', () => {
  const outcome = run('true', { rdma: { mlx5_0: { hcaHandles: 2, hcaObjects: 2000 } } });
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toMatch(
    /linux\/resources\/rdma\/mlx5_0: write "mlx5_0 hca_handle=2 hca_object=2000": .*rdma\.max: E(INVAL|NODEV)/,
  );
});

test('only the controllers that are asked for are enabled, all the way down', () => {
  const top = `caisson-v2-${process.pid}`;
  const outcome = run(`cat ${ROOT}/cgroup.controllers`, { pids: { limit: 5 } }, ({ linux }) => {
    linux.cgroupsPath = `/${top}/a/b`;
  });
  expect(outcome).toMatchObject({ stderr: '', stdout: 'pids\n', status: 0 });
  expect(readFileSync(`${ROOT}/${top}/cgroup.subtree_control`, 'utf8')).toBe('pids\n');
});

test('where a controller is not given by a cgroup above, the error names it', () => {
  const top = `caisson-v2-threaded-${process.pid}`;
  expect(run('true', {}, ({ linux }) => (linux.cgroupsPath = `/${top}/x`)).status).toBe(0);
  writeFileSync(`${ROOT}/${top}/cgroup.type`, 'threaded');
  const outcome = run('true', { memory: { limit: 64 * MIB } }, ({ linux }) => (linux.cgroupsPath = `/${top}/x`));
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toMatch(/linux\/.*memory/);
  expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(`${ROOT}/${top}/x`)).toBe(false);
});

describe('update', () => {
  let id = '';
  beforeEach(() => {
    const spec = shellSpec('while true; do sleep 1; done');
    spec.linux.resources.memory = { limit: 64 * MIB, swap: 128 * MIB };
    spec.linux.resources.cpu = { shares: 512, quota: 50_000, period: 100_000 };
    spec.linux.resources.pids = { limit: 50 };
    writeSpec(bundle, spec);
    id = caisson.id();
    expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
  });

  const value = (file: string) => readFileSync(`${ROOT}/caisson/${id}/${file}`, 'utf8').trim();
  const values = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, value(name)]));
  const update = (...words: string[]) => caisson.call(['update', ...words, id]);

  test.each<[string[], Record<string, string>]>([
    [['--memory', '96m'], { 'memory.max': String(96 * MIB), 'memory.swap.max': String(32 * MIB) }],
    [
      ['--memory', '256m', '--memory-swap', '0.5g'],
      { 'memory.max': String(256 * MIB), 'memory.swap.max': String(256 * MIB) },
    ],
    [['--memory', '-1'], { 'memory.max': 'max', 'memory.swap.max': 'max' }],
    [['--memory-reservation', '16m'], { 'memory.low': String(16 * MIB) }],
    [['--cpu-quota', '20000'], { 'cpu.max': '20000 100000' }],
    [['--cpu-quota', '-1'], { 'cpu.max': 'max 100000' }],
    [['--cpu-period', '200000'], { 'cpu.max': '50000 200000' }],
    [['--cpu-share', '1024', '--pids-limit', '70'], { 'cpu.weight': '100', 'pids.max': '70' }],
    // Controllers that were not enabled before.
    [['--cpuset-cpus', '0', '--cpuset-mems', '0'], { 'cpuset.cpus.effective': '0', 'cpuset.mems.effective': '0' }],
    [['--blkio-weight', '321'], { 'io.bfq.weight': 'default 321' }],
  ])('%j', (words, expected) => {
    expect(update(...words)).toMatchObject({ stderr: '', stdout: '', status: 0 });
    expect(values(Object.keys(expected))).toEqual(expected);
  });

  test('a value that the kernel refuses leaves the old ones in force, and is named with its file', () => {
    const names = ['memory.max', 'memory.swap.max', 'cpu.max', 'cpu.weight', 'pids.max'];
    const before = values(names);
    const outcome = update('--memory', '80m', '--cpu-share', '100', '--cpu-quota', '9000', '--cpuset-cpus', '1000');
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(
      /linux\/resources\/cpu\/cpus: write "1000" \(the limits are as before\): write .*\/cpuset\.cpus: E/,
    );
    expect(values(names)).toEqual(before);
  });
});
