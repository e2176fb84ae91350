/** The cgroups of a container for real: where it is, what limits it, which devices it may use, and what stays of it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Device, DeviceRule, MemoryLimits, Namespace, PidsLimits } from '../../lib/spec/types.gen.js';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { cgroupMounts } from '../support/host.js';

/** What the tests change of the default spec. */
interface Draft {
  process: { capabilities: Record<'bounding' | 'effective' | 'permitted', string[]> };
  linux: {
    cgroupsPath?: string;
    namespaces: Namespace[];
    devices?: Device[];
    resources: { devices: DeviceRule[]; memory?: MemoryLimits; pids?: PidsLimits };
  };
}
type Change = (spec: Draft) => void;

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
/** Below this parent is everything that this file makes itself. */
const parent = `/caisson-test-${process.pid}`;
const mounts = cgroupMounts();
const EXECUTABLE = join(import.meta.dirname, '../../dist/bin/caisson');

/** Directories of a cgroup path, as far as they are there. */
const directories = (path: string) => mounts.map((mount) => mount + path).filter(existsSync);

/** Removes cgroups and those below them, which must be empty. */
function removeTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(directory, entry.name));
  }
  rmdirSync(directory);
}

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => {
  caisson.clean();
  directories(parent).forEach(removeTree);
});

function write(line: string, change: Change): void {
  const spec = shellSpec(line) as Draft;
  change(spec);
  writeSpec(bundle, spec);
}

function run(line: string, change: Change = () => undefined): Outcome {
  write(line, change);
  return caisson.call(['run', '-b', bundle, caisson.id()]);
}

function inside(line: string, change: Change = () => undefined): string {
  const outcome = run(line, change);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  return outcome.stdout;
}

const CAPABILITY_SETS = ['bounding', 'effective', 'permitted'] as const;

/** A kernel log that every host has, and no container may open unless it is told. */
const KMSG = { type: 'c', path: '/dev/kmsg', major: 1, minor: 11, fileMode: 0o666 };
const OPEN_KMSG = 'true < /dev/kmsg && echo opened';

describe('limits', () => {
  test('memory.limit and pids.limit are what the kernel says', () => {
    const change: Change = ({ linux }) => {
      linux.resources.memory = { limit: 64 * 1024 * 1024 };
      linux.resources.pids = { limit: 17 };
    };
    const files = ['memory/memory.limit_in_bytes', 'memory.max', 'pids/pids.max', 'pids.max'];
    const paths = files.map((file) => `/sys/fs/cgroup/${file}`).join(' ');
    expect(inside(`for f in ${paths}; do test -e $f && cat $f; done; true`, change)).toBe('67108864\n17\n');
  });

  test('a process too many cannot be forked', () => {
    const line = 'for i in 1 2 3 4 5 6; do sleep 5 & done; echo all';
    const outcome = run(line, ({ linux }) => (linux.resources.pids = { limit: 3 }));
    expect(outcome.stderr).toMatch(/can't fork/);
    expect(outcome.stdout).toBe('');
  });

  test('too much memory ends the process', () => {
    const change: Change = ({ linux }) => (linux.resources.memory = { limit: 16 * 1024 * 1024 });
    const outcome = run('exec dd if=/dev/zero of=/dev/null bs=64M count=1 2>/dev/null', change);
    expect(outcome.status).toBe(128 + 9);
  });

  test('a limit of no process still starts a container', () => {
    expect(inside('echo alone', ({ linux }) => (linux.resources.pids = { limit: 0 }))).toBe('alone\n');
  });
});

describe('devices', () => {
  test('a node that is not allowed cannot be opened', () => {
    const outcome = run(OPEN_KMSG, ({ linux }) => (linux.devices = [KMSG]));
    expect(outcome.stderr).toMatch(/Operation not permitted/);
    expect(outcome.stdout).toBe('');
  });

  test('one that is allowed can', () => {
    const change: Change = ({ linux, process }) => {
      linux.devices = [KMSG];
      linux.resources.devices.push({ allow: true, type: 'c', major: 1, minor: 11, access: 'r' });
      for (const set of CAPABILITY_SETS) process.capabilities[set].push('CAP_SYSLOG');
    };
    expect(inside(OPEN_KMSG, change)).toBe('opened\n');
  });

  test('kind, number, mode and owner of a node are as the config has them', () => {
    const owned = { fileMode: 0o640, uid: 7, gid: 8 };
    const change: Change = ({ linux }) => {
      linux.devices = [
        { type: 'c', path: '/dev/deep/one', major: 10, minor: 200, ...owned },
        { type: 'b', path: '/dev/two', major: 7, minor: 0, uid: 9 },
        { type: 'p', path: '/dev/three', gid: 10 },
      ];
    };
    const seen = inside('stat -c "%n %a %u:%g %t:%T %F" /dev/deep/one /dev/two /dev/three', change);
    expect(seen.trimEnd().split('\n')).toEqual([
      '/dev/deep/one 640 7:8 a:c8 character special file',
      '/dev/two 666 9:0 7:0 block special file',
      '/dev/three 666 0:10 0:0 fifo',
    ]);
  });

  test('one that is allowed to be read, and another kind of access, another number, another kind', () => {
    const nodes = [KMSG, { ...KMSG, path: '/dev/kmem', minor: 2 }, { ...KMSG, path: '/dev/ram11', type: 'b' }];
    const change: Change = ({ linux, process }) => {
      linux.devices = nodes;
      linux.resources.devices.push({ allow: true, type: 'c', major: 1, minor: 11, access: 'r' });
      for (const set of CAPABILITY_SETS) process.capabilities[set].push('CAP_SYSLOG', 'CAP_SYS_RAWIO');
    };
    const ways = ['< /dev/kmsg', '> /dev/kmsg', '< /dev/kmem', '< /dev/ram11'];
    const line = ways.map((way) => `(true ${way}) 2>&1 && echo opened`).join('; ');
    const denied: unknown = expect.stringContaining('Operation not permitted');
    expect(run(line, change).stdout.trimEnd().split('\n')).toEqual(['opened', denied, denied, denied]);
  });

  test('a node of any device can be made, and not be opened', () => {
    const change: Change = ({ process }) => {
      for (const set of CAPABILITY_SETS) process.capabilities[set].push('CAP_MKNOD');
    };
    const outcome = run('mknod /dev/disk b 8 0 && echo made; true < /dev/disk && echo opened', change);
    expect(outcome.stdout).toBe('made\n');
    expect(outcome.stderr).toMatch(/Operation not permitted/);
  });
});

describe('the path', () => {
  test('an absolute one is below every mount point, and removed', () => {
    const path = `${parent}/deep/er`;
    const seen = inside('cat /proc/self/cgroup', ({ linux }) => (linux.cgroupsPath = path));
    const paths = seen
      .trim()
      .split('\n')
      .map((line) => line.split(':')[2]);
    // A hierarchy of v1 that somebody has mounted and unmounted stays in the list: nobody can make a cgroup there.
    expect(paths.filter((one) => one !== '/')).toEqual(mounts.map(() => path));
    expect(directories(path)).toEqual([]);
    expect(directories(`${parent}/deep`)).toHaveLength(mounts.length);
  });

  test('a relative one is below /caisson, which stays', () => {
    const path = `relative-${process.pid}`;
    const seen = inside('cat /proc/self/cgroup', ({ linux }) => (linux.cgroupsPath = `../${path}/`));
    expect(seen).toMatch(new RegExp(`:/caisson/${path}\n`));
    expect(directories(`/caisson/${path}`)).toEqual([]);
    expect(directories('/caisson')).toHaveLength(mounts.length);
  });

  test.each(['/', '/caisson', '..'])('%s is refused', (path) => {
    const outcome = run('true', ({ linux }) => (linux.cgroupsPath = path));
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(/linux\/cgroupsPath/);
  });
});

describe('cgroups that are there already', () => {
  test('an empty one is taken, limited, and removed at the end; what is above it stays', () => {
    const path = `${parent}/there`;
    for (const mount of mounts) mkdirSync(mount + path, { recursive: true });
    const change: Change = ({ linux }) => {
      linux.cgroupsPath = path;
      linux.resources.pids = { limit: 11 };
    };
    expect(inside('cat /proc/self/cgroup', change)).toContain(`:${path}\n`);
    expect(directories(path)).toEqual([]);
    expect(directories(parent)).toHaveLength(mounts.length);
  });

  test('containers can be nested by their paths, and the outer one keeps the inner one', () => {
    const [outer, inner] = [caisson.id(), caisson.id()];
    write('exec sleep 1000 >/dev/null 2>&1', ({ linux }) => (linux.cgroupsPath = `${parent}/outer`));
    expect(caisson.call(['run', '-d', '-b', bundle, outer])).toMatchObject({ stderr: '', status: 0 });
    expect(inside('true', ({ linux }) => (linux.cgroupsPath = `${parent}/outer/inner`))).toBe('');
    expect(directories(`${parent}/outer/inner`)).toEqual([]);
    write('true', ({ linux }) => (linux.cgroupsPath = `${parent}/outer`));
    expect(caisson.call(['run', '-b', bundle, inner]).stderr).toMatch(/EBUSY/);
    expect(caisson.call(['state', outer]).stdout).toMatch(/"status": "running"/);
    expect(caisson.call(['delete', '--force', outer])).toMatchObject({ stderr: '', status: 0 });
    expect(directories(`${parent}/outer`)).toEqual([]);
  });
});

describe('--cgroup-manager disabled', () => {
  const disabled = (verb: string, ...words: string[]): Outcome =>
    caisson.call(['--cgroup-manager', 'disabled', verb, ...words]);

  test('the container is in the cgroups of its caller, and none is made', () => {
    // In a cgroup namespace it would be the root of its own sight.
    write('cat /proc/self/cgroup; ls /sys/fs/cgroup', ({ linux }) => {
      linux.namespaces = linux.namespaces.filter(({ type }) => type !== 'cgroup');
    });
    const id = caisson.id();
    const outcome = disabled('run', '-b', bundle, id);
    expect(outcome).toMatchObject({ stderr: '', status: 0 });
    expect(outcome.stdout).toBe(readFileSync('/proc/self/cgroup', 'utf8'));
    expect(directories(`/caisson/${id}`)).toEqual([]);
  });

  test('exec and delete work, what needs a cgroup says that there is none', () => {
    write('exec sleep 1000 >/dev/null 2>&1', () => undefined);
    const id = caisson.id();
    expect(disabled('run', '-d', '-b', bundle, id)).toMatchObject({ stderr: '', status: 0 });
    expect(caisson.call(['state', '--warnings', id]).stdout).toMatch(/cgroups are disabled/);
    expect(caisson.call(['exec', id, 'echo', 'here'])).toMatchObject({ stdout: 'here\n', status: 0 });
    for (const words of [
      ['pause', id],
      ['ps', id],
      ['update', '--pids-limit', '9', id],
    ]) {
      expect(caisson.call(words).stderr).toMatch(/made with --cgroup-manager disabled/);
    }
    expect(caisson.call(['kill', id, 'KILL']).status).toBe(0);
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
  });

  test('a limit is refused: nobody would hold it', () => {
    write('true', ({ linux }) => (linux.resources.pids = { limit: 9 }));
    const outcome = disabled('run', '-b', bundle, caisson.id());
    expect(outcome.stderr).toMatch(/linux\/resources\/pids\/limit: .*cgroups are disabled/);
    expect(outcome.status).toBe(1);
  });
});

test('--systemd-cgroup where no bus answers says so, and makes nothing', () => {
  write('true', () => undefined);
  const id = caisson.id();
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${caisson.directory}/no-bus` };
  const words = ['--root', caisson.root, '--systemd-cgroup', 'run', '-b', bundle, id];
  const { stderr, status } = spawnSync(EXECUTABLE, words, { encoding: 'utf8', env });
  expect(stderr).toMatch(/^caisson: error: cannot use the message bus at unix:path=.*\/no-bus: .*ENOENT/);
  expect(status).toBe(1);
  expect(caisson.call(['state', id]).stderr).toMatch(/does not exist/);
});

describe('a cgroup with somebody in it', () => {
  const path = `${parent}/taken`;
  let stranger: ChildProcess;

  beforeAll(() => {
    stranger = spawn('sleep', ['1000'], { stdio: 'ignore' });
    for (const mount of mounts) {
      for (const level of [parent, path]) {
        const directory = mount + level;
        mkdirSync(directory, { recursive: true });
        for (const file of ['cpuset.cpus', 'cpuset.mems']) {
          if (!existsSync(join(directory, file)) || existsSync(join(directory, 'cgroup.controllers'))) continue;
          writeFileSync(join(directory, file), readFileSync(join(directory, '..', file)));
        }
      }
      writeFileSync(join(mount + path, 'cgroup.procs'), String(stranger.pid));
    }
  });
  afterAll(async () => {
    if (stranger.exitCode !== null || stranger.signalCode !== null) return;
    const ended = new Promise((resolve) => stranger.once('exit', resolve));
    stranger.kill('SIGKILL');
    await ended;
  });

  test.each([
    ['its own', path],
    ['that of a cgroup above it', parent],
  ])('is not taken over as %s: the stranger lives, and its cgroup stays', async (_, cgroupsPath) => {
    const outcome = run('true', ({ linux }) => (linux.cgroupsPath = cgroupsPath));
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(/EBUSY/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stranger.signalCode).toBeNull();
    expect(directories(path)).toHaveLength(mounts.length);
  });
});

describe('cgroup v2 alone', () => {
  /**
   * Runs with cgroup v2 at /sys/fs/cgroup: on a host that has it elsewhere in a mount namespace of its own, where it is v2
   * without the controllers that v1 has.
   */
  function runOnV2(line: string, change: Change = () => undefined): Outcome {
    if (mounts.length === 1 && existsSync('/sys/fs/cgroup/cgroup.controllers')) return run(line, change);
    write(line, change);
    const script = `mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec ${EXECUTABLE} --root ${caisson.root} "$@"`;
    const words = ['run', '-b', bundle, caisson.id()];
    const result = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...words], { encoding: 'utf8', input: '' });
    return { status: result.status ?? -1, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
  }
  const cgroupNamespace: Change = ({ linux }) => linux.namespaces.push({ type: 'cgroup' });

  test('init is born in the cgroup, and sees it alone', () => {
    const line = 'grep ^0: /proc/self/cgroup; cat /sys/fs/cgroup/cgroup.procs';
    const outcome = runOnV2(line);
    expect(outcome).toMatchObject({ stderr: '', status: 0 });
    expect(outcome.stdout).toMatch(/^0::\/caisson\/test-.*\n1\n/);
  });

  test('in a cgroup namespace its cgroup is the root', () => {
    const line = 'grep ^0: /proc/self/cgroup; grep " cgroup2 " /proc/self/mounts; cat /sys/fs/cgroup/cgroup.procs';
    const outcome = runOnV2(line, cgroupNamespace);
    expect(outcome).toMatchObject({ stderr: '', status: 0 });
    expect(outcome.stdout).toMatch(/^0::\/\ncgroup2? \/sys\/fs\/cgroup cgroup2 ro,nosuid,nodev,noexec.*\n1\n/);
  });

  test('the device program denies and allows', () => {
    const denied = runOnV2(OPEN_KMSG, ({ linux }) => (linux.devices = [KMSG]));
    expect(denied.stderr).toMatch(/Operation not permitted/);
    const allowed = runOnV2(OPEN_KMSG, ({ linux, process }) => {
      linux.devices = [KMSG];
      linux.resources.devices.push({ allow: true, type: 'c', major: 1, minor: 11, access: 'r' });
      for (const set of CAPABILITY_SETS) process.capabilities[set].push('CAP_SYSLOG');
    });
    expect(allowed).toMatchObject({ stderr: '', stdout: 'opened\n', status: 0 });
  });

  test('a limit whose controller is missing is refused, and one that is there is enabled', () => {
    const outcome = runOnV2('cat /sys/fs/cgroup/pids.max', ({ linux }) => (linux.resources.pids = { limit: 9 }));
    const unified = mounts.find((mount) => existsSync(join(mount, 'cgroup.controllers'))) ?? '';
    if (readFileSync(join(unified, 'cgroup.controllers'), 'utf8').includes('pids')) {
      expect(outcome).toMatchObject({ stdout: '9\n', status: 0 });
    } else {
      expect(outcome.status).toBe(1);
      expect(outcome.stderr).toMatch(/linux\/resources\/pids\/limit: .*no pids cgroup controller/);
    }
  });
});
