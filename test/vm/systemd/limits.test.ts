/** Limits and device rules of a unit of a real systemd: in the files, in the properties, and in both after a daemon-reload. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../../support/bundle.js';
import { Caisson } from '../../support/caisson.js';
import { isForgotten, limitOf, said, show } from '../../support/systemd.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const MIB = 1024 * 1024;
const ALL = ['MemoryMax', 'MemoryLow', 'MemorySwapMax', 'TasksMax', 'CPUWeight', 'CPUQuotaPerSecUSec', 'AllowedCPUs'];
const FILES = ['memory.max', 'memory.low', 'memory.swap.max', 'pids.max', 'cpu.weight', 'cpu.max', 'cpuset.cpus'];

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

function spec(resources: Record<string, unknown>): LooseSpec {
  const whole = shellSpec('');
  whole.process.args = ['sleep', '1000'];
  Object.assign(whole.linux.resources, resources);
  return whole;
}

/** A container that stays. @returns its id and its unit */
function started(resources: Record<string, unknown>): { id: string; unit: string } {
  writeSpec(bundle, spec(resources));
  const id = caisson.id();
  expect(caisson.detach(['--systemd-cgroup', 'run', '--detach', '-b', bundle, id]).status).toBe(0);
  return { id, unit: `caisson-${id}.scope` };
}

const files = (unit: string) => Object.fromEntries(FILES.map((file) => [file, limitOf(unit, file)]));
const remove = (id: string) => expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
const exec = (id: string, line: string) => caisson.call(['exec', id, 'sh', '-c', line]);

describe('limits', () => {
  const RESOURCES = {
    memory: { limit: 64 * MIB, reservation: 32 * MIB, swap: 80 * MIB },
    pids: { limit: 20 },
    cpu: { shares: 512, quota: 50_000, period: 100_000, cpus: '0' },
  };
  const WANTED = {
    'memory.max': `${64 * MIB}`,
    'memory.low': `${32 * MIB}`,
    'memory.swap.max': `${16 * MIB}`,
    'pids.max': '20',
    'cpu.weight': '59',
    'cpu.max': '50000 100000',
    'cpuset.cpus': '0',
  };
  const MIRRORED = {
    MemoryMax: `${64 * MIB}`,
    MemoryLow: `${32 * MIB}`,
    MemorySwapMax: `${16 * MIB}`,
    TasksMax: '20',
    CPUWeight: '59',
    CPUQuotaPerSecUSec: '500ms',
    AllowedCPUs: '0',
  };

  test('are in the files and in the properties, by config and by update, and a daemon-reload changes neither', () => {
    const { id, unit } = started(RESOURCES);
    expect(files(unit)).toEqual(WANTED);
    expect(show(unit, ...ALL)).toEqual(MIRRORED);
    said('systemctl', 'daemon-reload');
    expect(files(unit)).toEqual(WANTED);
    const words = [
      '--memory',
      `${48 * MIB}`,
      '--memory-swap',
      `${56 * MIB}`,
      '--pids-limit',
      '30',
      '--cpu-quota',
      '20000',
    ];
    expect(caisson.call(['update', ...words, id])).toMatchObject({ status: 0, stderr: '' });
    const now = {
      'memory.max': `${48 * MIB}`,
      'memory.swap.max': `${8 * MIB}`,
      'pids.max': '30',
      'cpu.max': '20000 100000',
    };
    expect(files(unit)).toEqual({ ...WANTED, ...now });
    const properties = {
      MemoryMax: `${48 * MIB}`,
      MemorySwapMax: `${8 * MIB}`,
      TasksMax: '30',
      CPUQuotaPerSecUSec: '200ms',
    };
    expect(show(unit, ...ALL)).toEqual({ ...MIRRORED, ...properties });
    said('systemctl', 'daemon-reload');
    expect(files(unit)).toEqual({ ...WANTED, ...now });
    remove(id);
    expect(isForgotten(unit)).toBe(true);
  });

  test('without one, systemd has none of its own, and update can take one back', () => {
    const { id, unit } = started({ pids: { limit: 20 } });
    expect(caisson.call(['update', '--pids-limit', '-1', id])).toMatchObject({ status: 0, stderr: '' });
    said('systemctl', 'daemon-reload');
    expect(limitOf(unit, 'pids.max')).toBe('max');
    expect(show(unit, 'TasksMax').TasksMax).toBe('infinity');
    remove(id);
  });

  test('that the kernel does not take are an error, and those before are in force in both', () => {
    const { id, unit } = started({ pids: { limit: 20 }, cpu: { cpus: '0' } });
    const outcome = caisson.call(['update', '--pids-limit', '30', '--cpuset-cpus', '77', id]);
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(/^caisson: error: linux\/resources\/cpu\/cpus: [^\n]*\n$/);
    expect(limitOf(unit, 'pids.max')).toBe('20');
    expect(show(unit, 'TasksMax', 'AllowedCPUs')).toEqual({ TasksMax: '20', AllowedCPUs: '0' });
    remove(id);
  });
});

describe('pids.limit', () => {
  test.each([1, 2, 3])('%i is that of the container alone: what held its place does not count', (limit) => {
    const { id, unit } = started({ pids: { limit } });
    expect(limitOf(unit, 'pids.max')).toBe(`${limit}`);
    expect(show(unit, 'TasksMax').TasksMax).toBe(`${limit}`);
    expect(limitOf(unit, 'cgroup.procs')).toBe(`${caisson.state(id).pid}`);
    remove(id);
  });

  test('1 forbids a second process, in a run too', () => {
    const whole = spec({ pids: { limit: 1 } });
    whole.process.args = ['sh', '-c', 'echo first; (echo second); true'];
    writeSpec(bundle, whole);
    const { stdout, stderr } = caisson.call(['--systemd-cgroup', 'run', '-b', bundle, caisson.id()]);
    expect(stdout).toBe('first\n');
    expect(stderr).toMatch(/can't fork/);
  });
});

describe('device rules', () => {
  const MAKE = 'test -e /tmp/console || mknod /tmp/console c 5 1';
  const OPEN = ': < /tmp/console && echo read';

  /** A device that is allowed is there, and the console, which can be made, cannot be opened. */
  function denied(id: string): void {
    const { stdout, stderr } = exec(id, `echo x > /dev/null && echo null; ${MAKE} && echo made; ${OPEN}`);
    expect(stdout).toBe('null\nmade\n');
    expect(stderr).toMatch(/can't open \/tmp\/console: Operation not permitted/);
  }

  function writable(resources: Record<string, unknown>): { id: string; unit: string } {
    const whole = spec(resources);
    whole.root.readonly = false;
    for (const set of Object.values(whole.process.capabilities as Record<string, string[]>)) set.push('CAP_MKNOD');
    writeSpec(bundle, whole);
    const id = caisson.id();
    expect(caisson.detach(['--systemd-cgroup', 'run', '--detach', '-b', bundle, id]).status).toBe(0);
    return { id, unit: `caisson-${id}.scope` };
  }

  test('deny what is not allowed, before and after a daemon-reload', () => {
    const { id, unit } = writable({});
    expect(show(unit, 'DevicePolicy').DevicePolicy).toBe('strict');
    denied(id);
    said('systemctl', 'daemon-reload');
    denied(id);
    remove(id);
  });

  test('allow what is allowed, and update keeps it so', () => {
    const devices = [
      { allow: false, access: 'rwm' },
      { allow: true, type: 'c', major: 5, minor: 1, access: 'rm' },
    ];
    const { id } = writable({ devices });
    const read = () => exec(id, `${MAKE}; ${OPEN}`);
    expect(read().stdout).toBe('read\n');
    said('systemctl', 'daemon-reload');
    expect(read().stdout).toBe('read\n');
    expect(caisson.call(['update', '--pids-limit', '50', id])).toMatchObject({ status: 0, stderr: '' });
    expect(read().stdout).toBe('read\n');
    expect(exec(id, 'echo x > /tmp/console').stderr).toMatch(/Operation not permitted/);
    remove(id);
  });

  test('of a part of what is allowed deny it after a daemon-reload as well', () => {
    const devices = [
      { allow: true, access: 'rwm' },
      { allow: false, type: 'c', major: 5, minor: 1, access: 'rw' },
    ];
    const { id } = writable({ devices });
    denied(id);
    said('systemctl', 'daemon-reload');
    denied(id);
    remove(id);
  });
});

test('the record has the unit, so that delete needs no flag', () => {
  const { id } = started({});
  const record = readFileSync(join(caisson.root, id, 'record.json'), 'utf8');
  expect(JSON.parse(record)).toMatchObject({ unit: { name: `caisson-${id}.scope`, user: false } });
  remove(id);
});
