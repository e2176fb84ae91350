import { describe, expect, test } from '@jest/globals';
import { subCgroups } from '../../../lib/container/execCgroups.js';
import { cgroupsOf } from '../../../lib/host/cgroup.js';

const HYBRID = {
  'cpu,cpuacct': '/cg/cpu/web',
  memory: '/cg/memory/web',
  'name=systemd': '/cg/systemd/web',
  unified: '/cg/unified/web',
};

describe('--cgroup', () => {
  test('a path alone is one in every hierarchy', () => {
    expect(subCgroups(HYBRID, ['a//b/'])).toEqual({
      'cpu,cpuacct': '/cg/cpu/web/a/b',
      memory: '/cg/memory/web/a/b',
      'name=systemd': '/cg/systemd/web/a/b',
      unified: '/cg/unified/web/a/b',
    });
  });

  test('with controllers it is one in theirs', () => {
    expect(subCgroups(HYBRID, ['cpuacct,systemd:/a', 'memory:b'])).toEqual({
      ...HYBRID,
      'cpu,cpuacct': '/cg/cpu/web/a',
      'name=systemd': '/cg/systemd/web/a',
      memory: '/cg/memory/web/b',
    });
  });

  test.each([
    ['../other', /may not lead upwards/],
    ['memory:a/../..', /may not lead upwards/],
    ['frob:a', /no hierarchy of "frob"/],
  ])('%s', (asked, message) => {
    expect(() => subCgroups(HYBRID, [asked])).toThrow(message);
  });
});

test('the cgroups of a process, whose paths may have colons', () => {
  const text = '7:memory:/a:b\n6:cpu,cpuacct:/c\n5:net_cls:/d\n0::/e\n';
  const files = { readKernelText: () => text, listDirectory: () => [], fileKind: () => 'file' as const };
  const hierarchies = [
    { name: 'memory', controllers: ['memory'], mount: '/cg/memory', version: 1 },
    { name: 'cpu,cpuacct', controllers: ['cpu', 'cpuacct'], mount: '/cg/cpu', version: 1 },
    { name: 'unified', controllers: [], mount: '/cg/unified', version: 2 },
  ] as const;
  expect(cgroupsOf(1, { kind: 'hybrid', hierarchies }, files)).toEqual({
    memory: '/cg/memory/a:b',
    'cpu,cpuacct': '/cg/cpu/c',
    unified: '/cg/unified/e',
  });
});
