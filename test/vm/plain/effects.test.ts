/** What limits do on cgroup v2, where the host of the other tests has no such controller, or none of the kind. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Resources } from '../../../lib/spec/types.gen.js';
import { makeBundle, shellSpec, writeSpec, type LooseSpec } from '../../support/bundle.js';
import { Caisson, type Outcome } from '../../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const ROOT = '/sys/fs/cgroup';
const MIB = 1024 * 1024;

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
  for (const applet of ['fallocate', 'rm', 'usleep', 'seq', 'cut'])
    spawnSync('ln', ['-s', 'busybox', join(bundle, 'rootfs/bin', applet)]);
});
afterAll(() => caisson.clean());

type Change = (spec: LooseSpec) => void;

function configure(line: string, resources: Resources, change: Change = () => undefined): string {
  const spec = shellSpec(line);
  Object.assign(spec.linux.resources, resources);
  change(spec);
  writeSpec(bundle, spec);
  return caisson.id();
}

function run(line: string, resources: Resources, change?: Change): Outcome {
  return caisson.call(['run', '-b', bundle, configure(line, resources, change)]);
}

function started(line: string, resources: Resources, change?: Change): string {
  const id = configure(line, resources, change);
  expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
  return id;
}

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The container sees its cgroup as the root of a v2 hierarchy, and may change it. */
const ownCgroup: Change = ({ linux, mounts }) => {
  linux.namespaces.push({ type: 'cgroup' });
  const mount = mounts.find(({ destination }: { destination: string }) => destination === ROOT);
  mount.options = mount.options.filter((option: string) => option !== 'ro');
};

describe('memory', () => {
  test('a hog is killed, and the kernel has counted it', () => {
    const hog = `dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null; echo $?; grep oom_kill ${ROOT}/memory.events`;
    expect(run(hog, { memory: { limit: 24 * MIB, swap: 24 * MIB } }).stdout).toMatch(/^137\noom_kill 1\n/);
  });

  test('with memory.oom.group all of the container goes', () => {
    const hog = 'sleep 100 & dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null; echo survived';
    const resources = { memory: { limit: 24 * MIB, swap: 24 * MIB }, unified: { 'memory.oom.group': '1' } };
    expect(run(hog, resources)).toMatchObject({ stdout: '', status: 128 + 9 });
  });
});

describe('CPU time', () => {
  /** Milliseconds of CPU time that a busy container uses in about two seconds. */
  async function used(quota: number): Promise<number> {
    const id = started('while true; do :; done', { cpu: { quota, period: 50_000 } });
    const usage = () =>
      Number(/usage_usec (\d+)/.exec(readFileSync(`${ROOT}/caisson/${id}/cpu.stat`, 'utf8'))?.[1]) / 1000;
    const [from, begun] = [usage(), Date.now()];
    await later(2_000);
    const share = (usage() - from) / (Date.now() - begun);
    caisson.call(['delete', '--force', id]);
    return share;
  }

  test('a fifth of the quota is a fifth of the time', async () => {
    const [little, more] = [await used(5_000), await used(25_000)];
    // A tenth and a half of a CPU, if the machine has that to give.
    expect(little).toBeGreaterThan(0.05);
    expect(little).toBeLessThan(0.13);
    expect(more / little).toBeGreaterThan(2.5);
    expect(more / little).toBeLessThan(6.5);
  });
});

describe('block devices', () => {
  const number = readFileSync('/sys/block/nvme0n1/dev', 'utf8').trim();
  const [major = 0, minor = 0] = number.split(':').map(Number);
  const withDisk: Change = ({ linux }) => {
    linux.devices = [{ type: 'b', path: '/dev/disk', major, minor, fileMode: 0o600 }];
    linux.resources.devices.push({ allow: true, type: 'b', major, minor, access: 'r' });
  };
  /** Milliseconds for 4 MiB past the page cache. */
  function reading(resources: Resources): number {
    const line = `a=$(cut -d' ' -f1 /proc/uptime); dd if=/dev/disk of=/dev/null bs=1M count=4 iflag=direct 2>/dev/null
      echo "$a $(cut -d' ' -f1 /proc/uptime)"`;
    const outcome = run(line, resources, withDisk);
    expect(outcome).toMatchObject({ stderr: '', status: 0 });
    const [from = 0, to = 0] = outcome.stdout.split(' ').map(Number);
    return (to - from) * 1000;
  }

  test('a throttle slows what is read by its rate', () => {
    expect(reading({})).toBeLessThan(1_500);
    const slow = reading({ blockIO: { throttleReadBpsDevice: [{ major, minor, rate: MIB }] } });
    expect(slow).toBeGreaterThan(2_500);
    expect(slow).toBeLessThan(8_000);
  });
});

describe('huge pages', () => {
  const pool = '/proc/sys/vm/nr_hugepages';
  beforeAll(() => writeFileSync(pool, '8'));
  afterAll(() => writeFileSync(pool, '0'));

  const hugetlbfs: Change = ({ mounts }) =>
    mounts.push({ destination: '/huge', type: 'hugetlbfs', source: 'none', options: ['pagesize=2M'] });
  const line =
    'for size in 2 4; do fallocate -l ${size}M /huge/file && echo $size || true; rm -f /huge/file; done 2>&1';

  test('as many as the limit allows, and not one more', () => {
    const limited = (limit: number) => run(line, { hugepageLimits: [{ pageSize: '2MB', limit }] }, hugetlbfs).stdout;
    expect(limited(4 * MIB)).toBe('2\n4\n');
    expect(limited(2 * MIB)).toMatch(/^2\nfallocate: .*\n$/);
    expect(limited(0)).toMatch(/^fallocate: .*\nfallocate: .*\n$/);
  });
});

describe('devices', () => {
  const open = 'for d in null zero disk; do true < /dev/$d && echo $d; done 2>/dev/null; true';
  const disk: Change = ({ linux }) => (linux.devices = [{ type: 'b', path: '/dev/disk', major: 259, minor: 0 }]);

  test('the program of the last update decides at once, and what was open stays', () => {
    expect(run(open, {}, disk).stdout).toBe('null\nzero\n');
    const allowed: Change = (spec) => {
      disk(spec);
      spec.linux.resources.devices.push({ allow: true, type: 'b', major: 259, access: 'r' });
    };
    expect(run(open, {}, allowed).stdout).toBe('null\nzero\ndisk\n');
  });

  test('a cgroup that the container makes below its own is under the same rules', () => {
    const line = `mkdir ${ROOT}/inner && echo 0 > ${ROOT}/inner/cgroup.procs && ${open}`;
    const outcome = run(line, {}, (spec) => {
      disk(spec);
      ownCgroup(spec);
    });
    expect(outcome).toMatchObject({ stderr: '', stdout: 'null\nzero\n' });
  });
});

describe('the freezer, nested', () => {
  const inner = `mkdir ${ROOT}/inner; sh -c 'echo 0 > ${ROOT}/inner/cgroup.procs; while true; do :; done' & wait`;
  const state = (id: string, below: string) =>
    /frozen (\d)/.exec(readFileSync(`${ROOT}/caisson/${id}${below}/cgroup.events`, 'utf8'))?.[1];

  test('what the container has made below freezes with it, and what it froze itself stays so', async () => {
    const id = started(inner, {}, ownCgroup);
    await later(500);
    expect(state(id, '/inner')).toBe('0');
    expect(caisson.call(['pause', id])).toMatchObject({ stderr: '', status: 0 });
    expect([state(id, ''), state(id, '/inner')]).toEqual(['1', '1']);
    expect(caisson.state(id).status).toBe('paused');
    writeFileSync(`${ROOT}/caisson/${id}/inner/cgroup.freeze`, '1');
    expect(caisson.call(['resume', id])).toMatchObject({ stderr: '', status: 0 });
    expect([state(id, ''), state(id, '/inner')]).toEqual(['0', '1']);
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
  });

  test('below a frozen cgroup a container cannot be resumed, and the error says so', () => {
    const parent = `/caisson-frozen-${process.pid}`;
    const id = started('sleep 100', {}, ({ linux }) => (linux.cgroupsPath = `${parent}/x`));
    writeFileSync(`${ROOT}${parent}/cgroup.freeze`, '1');
    try {
      expect(caisson.state(id).status).toBe('paused');
      expect(caisson.call(['resume', id]).stderr).toMatch(/stays frozen: .*is a cgroup above it frozen\?/);
    } finally {
      writeFileSync(`${ROOT}${parent}/cgroup.freeze`, '0');
    }
    expect(caisson.call(['delete', '--force', id]).status).toBe(0);
    rmdirSync(ROOT + parent);
  });
});

test('a cgroup full of processes is killed at once, nested ones too', () => {
  const line = `for i in 1 2 3; do mkdir ${ROOT}/c$i; sh -c "echo 0 > ${ROOT}/c$i/cgroup.procs; exec sleep 1000" & done; wait`;
  const id = started(line, {}, (spec) => {
    ownCgroup(spec);
    spec.linux.namespaces = spec.linux.namespaces.filter(({ type }: { type: string }) => type !== 'pid');
  });
  mkdirSync(`${ROOT}/caisson/${id}/by-others`);
  expect(caisson.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
  expect(() => readFileSync(`${ROOT}/caisson/${id}/cgroup.events`)).toThrow(/ENOENT/);
});
