import { describe, expect, test } from '@jest/globals';
import { cgroupMounts } from '../../../lib/host/mounts.js';

describe('the table of mounts', () => {
  test('only cgroup filesystems are taken', () => {
    const table = [
      '23 1 0:21 / /proc rw - proc proc rw',
      '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
      '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct',
      '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:2 master:1 - cgroup2 cgroup2 rw,nsdelegate',
      '42 31 0:39 / /mnt/x rw - cgroupish cgroup rw',
      '',
    ].join('\n');
    expect(cgroupMounts(table)).toEqual([
      { path: '/sys/fs/cgroup/cpu,cpuacct', version: 1, options: ['rw', 'cpu', 'cpuacct'] },
      { path: '/sys/fs/cgroup/unified', version: 2, options: ['rw', 'nsdelegate'] },
    ]);
  });

  test('escapes in a path are undone', () => {
    const [mount] = cgroupMounts('1 2 0:3 / /mnt/a\\040b\\134c rw - cgroup2 none rw');
    expect(mount?.path).toBe('/mnt/a b\\c');
  });
});
