import { describe, expect, test } from '@jest/globals';
import { cgroups } from '../../../lib/plan/cgroups.js';
import { Slots } from '../../../lib/plan/step.js';
import { systemdDriver } from '../../../lib/plan/systemdDriver.js';
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';
import { hybrid, v2 } from './layouts.js';

const driver = systemdDriver({ user: false, root: '', version: 252 });

/** What is written to pids.max before the clone, and what once the placeholder is gone. */
function written(layout: CgroupLayout, limit: number, cgroupsPath?: string) {
  const spec = {
    ociVersion: '1.3.0',
    linux: { ...(cgroupsPath !== undefined && { cgroupsPath }), resources: { pids: { limit } } },
  };
  const { host, unit } = cgroups(spec, 'c1', { layout }, new Slots(), { driver });
  const before = host.flatMap(({ act }) => (act.op === 'write' && act.path.endsWith('pids.max') ? act.value : []));
  return { before, settled: unit?.settled?.map(({ path, value }) => `${path} ${value}`) };
}

describe('the limit of processes has room for the placeholder of a scope', () => {
  test.each([
    [v2, '/sys/fs/cgroup/system.slice/caisson-c1.scope/pids.max'],
    [hybrid, '/sys/fs/cgroup/unified/system.slice/caisson-c1.scope/pids.max'],
  ])('until init is there', (layout, path) => {
    expect(written(layout, 1)).toEqual({ before: ['2'], settled: [`${path} 1`] });
  });

  test('not without a limit, nor for one that the kernel takes at the most', () => {
    expect(written(v2, -1)).toEqual({ before: ['max'], settled: [] });
    expect(written(v2, 2 ** 22)).toEqual({ before: ['4194304'], settled: [] });
  });

  test('and not in a slice, which has none', () => {
    expect(written(v2, 1, 'a.slice::a-b.slice')).toEqual({ before: ['1'], settled: [] });
  });
});
