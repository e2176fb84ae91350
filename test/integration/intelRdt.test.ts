/** linux.intelRdt where there is no resctrl; and what exec and update do with a class, for which directories of its shape stand. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const root = join(caisson.directory, 'resctrl');
/** A machine with resctrl would take the configs of the first block. */
const here = existsSync('/sys/fs/resctrl/schemata');

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
});
afterAll(() => caisson.clean());

(here ? describe.skip : describe)('without resctrl', () => {
  test.each([{}, { closID: 'gold' }, { l3CacheSchema: 'L3:0=f', enableMonitoring: true }])(
    '%j is refused',
    (intelRdt) => {
      const spec = shellSpec('true');
      spec.linux.intelRdt = intelRdt;
      writeSpec(bundle, spec);
      const id = caisson.id();
      const before = pictureOf(id, [caisson.root]).files;
      const { status, stderr } = caisson.call(['run', '-b', bundle, id]);
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^caisson: error: linux\/intelRdt: no resctrl filesystem is mounted \(mount -t resctrl [^\n]*\n$/,
      );
      expect(pictureOf(id, [caisson.root]).files).toEqual(before);
    },
  );
});

describe('in a class', () => {
  const gold = join(root, 'gold');
  const monitoring = join(gold, 'mon_groups/web');
  let id = '';

  beforeAll(() => {
    for (const group of [gold, monitoring]) {
      mkdirSync(group, { recursive: true });
      writeFileSync(join(group, 'tasks'), '');
    }
    writeFileSync(join(gold, 'schemata'), '');
    writeSpec(bundle, shellSpec('sleep 1000'));
    id = caisson.id();
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    const file = join(caisson.root, id, 'record.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...record, resctrl: [gold, monitoring] }));
  });

  test('exec enters it, and its monitoring group', () => {
    expect(caisson.call(['exec', id, 'echo', 'in'])).toMatchObject({ status: 0, stdout: 'in\n' });
    expect(readFileSync(join(gold, 'tasks'), 'utf8')).toBe('0');
    expect(readFileSync(join(monitoring, 'tasks'), 'utf8')).toBe('0');
  });

  test('update writes its schemata', () => {
    const flags = ['--l3-cache-schema', 'L3:0=f\nMB:0=99', '--mem-bw-schema', 'MB:0=20'];
    expect(caisson.call(['update', ...flags, id])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(gold, 'schemata'), 'utf8')).toBe('L3:0=f\nMB:0=20\n');
  });

  test('update refuses what is no line of memory bandwidth', () => {
    const { status, stderr } = caisson.call(['update', '--mem-bw-schema', 'L3:0=f', id]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('--mem-bw-schema takes one line that begins with MB:'),
    ]);
  });

  test('update of a container without one', () => {
    writeSpec(bundle, shellSpec('sleep 1000'));
    const other = caisson.id();
    expect(caisson.detach(['run', '-d', '-b', bundle, other]).status).toBe(0);
    const { status, stderr } = caisson.call(['update', '--l3-cache-schema', 'L3:0=f', other]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('linux/intelRdt: the container is in no class of resctrl'),
    ]);
  });
});
