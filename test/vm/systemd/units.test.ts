/** --systemd-cgroup with a real systemd: the unit of a container, its name and place, its beginning and its end. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../../support/bundle.js';
import { Caisson, type Outcome } from '../../support/caisson.js';
import { cgroupOf, isForgotten, limitOf, said, show, until } from '../../support/systemd.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const FAILS = /^caisson: error: [^\n]*\n$/;

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

interface Asked {
  readonly args?: string[];
  readonly path?: string;
  readonly annotations?: Record<string, string>;
}

function write({ args = ['sleep', '1000'], path, annotations }: Asked): void {
  const spec = shellSpec('');
  Object.assign(spec, { annotations });
  spec.process.args = args;
  spec.linux.cgroupsPath = path;
  writeSpec(bundle, spec);
}

/** Starts a container that stays. */
function started(id: string, asked: Asked = {}): void {
  write(asked);
  const { status } = caisson.detach(['--systemd-cgroup', 'run', '--detach', '-b', bundle, id]);
  expect(status).toBe(0);
}

/** Runs one to its end. */
function ran(asked: Asked, id = caisson.id()): Outcome {
  write(asked);
  return caisson.call(['--systemd-cgroup', 'run', '-b', bundle, id]);
}

const remove = (id: string) => expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });

describe('a scope', () => {
  test('is made of the id, in system.slice, delegated, and holds init alone; delete leaves nothing', () => {
    const id = caisson.id();
    const unit = `caisson-${id}.scope`;
    started(id);
    expect(show(unit, 'ActiveState', 'Slice', 'Delegate', 'Transient', 'ControlGroup', 'Description')).toEqual({
      ActiveState: 'active',
      Slice: 'system.slice',
      Delegate: 'yes',
      Transient: 'yes',
      ControlGroup: `/system.slice/${unit}`,
      Description: `caisson container ${id}`,
    });
    expect(limitOf(unit, 'cgroup.procs')).toBe(`${caisson.state(id).pid}`);
    const directory = cgroupOf(unit);
    remove(id);
    expect(existsSync(directory)).toBe(false);
    expect(isForgotten(unit)).toBe(true);
  });

  test('ends with a foreground run, and nothing of it is left', async () => {
    const id = caisson.id();
    expect(ran({ args: ['sh', '-c', 'echo in $(cat /proc/self/cgroup)'] }, id)).toMatchObject({
      status: 0,
      stdout: `in 0::/system.slice/caisson-${id}.scope\n`,
    });
    await until('systemd forgets the scope', () => isForgotten(`caisson-${id}.scope`));
  });

  test.each([
    ['machine.slice:web:one', 'web-one.scope', '/machine.slice'],
    [':web:two', 'web-two.scope', '/system.slice'],
    ['machine.slice::three', 'three.scope', '/machine.slice'],
    [
      'caissontest-a-b.slice:web:four',
      'web-four.scope',
      '/caissontest.slice/caissontest-a.slice/caissontest-a-b.slice',
    ],
    ['-.slice:web:five', 'web-five.scope', ''],
  ])('of the path %s is %s in %s', (path, unit, slices) => {
    const id = caisson.id();
    started(id, { path });
    expect(show(unit, 'ControlGroup').ControlGroup).toBe(`${slices}/${unit}`);
    expect(limitOf(unit, 'cgroup.procs')).toBe(`${caisson.state(id).pid}`);
    remove(id);
    expect(isForgotten(unit)).toBe(true);
  });

  test('is made by create as well, and outlives it', () => {
    const id = caisson.id();
    write({});
    expect(caisson.detach(['--systemd-cgroup', 'create', '-b', bundle, id]).status).toBe(0);
    expect(limitOf(`caisson-${id}.scope`, 'cgroup.procs')).toBe(`${caisson.state(id).pid}`);
    expect(caisson.call(['start', id]).status).toBe(0);
    expect(caisson.state(id).status).toBe('running');
    remove(id);
    expect(isForgotten(`caisson-${id}.scope`)).toBe(true);
  });

  test('takes in what exec starts; pause and resume hold both', async () => {
    const id = caisson.id();
    const unit = `caisson-${id}.scope`;
    started(id);
    expect(caisson.detach(['exec', '--detach', id, 'sleep', '1000']).status).toBe(0);
    expect(limitOf(unit, 'cgroup.procs').split('\n')).toHaveLength(2);
    expect(caisson.call(['pause', id]).status).toBe(0);
    expect(limitOf(unit, 'cgroup.events')).toMatch(/frozen 1/);
    expect(caisson.state(id).status).toBe('paused');
    expect(show(unit, 'ActiveState').ActiveState).toBe('active');
    expect(caisson.call(['resume', id]).status).toBe(0);
    expect(limitOf(unit, 'cgroup.events')).toMatch(/frozen 0/);
    expect(caisson.call(['kill', id, 'KILL']).status).toBe(0);
    await caisson.until(id, 'stopped');
    expect(caisson.call(['delete', id]).status).toBe(0);
    expect(isForgotten(unit)).toBe(true);
  });

  test('that is paused is deleted as well', () => {
    const id = caisson.id();
    started(id);
    expect(caisson.call(['pause', id]).status).toBe(0);
    remove(id);
    expect(isForgotten(`caisson-${id}.scope`)).toBe(true);
  });
});

describe('a slice as the unit', () => {
  test('holds the processes itself, and goes with the container', () => {
    const id = caisson.id();
    const unit = 'caissontest-own.slice';
    started(id, { path: `caissontest.slice::${unit}` });
    expect(show(unit, 'ActiveState', 'ControlGroup')).toEqual({
      ActiveState: 'active',
      ControlGroup: `/caissontest.slice/${unit}`,
    });
    expect(limitOf(unit, 'cgroup.procs')).toBe(`${caisson.state(id).pid}`);
    const directory = cgroupOf(unit);
    remove(id);
    expect(existsSync(directory)).toBe(false);
    expect(isForgotten(unit)).toBe(true);
  });
});

describe('a name that is taken', () => {
  afterEach(() => void spawnSync('systemctl', ['stop', 'web-taken.scope']));

  test('by a scope with processes is an error, and they live on', () => {
    const id = caisson.id();
    started(id, { path: 'system.slice:web:taken' });
    const outcome = ran({ path: 'system.slice:web:taken' });
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(FAILS);
    expect(outcome.stderr).toMatch(/linux\/cgroupsPath: the unit web-taken.scope has processes already/);
    expect(caisson.state(id).status).toBe('running');
    remove(id);
  });

  test('by what is left of a scope that failed is used again', async () => {
    const unit = 'web-taken.scope';
    const line = ['--scope', '--unit', unit, '--property', 'RuntimeMaxSec=1', '--quiet', 'sleep', '1000'];
    spawnSync('systemd-run', line, { timeout: 30_000 });
    await until('the scope fails', () => show(unit, 'ActiveState').ActiveState === 'failed');
    const outcome = ran({ path: 'system.slice:web:taken', args: ['echo', 'ran'] });
    expect(outcome).toMatchObject({ status: 0, stdout: 'ran\n', stderr: '' });
  });

  test('by a unit of a file is an error that says so', () => {
    const file = '/run/systemd/system/caissonfile.slice';
    writeFileSync(file, '[Unit]\nDescription=A slice of a file\n');
    said('systemctl', 'daemon-reload');
    try {
      const outcome = ran({ path: '-.slice::caissonfile.slice' });
      expect(outcome.status).toBe(1);
      expect(outcome.stderr).toMatch(FAILS);
      expect(outcome.stderr).toMatch(/caissonfile\.slice/);
    } finally {
      rmSync(file);
      said('systemctl', 'daemon-reload');
    }
  });
});

describe('properties by annotation', () => {
  test('are those of the unit', () => {
    const id = caisson.id();
    started(id, {
      annotations: {
        'org.systemd.property.Description': "'named by its user'",
        'org.systemd.property.TimeoutStopSec': '7',
        'org.systemd.property.MemoryHigh': 'uint64 268435456',
        'org.systemd.property.CollectMode': "'inactive'",
      },
    });
    const unit = `caisson-${id}.scope`;
    expect(show(unit, 'Description', 'TimeoutStopUSec', 'MemoryHigh', 'CollectMode')).toEqual({
      Description: 'named by its user',
      TimeoutStopUSec: '7s',
      MemoryHigh: '268435456',
      CollectMode: 'inactive',
    });
    expect(limitOf(unit, 'memory.high')).toBe('268435456');
    remove(id);
    expect(isForgotten(unit)).toBe(true);
  });

  test.each([
    ['NoSuchProperty', 'true', /NoSuchProperty/],
    ['MemoryMax', "'much'", /Unexpected message contents \(.*org\.systemd\.property\.NAME/],
    ['Slice', "'no-slice'", /slice/i],
  ])("%s=%s: the reason is systemd's own, and nothing is left", (name, value, reason) => {
    const id = caisson.id();
    const outcome = ran({ annotations: { [`org.systemd.property.${name}`]: value } }, id);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(FAILS);
    expect(outcome.stderr).toMatch(reason);
    expect(isForgotten(`caisson-${id}.scope`)).toBe(true);
    expect(caisson.call(['state', id]).stderr).toMatch(/does not exist/);
  });
});

test('a container that cannot begin leaves no unit', () => {
  const id = caisson.id();
  const outcome = ran({ args: ['/nonexistent'] }, id);
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toMatch(FAILS);
  expect(isForgotten(`caisson-${id}.scope`)).toBe(true);
  expect(existsSync(`/sys/fs/cgroup/system.slice/caisson-${id}.scope`)).toBe(false);
});

test('a path without its three parts is an error that says the form', () => {
  const outcome = ran({ path: '/system.slice/web' });
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toMatch(/^caisson: error: linux\/cgroupsPath: [^\n]*slice:prefix:name[^\n]*\n$/);
});
