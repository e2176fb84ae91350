/** The limits of a container for real: what the kernel says of them, what they do, and what is refused. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cgroupLayout } from '../../lib/host/cgroup.js';
import { hierarchyOf } from '../../lib/plan/cgroupLayout.js';
import type { Resources } from '../../lib/spec/types.gen.js';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const MIB = 1024 * 1024;

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

type Change = (spec: LooseSpec) => void;

/** Runs a line with these resources beside the default device rules. */
function run(line: string, resources: Resources, change: Change = () => undefined): Outcome {
  const spec = shellSpec(line);
  Object.assign(spec.linux.resources, resources);
  change(spec);
  writeSpec(bundle, spec);
  return caisson.call(['run', '-b', bundle, caisson.id()]);
}

const layout = cgroupLayout();
const versionOf = (controller: string) => hierarchyOf(layout, controller)?.version;
/** This host's layout decides which half of a test can be had. */
const v1 = versionOf('memory') === 1 && versionOf('cpu') === 1 && versionOf('blkio') === 1;

/** What files of the container's cgroup say, seen from inside. */
function files(names: readonly string[], resources: Resources): Record<string, string> {
  const place = (name: string) => `/sys/fs/cgroup/${name.slice(0, name.indexOf('.'))}/${name}`;
  const line = names.map((name) => `echo "$(cat ${place(name)} | tr '\\n' ' ')"`).join('; ');
  const outcome = run(line, resources);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  const lines = outcome.stdout.trimEnd().split('\n');
  return Object.fromEntries(names.map((name, index) => [name, (lines[index] ?? '').trim()]));
}

/** A block device that is always there: that of the root filesystem, or any whole disk. */
const disk = readdirSync('/sys/block').find((name) => !/^(loop|ram|zram)/.test(name));
const diskNumber = disk === undefined ? '' : readFileSync(`/sys/block/${disk}/dev`, 'utf8').trim();
const [major = 0, minor = 0] = diskNumber.split(':').map(Number);

(v1 ? describe : describe.skip)('cgroup v1: the kernel says what the config says', () => {
  test.each<[string, Resources, Record<string, string>]>([
    [
      'memory',
      { memory: { limit: 64 * MIB, swap: 96 * MIB, reservation: 32 * MIB, swappiness: 7, kernelTCP: 4 * MIB } },
      {
        'memory.limit_in_bytes': '67108864',
        'memory.memsw.limit_in_bytes': '100663296',
        'memory.soft_limit_in_bytes': '33554432',
        'memory.swappiness': '7',
        'memory.kmem.tcp.limit_in_bytes': '4194304',
      },
    ],
    [
      'the OOM killer and the hierarchy',
      { memory: { limit: 64 * MIB, disableOOMKiller: true, useHierarchy: true } },
      { 'memory.oom_control': 'oom_kill_disable 1 under_oom 0 oom_kill 0', 'memory.use_hierarchy': '1' },
    ],
    [
      'CPU time',
      { cpu: { shares: 512, quota: 50_000, period: 200_000, burst: 10_000, idle: 0 } },
      {
        'cpu.shares': '512',
        'cpu.cfs_quota_us': '50000',
        'cpu.cfs_period_us': '200000',
        'cpu.cfs_burst_us': '10000',
        'cpu.idle': '0',
      },
    ],
    ['an idle cgroup', { cpu: { idle: 1 } }, { 'cpu.idle': '1' }],
    ['which CPUs', { cpu: { cpus: '0', mems: '0' } }, { 'cpuset.cpus': '0', 'cpuset.mems': '0' }],
    ['tasks', { pids: { limit: 17 } }, { 'pids.max': '17' }],
    ['the weight of block devices', { blockIO: { weight: 321 } }, { 'blkio.bfq.weight': '321' }],
    [
      'throttles of a block device',
      {
        blockIO: {
          throttleReadBpsDevice: [{ major, minor, rate: MIB }],
          throttleWriteBpsDevice: [{ major, minor, rate: 2 * MIB }],
          throttleReadIOPSDevice: [{ major, minor, rate: 100 }],
          throttleWriteIOPSDevice: [{ major, minor, rate: 200 }],
        },
      },
      {
        'blkio.throttle.read_bps_device': `${diskNumber} 1048576`,
        'blkio.throttle.write_bps_device': `${diskNumber} 2097152`,
        'blkio.throttle.read_iops_device': `${diskNumber} 100`,
        'blkio.throttle.write_iops_device': `${diskNumber} 200`,
      },
    ],
  ])('%s', (_, resources, expected) => {
    expect(files(Object.keys(expected), resources)).toEqual(expected);
  });

  test('a budget of real time, where the cgroup above has one', () => {
    const above = `${hierarchyOf(layout, 'cpu')?.mount ?? ''}/caisson-rt-${process.pid}`;
    mkdirSync(above);
    try {
      writeFileSync(`${above}/cpu.rt_runtime_us`, '10000');
      const resources = { cpu: { realtimePeriod: 500_000, realtimeRuntime: 2_000 } };
      const line = 'cat /sys/fs/cgroup/cpu/cpu.rt_period_us /sys/fs/cgroup/cpu/cpu.rt_runtime_us';
      const path = `/caisson-rt-${process.pid}/inner`;
      const outcome = run(line, resources, ({ linux }) => (linux.cgroupsPath = path));
      expect(outcome).toMatchObject({ stderr: '', stdout: '500000\n2000\n', status: 0 });
    } finally {
      for (const { mount } of layout.hierarchies) {
        if (existsSync(`${mount}/caisson-rt-${process.pid}`))
          spawnSync('rmdir', [`${mount}/caisson-rt-${process.pid}`]);
      }
    }
  });

  test('a weight for one device, which BFQ schedules', () => {
    const image = join(caisson.directory, 'disk');
    writeFileSync(image, Buffer.alloc(MIB));
    const loop = spawnSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).stdout.trim();
    const name = loop.replace('/dev/', '');
    try {
      writeFileSync(`/sys/block/${name}/queue/scheduler`, 'bfq');
      const number = readFileSync(`/sys/block/${name}/dev`, 'utf8').trim();
      const [major = 0, minor = 0] = number.split(':').map(Number);
      expect(
        files(['blkio.bfq.weight_device'], { blockIO: { weightDevice: [{ major, minor, weight: 250 }] } }),
      ).toEqual({ 'blkio.bfq.weight_device': `default 100 ${number} 250` });
    } finally {
      spawnSync('losetup', ['--detach', loop]);
    }
  });
});

test('files of cgroup v2 itself, by name', () => {
  const unified = layout.hierarchies.at(-1);
  const resources = { unified: { 'cgroup.max.descendants': '3', 'cgroup.max.depth': '2' } };
  const outcome = run('cd /sys/fs/cgroup; cd unified 2>/dev/null; cat cgroup.max.*', resources);
  if (unified?.version === 2) expect(outcome).toMatchObject({ stderr: '', stdout: '2\n3\n', status: 0 });
  else expect(outcome.stderr).toMatch(/no cgroup v2/);
});

describe('what a limit does', () => {
  test('a memory hog is killed, and its neighbour of the same container with a small need is not', () => {
    const hog = 'dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null; echo $?';
    const outcome = run(`sleep 0.2 & ${hog}; wait; echo lives`, { memory: { limit: 24 * MIB, swap: 24 * MIB } });
    expect(outcome.stdout).toBe('137\nlives\n');
  });

  test('a fork bomb stops, and the host has all of its processes', () => {
    const outcome = run('bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 0.5; cat /sys/fs/cgroup/pids/pids.current', {
      pids: { limit: 20 },
    });
    expect(outcome.status).not.toBe(-1);
    expect(pictureOf(String(process.pid)).processes).toEqual([]);
  });

  test('a quota slows by its factor', () => {
    // What a busy machine leaves is less than it may have, and takes longer: both clocks are read inside, before and after.
    const usage = v1 ? 'cat /sys/fs/cgroup/cpuacct/cpuacct.usage' : 'head -n 1 /sys/fs/cgroup/cpu.stat';
    const line = `now() { read -r t rest </proc/uptime; t=\${t%.*}\${t#*.}; }
      now; echo $t; ${usage}; end=$((t + 100))
      while [ $t -lt $end ]; do now; done
      now; echo $t; ${usage}`;
    const { stdout } = run(line, { cpu: { quota: 10_000, period: 100_000 } });
    const [from = 0, before = 0, to = 0, after = 0] = (stdout.match(/\d+/g) ?? []).map(Number);
    const share = (after - before) / (v1 ? 1e6 : 1e3) / ((to - from) * 10);
    // A tenth, and the grains of periods at both ends.
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.2);
  });

  test('a list of CPUs pins every process', () => {
    const outcome = run('grep Cpus_allowed_list /proc/self/status; sh -c "grep Cpus_allowed_list /proc/self/status"', {
      cpu: { cpus: '0' },
    });
    expect(outcome.stdout).toBe('Cpus_allowed_list:\t0\nCpus_allowed_list:\t0\n');
  });

  (v1 && disk !== undefined ? test : test.skip)('a throttle slows what is read from a device', () => {
    const image = join(caisson.directory, 'slow');
    writeFileSync(image, Buffer.alloc(4 * MIB));
    const loop = spawnSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).stdout.trim();
    try {
      const number = readFileSync(`/sys/block/${loop.replace('/dev/', '')}/dev`, 'utf8').trim();
      const [major = 0, minor = 0] = number.split(':').map(Number);
      const spec = { blockIO: { throttleReadBpsDevice: [{ major, minor, rate: MIB }] } };
      const device = { type: 'b', path: '/dev/slow', major, minor, fileMode: 0o666 };
      const started = Date.now();
      const outcome = run('dd if=/dev/slow of=/dev/null bs=1M count=2 2>/dev/null && echo read', spec, ({ linux }) => {
        linux.devices = [device];
        linux.resources.devices.push({ allow: true, type: 'b', major, minor, access: 'r' });
      });
      expect(outcome.stdout).toBe('read\n');
      expect(Date.now() - started).toBeGreaterThan(1_500);
    } finally {
      spawnSync('losetup', ['--detach', loop]);
    }
  });
});

describe('refused: one line with place, errno, path and hint, and nothing is left', () => {
  test.each<[string, Resources, RegExp]>([
    ['a negative limit', { memory: { limit: -2 } }, /linux\/resources\/memory\/limit: must not be below -1/],
    [
      'a CPU that does not exist',
      { cpu: { cpus: '1000' } },
      /linux\/resources\/cpu\/cpus: write "1000": .*cpuset\.cpus: E\w+: .*CPUs that the host has/,
    ],
    ['a CPU that no machine has', { cpu: { cpus: '4000000' } }, /linux\/resources\/cpu\/cpus: /],
    [
      'a memory node that does not exist',
      { cpu: { mems: '63' } },
      /linux\/resources\/cpu\/mems: write "63": .*memory nodes that the host has/,
    ],
    ['less quota than there can be', { cpu: { quota: 10 } }, /linux\/resources\/cpu\/quota: must be at least 1000/],
    [
      'a burst above the quota',
      { cpu: { quota: 5000, burst: 6000 } },
      /linux\/resources\/cpu\/burst: must not be above the quota/,
    ],
    [
      'shares of an idle cgroup',
      { cpu: { shares: 5, idle: 1 } },
      /linux\/resources\/cpu\/shares: must not be set with idle/,
    ],
    [
      'swap without memory',
      { memory: { swap: MIB } },
      /linux\/resources\/memory\/swap: needs linux.resources.memory.limit/,
    ],
    ['an overflow', { memory: { limit: 2n ** 63n } }, /linux\/resources\/memory\/limit/],
    [
      'a block device that does not exist',
      { blockIO: { throttleReadBpsDevice: [{ major: 999, minor: 1, rate: 5 }] } },
      /linux\/resources\/blockIO\/throttleReadBpsDevice\/0\/rate: write "999:1 (rbps=)?5": .*ENODEV.*block device does not exist/,
    ],
    [
      'an unknown file',
      { unified: { 'cgroup.nonesuch': '1' } },
      /linux\/resources\/unified\/cgroup.nonesuch: write "1": .*ENOENT/,
    ],
    [
      'an unknown controller',
      { unified: { 'nonesuch.max': '1' } },
      /linux\/resources\/unified\/nonesuch.max: cgroup v2 has no controller/,
    ],
    [
      'a path',
      { unified: { '../cgroup.procs': '1' } },
      /linux\/resources\/unified\/..~1cgroup.procs: must be the name of a file/,
    ],
    [
      'moving a process',
      { unified: { 'cgroup.procs': '1' } },
      /linux\/resources\/unified\/cgroup.procs: cgroup.procs limits nothing/,
    ],
  ])('%s', (_, resources, message) => {
    const spec = shellSpec('true');
    Object.assign(spec.linux.resources, resources);
    const text = JSON.stringify(spec, (_key, value: unknown) => (typeof value === 'bigint' ? `@${value}@` : value));
    writeSpec(bundle, text.replace(/"@(\d+)@"/g, '$1'));
    const id = caisson.id();
    const outcome = caisson.call(['run', '-b', bundle, id]);
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
    const { cgroups, processes, files: left } = pictureOf(id, [caisson.root]);
    expect({ cgroups, processes, left: left.filter((path) => path.includes(id)) }).toEqual({
      cgroups: [],
      processes: [],
      left: [],
    });
  });

  (v1 ? test : test.skip)('a budget of real time that the cgroup above does not have', () => {
    const outcome = run('true', { cpu: { realtimeRuntime: 1000 } });
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(
      /realtimeRuntime: write "1000": .*cpu\.rt_runtime_us: EINVAL: .*needs a budget first/,
    );
  });

  (v1 ? test : test.skip)('leaf weights, which kernels have no more', () => {
    const outcome = run('true', { blockIO: { leafWeight: 100 } });
    expect(outcome.stderr).toMatch(/blockIO\/leafWeight: write "100": .*blkio\.leaf_weight: ENOENT: .*CFQ/);
    const device = run('true', { blockIO: { weightDevice: [{ major, minor, leafWeight: 20 }] } });
    expect(device.stderr).toMatch(
      /blockIO\/weightDevice\/0\/leafWeight: write "\d+:\d+ 20": .*blkio\.leaf_weight_device: ENOENT: .*CFQ/,
    );
  });
});

(v1 ? test : test.skip)('what makes no difference is told by state --warnings', () => {
  const spec = shellSpec('sleep 100');
  Object.assign(spec.linux.resources, { memory: { kernel: 8 * MIB }, cpu: { shares: 1 } });
  writeSpec(bundle, spec);
  const id = caisson.id();
  expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
  const { warnings } = JSON.parse(caisson.call(['state', '--warnings', id]).stdout) as { warnings: string[] };
  expect(warnings).toEqual([
    expect.stringContaining('linux/resources/memory/kernel: the kernel has no limit'),
    'linux/resources/cpu/shares: the kernel takes 1 as 2',
  ]);
  caisson.call(['delete', '--force', id]);
});

test('zero tasks: a limit since runtime-spec 1.3.0, and before that not set', () => {
  // On v2 the file is only there when the controller is asked for.
  const file = `/sys/fs/cgroup/${v1 ? 'pids/' : ''}pids.max`;
  const line = `if test -e ${file}; then cat ${file}; else echo max; fi`;
  const seen = (version: string) => run(line, { pids: { limit: 0 } }, (spec) => (spec.ociVersion = version)).stdout;
  expect(seen('1.2.0')).toBe('max\n');
  const echo = run('echo alone', { pids: { limit: 0 } }, (spec) => (spec.ociVersion = '1.3.0'));
  expect(echo).toMatchObject({ stdout: 'alone\n', status: 0 });
  const fork = run('cat /dev/null; echo again', { pids: { limit: 0 } }, (spec) => (spec.ociVersion = '1.3.0'));
  expect(fork.stderr).toMatch(/can't fork/);
});
