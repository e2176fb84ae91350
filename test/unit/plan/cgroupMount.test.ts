import { describe, expect, test } from '@jest/globals';
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';
import { cgroupMount } from '../../../lib/plan/cgroupMount.js';
import { ATTR, mountOptions, PROPAGATION } from '../../../lib/plan/mountOptions.js';
import { Slots, type Step } from '../../../lib/plan/step.js';
import { hybrid, v1, v2 } from './layouts.js';

const OPTIONS = ['nosuid', 'noexec', 'nodev', 'relatime', 'ro'];
const LOCKED = ATTR.nosuid | ATTR.noexec | ATTR.nodev;
const SEALED = LOCKED | ATTR.rdonly;

function mounted(layout: CgroupLayout, cgroupNamespace: boolean, options = OPTIONS, userNamespace = false) {
  return cgroupMount({
    layout,
    directories: Object.fromEntries(layout.hierarchies.map(({ name, mount }) => [name, `${mount}/caisson/c1`])),
    cgroupNamespace,
    userNamespace,
    slots: new Slots(),
    options: mountOptions(options),
    destination: '/sys/fs/cgroup',
    pointer: 'mounts/6',
    label: '',
  });
}

/** The act, its place, and what tells it from others. */
function words({ act }: Step): string {
  switch (act.op) {
    case 'mount':
      return [act.op, act.type, act.target, act.attributes, ...act.options].join(' ');
    case 'bind':
      return [act.op, act.tree, act.target, act.set, act.propagation].join(' ');
    default:
      return Object.values(act).join(' ');
  }
}

describe('a cgroup mount', () => {
  test('v2 with a namespace is mounted anew', () => {
    const { host, init, readOnly } = mounted(v2, true);
    expect(init.map(words)).toEqual([`mount cgroup2 /sys/fs/cgroup ${SEALED}`]);
    expect([...host, ...readOnly]).toEqual([]);
  });

  test('v2 without a namespace is the directory of the container', () => {
    const { host, init, readOnly } = mounted(v2, false);
    expect(host.map(words)).toEqual(['open-tree /sys/fs/cgroup/caisson/c1 0 0 1']);
    expect(init.map(words)).toEqual([`bind 0 /sys/fs/cgroup ${SEALED} ${PROPAGATION.private}`]);
    expect(readOnly).toEqual([]);
  });

  test.each([true, false])('hybrid: a bind for each, with a namespace (%s) or without', (cgroupNamespace) => {
    const { host, init, readOnly } = mounted(hybrid, cgroupNamespace);
    const at = '/sys/fs/cgroup';
    const names = ['cpu,cpuacct', 'cpuset', 'devices', 'memory', 'systemd', 'unified'];
    expect(host.map(words)).toEqual(names.map((name, slot) => `open-tree ${at}/${name}/caisson/c1 ${slot} 0 1`));
    expect(init.map(words)).toEqual([
      `mount tmpfs ${at} ${LOCKED} mode=755`,
      ...names.map((name, slot) => `bind ${slot} ${at}/${name} ${SEALED} ${PROPAGATION.private}`),
      `symlink cpu,cpuacct ${at}/cpu`,
      `symlink cpu,cpuacct ${at}/cpuacct`,
    ]);
    expect(readOnly.map(words)).toEqual([`read-only ${at}`]);
  });

  test('v1, read-write when asked for', () => {
    const { host, init, readOnly } = mounted(v1, false, ['nosuid']);
    const names = ['cpu,cpuacct', 'cpuset', 'devices', 'memory', 'systemd'];
    expect(host.map(words)).toEqual(
      names.map((name, slot) => `open-tree /sys/fs/cgroup/${name}/caisson/c1 ${slot} 0 1`),
    );
    expect(init.map(words)).toEqual([
      `mount tmpfs /sys/fs/cgroup ${ATTR.nosuid} mode=755`,
      ...names.map((name, slot) => `bind ${slot} /sys/fs/cgroup/${name} ${ATTR.nosuid} ${PROPAGATION.private}`),
      'symlink cpu,cpuacct /sys/fs/cgroup/cpu',
      'symlink cpu,cpuacct /sys/fs/cgroup/cpuacct',
    ]);
    expect(readOnly).toEqual([]);
  });

  test('every step names the mount', () => {
    const { host, init, readOnly } = mounted(hybrid, false);
    expect(new Set([...host, ...init, ...readOnly].map(({ pointer }) => pointer))).toEqual(new Set(['mounts/6']));
  });

  test('options of the filesystem', () => {
    expect(mounted(v2, true, ['memory_recursiveprot']).init.map(words)).toEqual([
      'mount cgroup2 /sys/fs/cgroup 0 memory_recursiveprot',
    ]);
    const details = expect.objectContaining({ pointer: 'mounts/6/options' });
    expect(() => mounted(v2, false, ['memory_recursiveprot'])).toThrow(
      expect.objectContaining({ code: 'config-invalid', details }),
    );
  });
});
