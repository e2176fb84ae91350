/** update for real: the files of a running container's cgroup before and after, and when the kernel refuses. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cgroupLayout } from '../../lib/host/cgroup.js';
import { hierarchyOf } from '../../lib/plan/cgroupLayout.js';
import { makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const MIB = 1024 * 1024;
const layout = cgroupLayout();
const v1 = ['memory', 'cpu', 'cpuset', 'pids', 'blkio'].every((name) => hierarchyOf(layout, name)?.version === 1);

beforeAll(() => {
  const spec = shellSpec('while true; do sleep 1; done');
  spec.linux.resources.memory = { limit: 64 * MIB, swap: 128 * MIB };
  spec.linux.resources.cpu = { shares: 512, quota: 50_000, period: 100_000 };
  spec.linux.resources.pids = { limit: 50 };
  makeBundle(bundle, spec);
});
afterAll(() => caisson.clean());

let id = '';
/** Whether the container is not as it was made: what is refused changes nothing. */
let changed = true;
beforeEach(() => {
  if (!changed) return;
  changed = false;
  id = caisson.id();
  expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
});

const path = (file: string) => {
  const mount = hierarchyOf(layout, file.slice(0, file.indexOf('.')))?.mount ?? '';
  return `${mount}/caisson/${id}/${file}`;
};
const value = (file: string) => readFileSync(path(file), 'utf8').trim();
const values = (files: readonly string[]) => Object.fromEntries(files.map((file) => [file, value(file)]));
const update = (...words: string[]) => piped('', ...words);

function piped(input: string, ...words: string[]): Outcome {
  const outcome = caisson.call(['update', ...words, id], { input });
  changed ||= outcome.status === 0;
  return outcome;
}

(v1 ? describe : describe.skip)('every flag', () => {
  test.each<[string[], Record<string, string>]>([
    [
      ['--memory', '96m'],
      { 'memory.limit_in_bytes': String(96 * MIB), 'memory.memsw.limit_in_bytes': String(128 * MIB) },
    ],
    [
      ['--memory', '256m', '--memory-swap', '0.5g'],
      { 'memory.limit_in_bytes': String(256 * MIB), 'memory.memsw.limit_in_bytes': String(512 * MIB) },
    ],
    [
      ['--memory=32m', '--memory-swap=48m'],
      { 'memory.limit_in_bytes': String(32 * MIB), 'memory.memsw.limit_in_bytes': String(48 * MIB) },
    ],
    [
      ['--memory', '-1'],
      { 'memory.limit_in_bytes': '9223372036854771712', 'memory.memsw.limit_in_bytes': '9223372036854771712' },
    ],
    [['--memory-swap', '200m'], { 'memory.memsw.limit_in_bytes': String(200 * MIB) }],
    [['--memory-reservation', '16m'], { 'memory.soft_limit_in_bytes': String(16 * MIB) }],
    [['--cpu-quota', '20000'], { 'cpu.cfs_quota_us': '20000', 'cpu.cfs_period_us': '100000' }],
    [['--cpu-quota', '-1'], { 'cpu.cfs_quota_us': '-1' }],
    [['--cpu-period', '200000'], { 'cpu.cfs_quota_us': '50000', 'cpu.cfs_period_us': '200000' }],
    [['--cpu-quota', '90000', '--cpu-burst', '60000'], { 'cpu.cfs_quota_us': '90000', 'cpu.cfs_burst_us': '60000' }],
    [['--cpu-share', '256'], { 'cpu.shares': '256' }],
    [['--cpu-idle', '1'], { 'cpu.idle': '1' }],
    [['--cpuset-cpus', '0', '--cpuset-mems', '0'], { 'cpuset.cpus': '0', 'cpuset.mems': '0' }],
    [['--pids-limit', '70'], { 'pids.max': '70' }],
    [['--pids-limit', '-1'], { 'pids.max': 'max' }],
    [['--pids-limit', '0', '--cpu-share', '0', '--memory', '0'], { 'pids.max': '50', 'cpu.shares': '512' }],
    [['--blkio-weight', '321'], { 'blkio.bfq.weight': '321' }],
    [['--kernel-memory', '5m', '--kernel-memory-tcp', '5m'], { 'memory.limit_in_bytes': String(64 * MIB) }],
    [['--cpu-rt-period', '500000'], { 'cpu.rt_period_us': '500000' }],
  ])('%j', (words, expected) => {
    expect(update(...words)).toMatchObject({ stderr: '', stdout: '', status: 0 });
    expect(values(Object.keys(expected))).toEqual(expected);
  });
});

(v1 ? describe : describe.skip)('resources as JSON', () => {
  const asked = {
    memory: { limit: 96 * MIB },
    cpu: { shares: 0, quota: 30_000 },
    pids: { limit: 33 },
    devices: [{ allow: true, access: 'rwm' }],
  };
  const after = {
    'memory.limit_in_bytes': String(96 * MIB),
    'cpu.cfs_quota_us': '30000',
    'cpu.shares': '512',
    'pids.max': '33',
  };

  test('from a file; the other flags do not count, and the devices are as before', () => {
    const file = join(caisson.directory, 'limits.json');
    writeFileSync(file, JSON.stringify(asked));
    const rules = value('devices.list');
    expect(update('--pids-limit', '5', '-r', file)).toMatchObject({ stderr: '', status: 0 });
    expect(values(Object.keys(after))).toEqual(after);
    expect(value('devices.list')).toBe(rules);
  });

  test.each([['--resources=-'], ['--resources', '-'], ['-r', '-']])('from standard input: %s', (...words) => {
    const outcome = piped(JSON.stringify(asked), ...words);
    expect(outcome).toMatchObject({ stderr: '', status: 0 });
    expect(values(Object.keys(after))).toEqual(after);
  });
});

(v1 ? describe : describe.skip)('a value that the kernel refuses', () => {
  test('leaves every old one in force, and the error names the file', () => {
    const files = [
      'memory.limit_in_bytes',
      'memory.memsw.limit_in_bytes',
      'cpu.shares',
      'cpu.cfs_quota_us',
      'pids.max',
    ];
    const before = values(files);
    const outcome = update('--memory', '80m', '--cpu-share', '100', '--cpu-quota', '9000', '--cpuset-cpus', '1000');
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(
      /linux\/resources\/cpu\/cpus: write "1000" \(the limits are as before\): write .*\/cpuset\.cpus: E.*CPUs that the host has/,
    );
    expect(values(files)).toEqual(before);
    // What was refused is not remembered either.
    expect(update('--cpu-period', '200000').stderr).toBe('');
    expect(values(['cpu.cfs_quota_us', 'cpu.cfs_period_us'])).toEqual({
      'cpu.cfs_quota_us': '50000',
      'cpu.cfs_period_us': '200000',
    });
  });
});

describe('resources as JSON that are wrong', () => {
  test.each<[string, RegExp]>([
    ['{', /not JSON: .*standard input/],
    ['[]', /must be an object/],
    ['{"memory": 5}', /linux\/resources\/memory/],
    ['{}}, "process": {', /not JSON/],
    ['{"pids": {"limit": -7}}', /linux\/resources\/pids\/limit/],
    ['{"memory": {"swap": 1000}}', /linux\/resources\/memory\/swap/],
  ])('%s is refused', (input, message) => {
    const outcome = piped(input, '-r', '-');
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('memory that cannot be the limit', () => {
  const memoryFile = v1 ? 'memory.limit_in_bytes' : 'memory.max';

  test('memory above memory and swap together is one', () => {
    const outcome = update('--memory', '256m');
    expect(outcome.stderr).toMatch(/linux\/resources\/memory\/swap: must not be below the limit of memory/);
    expect(value(memoryFile)).toBe(String(64 * MIB));
  });

  test('less than is in use is one where checkBeforeUpdate is set', () => {
    const input = JSON.stringify({ memory: { limit: 4096, checkBeforeUpdate: true } });
    const outcome = piped(input, '-r', '-');
    expect(outcome.stderr).toMatch(/linux\/resources\/memory\/limit: 4096 is less than the \d+ bytes in use/);
    expect(value(memoryFile)).toBe(String(64 * MIB));
  });
});

test.each([
  ['--memory', '5x'],
  ['--memory', '-2'],
  ['--memory-swap', '1e3'],
  ['--memory', '9999999999999999'],
  ['--cpu-share', '-5'],
  ['--cpu-quota', '12.5'],
  ['--cpu-idle', '2'],
  ['--blkio-weight', '5000'],
  ['--cpuset-cpus', '1-'],
])('%s %s is refused', (...words) => {
  const outcome = update(...words);
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
});

test('a later update knows what an earlier one has changed', () => {
  expect(update('--cpu-period', '50000', '--cpu-quota', '25000').stderr).toBe('');
  expect(update('--cpu-idle', '1').stderr).toBe('');
  expect(update('--memory', '96m', '--memory-swap', '96m').stderr).toBe('');
  expect(update('--memory', '97m').stderr).toMatch(/must not be below the limit of memory/);
  expect(update('--cpu-idle', '0', '--cpu-share', '2048').stderr).toBe('');
  const share = v1 ? { 'cpu.shares': '2048' } : { 'cpu.weight': '174' };
  expect(values(['cpu.idle', ...Object.keys(share)])).toEqual({ 'cpu.idle': '0', ...share });
  expect(caisson.state(id).status).toBe('running');
});
