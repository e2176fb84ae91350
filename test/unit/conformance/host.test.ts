import { expect, test } from '@jest/globals';
import { mountableHierarchies } from '../../../conformance/host.js';

const CGROUPS =
  '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t4\t2\t1\nnet_cls\t0\t2\t1\nnet_prio\t0\t2\t0\nhugetlb\t0\t2\t1\n';
const mounted = (options: string) =>
  `40 39 0:30 / /sys/fs/cgroup/x rw,relatime shared:1 - cgroup cgroup rw,${options}\n`;

test('what the kernel has enabled, and nobody has mounted', () => {
  expect(mountableHierarchies(CGROUPS, mounted('memory'))).toEqual(['hugetlb', 'net_cls']);
});

test('a hierarchy may have several controllers', () => {
  expect(mountableHierarchies(CGROUPS, mounted('net_cls,net_prio') + mounted('hugetlb'))).toEqual([]);
});

test('a cgroup2 mount is none of them', () => {
  const v2 = '40 39 0:30 / /sys/fs/cgroup/unified rw,relatime - cgroup2 hugetlb rw\n';
  expect(mountableHierarchies(CGROUPS, v2)).toEqual(['hugetlb', 'net_cls']);
});
