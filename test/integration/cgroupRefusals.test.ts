/** Cgroups that cannot be had: each refusal is one line with place, errno, path and hint, and leaves nothing behind. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { cgroupLayout } from '../../lib/host/cgroup.js';
import { hierarchyOf, unifiedHierarchy } from '../../lib/plan/cgroupLayout.js';
import { makeBundle, shellSpec, writeSpec, type LooseSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const layout = cgroupLayout();
const mounts = layout.hierarchies.map(({ mount }) => mount);
const unified = unifiedHierarchy(layout)?.mount;
const v1 = ['memory', 'cpu', 'pids'].every((name) => hierarchyOf(layout, name)?.version === 1);
/** A parent of our own, where tests do harm. */
const parent = `/caisson-refused-${process.pid}`;

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());
afterEach(() => {
  for (const mount of mounts) if (existsSync(`${mount}${parent}`)) rmdirSync(`${mount}${parent}`);
});

type Change = (spec: LooseSpec) => void;

/** Runs a container, and sees to it that a refused one has left nothing. */
function refused(change: Change, call: (words: string[]) => Outcome = (words) => caisson.call(words)): string {
  const spec = shellSpec('echo ran');
  change(spec);
  const text = JSON.stringify(spec, (_key, value: unknown) => (typeof value === 'bigint' ? `@${value}@` : value));
  writeSpec(bundle, text.replace(/"@(-?\d+)@"/g, '$1'));
  const id = caisson.id();
  const { status, stdout, stderr } = call(['run', '-b', bundle, id]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^caisson: error: [^\n]+\n$/);
  const { cgroups, processes, files } = pictureOf(id, [caisson.root]);
  const left = files.filter((path) => path.includes(id));
  const inner = mounts.filter((mount) => existsSync(`${mount}${parent}/inner`));
  expect({ cgroups, processes, left, inner }).toEqual({ cgroups: [], processes: [], left: [], inner: [] });
  return stderr;
}

const resources =
  (more: object): Change =>
  ({ linux }) =>
    void Object.assign(linux.resources, more);
const inParent: Change = ({ linux }) => (linux.cgroupsPath = `${parent}/inner`);

describe('values', () => {
  test.each<[string, object, RegExp]>([
    ['a negative number of tasks', { pids: { limit: -2 } }, /linux\/resources\/pids\/limit: must not be below -1/],
    ['negative shares', { cpu: { shares: -1 } }, /linux\/resources\/cpu\/shares: /],
    ['shares of more than 64 bits', { cpu: { shares: 2n ** 64n } }, /linux\/resources\/cpu\/shares: /],
    ['a limit of more than 63 bits', { memory: { limit: 2n ** 63n } }, /linux\/resources\/memory\/limit: /],
    ['a reservation of more than 63 bits', { memory: { limit: 1, reservation: 2n ** 70n } }, /memory\/reservation: /],
    ['a fraction', { memory: { limit: 1.5 } }, /linux\/resources\/memory\/limit: /],
    [
      'a period of zero time with a quota below it',
      { cpu: { quota: 500, period: 1000 } },
      /cpu\/quota: must be at least/,
    ],
    ['an empty range of CPUs', { cpu: { cpus: '3-1' } }, /linux\/resources\/cpu\/cpus: /],
    ['CPUs that no machine has', { cpu: { cpus: '0-4095' } }, /linux\/resources\/cpu\/cpus: .*CPUs that the host has/],
    [
      'a device of an unknown type',
      { devices: [{ allow: true, type: 'x', access: 'r' }] },
      /resources\/devices\/0\/type: /,
    ],
    ['a device of a wrong access', { devices: [{ allow: true, access: 'rx' }] }, /resources\/devices\/0\/access: /],
    [
      'a device beyond the numbers there are',
      { devices: [{ allow: true, type: 'c', major: 2n ** 40n, access: 'r' }] },
      /resources\/devices\/0/,
    ],
    ['a weight beyond the scale', { blockIO: { weight: 5 } }, /linux\/resources\/blockIO\/weight: /],
    ['a page size that the machine has not', { hugepageLimits: [{ pageSize: '3MB', limit: 0 }] }, /hugepageLimits\/0/],
  ])('%s', (_, more, message) => {
    expect(refused(resources(more))).toMatch(message);
  });

  test('a quota without a period is one of the period that the kernel has', () => {
    const spec = shellSpec(
      'cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us 2>/dev/null || cat /sys/fs/cgroup/cpu.max',
    );
    spec.linux.resources.cpu = { quota: 50_000 };
    writeSpec(bundle, spec);
    expect(caisson.call(['run', '-b', bundle, caisson.id()]).stdout.split(/\s+/).slice(0, 2)).toEqual([
      '50000',
      '100000',
    ]);
  });
});

describe('paths', () => {
  test.each([
    ['/../../..', /linux\/cgroupsPath: .*cannot be a container's own/],
    ['..', /linux\/cgroupsPath: .*cannot be a container's own/],
    ['/', /linux\/cgroupsPath: .*cannot be a container's own/],
    ['a\nb', /linux\/cgroupsPath: /],
    [`/cgroup.procs/inner`, /linux\/cgroupsPath: make the cgroup .*: E\w+: .*name of a file of the kernel/],
  ])('%j', (path, message) => {
    expect(refused(({ linux }) => (linux.cgroupsPath = path))).toMatch(message);
  });

  test('.. in the middle leads nowhere above the root of the cgroups', () => {
    const id = caisson.id();
    const spec = shellSpec('cat /proc/self/cgroup');
    spec.linux.cgroupsPath = `/a/../../../caisson/b/../${id}`;
    writeSpec(bundle, spec);
    const { stdout, status } = caisson.call(['run', '-b', bundle, id]);
    expect(status).toBe(0);
    // Not in a hierarchy that nobody has mounted where cgroups belong.
    const inside = stdout.split('\n').filter((line) => line.includes('caisson'));
    expect(inside.length).toBeGreaterThanOrEqual(Math.min(layout.hierarchies.length, 1));
    for (const line of inside) expect(line).toMatch(new RegExp(`:/caisson/${id}$`));
  });
});

describe('a cgroup above', () => {
  test('that holds the processes of others', async () => {
    const stranger = spawn('sleep', ['1000'], { stdio: 'ignore' });
    const directory = `${mounts.find((mount) => mount.endsWith('/pids')) ?? mounts[0]}${parent}`;
    mkdirSync(directory);
    try {
      writeFileSync(join(directory, 'cgroup.procs'), String(stranger.pid));
      expect(refused(({ linux }) => (linux.cgroupsPath = parent))).toMatch(
        /linux\/cgroupsPath: use an existing cgroup: .*EBUSY.*processes are in this cgroup/,
      );
    } finally {
      const ended = new Promise((resolve) => stranger.once('exit', resolve));
      stranger.kill('SIGKILL');
      await ended;
    }
  });

  test('that is frozen: told at once', () => {
    const freezer = hierarchyOf(layout, 'freezer');
    const directory = `${(freezer?.version === 1 ? freezer.mount : unified) ?? ''}${parent}`;
    const state = freezer?.version === 1 ? 'freezer.state' : 'cgroup.freeze';
    mkdirSync(directory);
    writeFileSync(join(directory, state), freezer?.version === 1 ? 'FROZEN' : '1');
    try {
      const begun = Date.now();
      expect(refused(inParent)).toMatch(
        /linux\/cgroupsPath: enter the cgroup: .*\/inner\/(freezer\.state|cgroup\.events): EBUSY: .*\(it is frozen, or one above it is/,
      );
      expect(Date.now() - begun).toBeLessThan(20_000);
    } finally {
      writeFileSync(join(directory, state), freezer?.version === 1 ? 'THAWED' : '0');
    }
  });

  (unified === undefined ? test.skip : test)('that is threaded', () => {
    const directory = `${unified ?? ''}${parent}`;
    mkdirSync(`${directory}/threads`, { recursive: true });
    writeFileSync(`${directory}/threads/cgroup.type`, 'threaded');
    try {
      expect(refused(({ linux }) => (linux.cgroupsPath = `${parent}/threads/inner`))).toMatch(
        /linux\/cgroupsPath: .*EOPNOTSUPP: .*\(a cgroup above it is threaded/,
      );
    } finally {
      for (const mount of mounts) if (existsSync(`${mount}${parent}/threads`)) rmdirSync(`${mount}${parent}/threads`);
    }
  });

  (v1 && unified !== undefined ? test : test.skip)('that may have no more below it', () => {
    const directory = `${unified ?? ''}${parent}`;
    mkdirSync(directory);
    writeFileSync(`${directory}/cgroup.max.descendants`, '0');
    expect(refused(inParent)).toMatch(
      /linux\/cgroupsPath: make the cgroup .*EAGAIN.*\(a cgroup above it has reached cgroup\.max/,
    );
  });
});

describe('mounts', () => {
  /** Calls caisson where the mounts of cgroups are others. */
  const after = (line: string) => (words: string[]) => {
    const result = spawnSync(
      'unshare',
      ['--mount', 'sh', '-c', `${line} && exec "$@"`, 'sh', ...caisson.words(words)],
      {
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
    return { status: result.status ?? -1, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
  };

  test('that are read-only', () => {
    const line = mounts.map((mount) => `mount -o remount,bind,ro ${mount}`).join(' && ');
    expect(refused(() => undefined, after(line))).toMatch(
      /make the cgroup .*EROFS.*\(the cgroup filesystem is mounted read-only here/,
    );
  });

  test('that are missing', () => {
    const line = mounts.map((mount) => `umount -l ${mount}`).join(' && ');
    expect(refused(() => undefined, after(line))).toMatch(/no cgroup filesystem is mounted \(mount -t cgroup2/);
  });

  (v1 ? test : test.skip)('of a controller that a limit needs', () => {
    const line = `umount -l ${hierarchyOf(layout, 'pids')?.mount ?? ''}`;
    expect(refused(resources({ pids: { limit: 5 } }), after(line))).toMatch(
      /linux\/resources\/pids\/limit: this host has no pids cgroup controller \(mount the pids controller/,
    );
  });
});
