import { describe, expect, test } from '@jest/globals';
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';
import { cgroupPath, cgroups } from '../../../lib/plan/cgroups.js';
import { Slots, type Step } from '../../../lib/plan/step.js';
import type { Linux } from '../../../lib/spec/types.gen.js';
import { hybrid, v1, v2 } from './layouts.js';

const plan = (layout: CgroupLayout, linux: Linux = {}) =>
  cgroups({ ociVersion: '1.3.0', linux }, 'c1', { layout }, new Slots());

/** A step as words: act, then its fields; bytes as their number. */
const words = ({ act }: Step) =>
  Object.values(act)
    .map((value: unknown) =>
      value instanceof Uint8Array ? `<${value.length % 8 === 0 ? 'program' : 'torn'}>` : String(value),
    )
    .join(' ');
const notDevices = ({ act }: Step) => act.op !== 'write' || !act.path.includes('/devices.');

describe('the path', () => {
  test.each([
    [undefined, '/caisson/c1'],
    ['', '/caisson/c1'],
    ['/docker/abc', '/docker/abc'],
    ['/docker//abc/./', '/docker/abc'],
    ['/a/../../b', '/b'],
    ['testdir/cgrouptest/', '/caisson/testdir/cgrouptest'],
    ['../../etc', '/caisson/etc'],
    ['/caisson/c1', '/caisson/c1'],
    ['system.slice:runc:c1', '/caisson/system.slice:runc:c1'],
  ])('%j is %s', (given, path) => {
    expect(cgroupPath(given, 'c1')).toBe(path);
  });

  test.each(['/', '/..', '//', '.', '..', 'a/..', '/caisson', '/caisson/x/..', '/a\nb', 'a\0'])(
    '%j is refused',
    (given) => {
      const details = expect.objectContaining({ pointer: 'linux/cgroupsPath' });
      expect(() => cgroupPath(given, 'c1')).toThrow(expect.objectContaining({ code: 'config-invalid', details }));
    },
  );
});

const RESOURCES: Linux = { resources: { memory: { limit: 4096 }, pids: { limit: 9 } } };

describe('the steps', () => {
  test('v2', () => {
    const { host, init, teardown, cgroupSlot, directories } = plan(v2, RESOURCES);
    expect(host.map(words)).toEqual([
      'require-empty-cgroup /sys/fs/cgroup/caisson/c1',
      'make-cgroup /sys/fs/cgroup /caisson/c1 0',
      'require-thawed /sys/fs/cgroup/caisson/c1/cgroup.events',
      'enable-controllers /sys/fs/cgroup /caisson/c1 +memory +pids',
      'write /sys/fs/cgroup/caisson/c1/memory.max 4096',
      'write /sys/fs/cgroup/caisson/c1/pids.max 9',
      'device-program /sys/fs/cgroup/caisson/c1 <program>',
      'open-directory /sys/fs/cgroup/caisson/c1 0',
    ]);
    expect(init).toEqual([]);
    expect(cgroupSlot).toBe(0);
    expect(directories).toEqual({ '': '/sys/fs/cgroup/caisson/c1' });
    expect(teardown.map(words)).toEqual([
      'end-cgroup /sys/fs/cgroup/caisson/c1 10000',
      'remove-cgroup /sys/fs/cgroup/caisson/c1 10000',
    ]);
  });

  test('v2 without limits enables nothing', () => {
    expect(plan(v2).host.map(({ act }) => act.op)).not.toContain('enable-controllers');
  });

  test('hybrid: a limit goes where its controller is', () => {
    const { host, init, teardown, cgroupSlot, directories } = plan(hybrid, RESOURCES);
    const names = ['cpu,cpuacct', 'cpuset', 'devices', 'memory', 'systemd', 'unified'];
    const own = names.map((name) => `/sys/fs/cgroup/${name}/caisson/c1`);
    expect(host.filter(notDevices).map(words)).toEqual([
      ...own.map((directory) => `require-empty-cgroup ${directory}`),
      ...names.map((name) => `make-cgroup /sys/fs/cgroup/${name} /caisson/c1 ${name === 'cpuset' ? 1 : 0}`),
      'require-thawed /sys/fs/cgroup/unified/caisson/c1/cgroup.events',
      'enable-controllers /sys/fs/cgroup/unified /caisson/c1 +pids',
      'write /sys/fs/cgroup/memory/caisson/c1/memory.limit_in_bytes 4096',
      'write /sys/fs/cgroup/unified/caisson/c1/pids.max 9',
      ...own.slice(0, 5).map((directory, slot) => `open-write ${directory}/tasks ${slot}`),
      `open-directory ${own[5]} 5`,
    ]);
    expect(init.map(words)).toEqual([0, 1, 2, 3, 4].map((slot) => `enter-cgroup ${slot}`));
    expect(cgroupSlot).toBe(5);
    expect(Object.keys(directories)).toEqual(['cpu,cpuacct', 'cpuset', 'devices', 'memory', 'name=systemd', 'unified']);
    expect(teardown.map(words)).toEqual([
      `end-cgroup ${own[5]} 10000`,
      ...own.map((directory) => `remove-cgroup ${directory} 10000`),
    ]);
  });

  test('v1: nothing is cloned into, device rules are files', () => {
    const { host, cgroupSlot, teardown } = plan(v1, { cgroupsPath: '/p' });
    expect(cgroupSlot).toBe(-1);
    const writes = host.filter((one) => !notDevices(one)).map(words);
    expect(writes[0]).toBe('write /sys/fs/cgroup/devices/p/devices.deny a *:* rwm');
    expect(writes[1]).toBe('write /sys/fs/cgroup/devices/p/devices.allow c *:* m');
    expect(words(teardown[0]!)).toBe('end-cgroup /sys/fs/cgroup/cpu,cpuacct/p 10000');
    expect(host[0]?.pointer).toBe('linux/cgroupsPath');
  });

  test('who is frozen in v1 is thawed there to be killed', () => {
    const freezer = { name: 'freezer', controllers: ['freezer'], mount: '/sys/fs/cgroup/freezer', version: 1 } as const;
    const { teardown } = plan({ ...hybrid, hierarchies: [...hybrid.hierarchies, freezer] });
    expect(words(teardown[0]!)).toBe('end-cgroup /sys/fs/cgroup/freezer/caisson/c1 10000');
  });

  test('everything is required to be empty before anything is made', () => {
    const ops = plan(hybrid, RESOURCES).host.map(({ act }) => act.op);
    expect(ops.lastIndexOf('require-empty-cgroup')).toBeLessThan(ops.indexOf('make-cgroup'));
  });

  test('a device rule names its pointer', () => {
    const linux: Linux = { resources: { devices: [{ allow: true, type: 'c', major: 10, minor: 229, access: 'rw' }] } };
    const steps = plan(v1, linux).host.filter(({ pointer }) => pointer === 'linux/resources/devices/0');
    expect(steps.map(words)).toEqual(['write /sys/fs/cgroup/devices/caisson/c1/devices.allow c 10:229 rw']);
  });

  test('v1 without devices cannot deny any', () => {
    const layout: CgroupLayout = { kind: 'v1', hierarchies: v1.hierarchies.filter(({ name }) => name !== 'devices') };
    expect(() => plan(layout)).toThrow(expect.objectContaining({ code: 'host-unsupported' }));
    const mixed: CgroupLayout = {
      kind: 'hybrid',
      hierarchies: hybrid.hierarchies.filter(({ name }) => name !== 'devices'),
    };
    expect(plan(mixed).host.map(words)).toContain('device-program /sys/fs/cgroup/unified/caisson/c1 <program>');
  });
});
