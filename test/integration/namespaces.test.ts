/** Namespaces that a container makes, shares and joins, seen from inside and in /proc of the host. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';
import { pathOf, printSpaces, spaceOf, spacesSpec, type SpaceType } from '../support/spaces.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const OFFSETS = { monotonic: { secs: 500, nanosecs: 7 }, boottime: { secs: 2_000_000 } };
const OTHERS = ['pid', 'network', 'ipc', 'uts', 'cgroup', 'time'] as const;
/** A container with one of each, which others join. */
let other = 0;

beforeAll(() => {
  makeBundle(bundle, spacesSpec('true', {}));
  const spec = spacesSpec('sleep 1000', { cgroup: '', time: '' });
  spec.hostname = 'other';
  spec.linux.timeOffsets = OFFSETS;
  other = runDetached(spec).pid;
});
afterAll(() => caisson.clean());

function run(spec: LooseSpec): string {
  writeSpec(bundle, spec);
  const outcome = caisson.call(['run', '-b', bundle, caisson.id()]);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  return outcome.stdout;
}

function runDetached(spec: LooseSpec): { id: string; pid: number } {
  writeSpec(bundle, spec);
  const id = caisson.id();
  expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
  return { id, pid: caisson.state(id).pid };
}

/** The one line that a refused config gives; nothing is left of it. */
function refusal(spec: LooseSpec): string {
  writeSpec(bundle, spec);
  const id = caisson.id();
  const before = pictureOf(id, [caisson.root]);
  const outcome = caisson.call(['run', '-b', bundle, id]);
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
  expect(pictureOf(id, [caisson.root])).toEqual(before);
  return outcome.stderr;
}

describe('made', () => {
  test("one of each type is nobody else's", () => {
    const types: SpaceType[] = [...OTHERS, 'mount'];
    const inside = run(spacesSpec(printSpaces(...types), { cgroup: '', time: '' }))
      .trim()
      .split('\n');
    expect(inside).toHaveLength(types.length);
    types.forEach((type, index) => {
      expect([spaceOf('self', type), spaceOf(other, type)]).not.toContain(inside[index]);
    });
  });

  test("what is not listed is the runtime's", () => {
    const spec = spacesSpec(printSpaces('network', 'ipc', 'uts'), {
      network: undefined,
      ipc: undefined,
      uts: undefined,
    });
    spec.hostname = '';
    const own = (['network', 'ipc', 'uts'] as const).map((type) => spaceOf('self', type));
    expect(run(spec).trim().split('\n')).toEqual(own);
  });

  test('a time namespace has its offsets', () => {
    const spec = spacesSpec('cat /proc/uptime /proc/self/timens_offsets; readlink /proc/self/ns/time_for_children', {
      time: '',
    });
    spec.linux.timeOffsets = OFFSETS;
    const before = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const [uptime = '', monotonic, boottime, children] = run(spec).trim().split('\n');
    expect(Number(uptime.split(' ')[0])).toBeGreaterThanOrEqual(before + OFFSETS.boottime.secs);
    expect(Number(uptime.split(' ')[0])).toBeLessThan(before + OFFSETS.boottime.secs + 60);
    expect(monotonic?.split(/\s+/)).toEqual(['monotonic', '500', '7']);
    expect(boottime?.split(/\s+/)).toEqual(['boottime', '2000000', '0']);
    expect(children).toMatch(/^time:/);
  });

  test('a clock that would stand before the start of the host', () => {
    const spec = spacesSpec('true', { time: '' });
    spec.linux.timeOffsets = { boottime: { secs: -1_000_000_000 } };
    expect(refusal(spec)).toMatch(
      /linux\/timeOffsets: make the time namespace.*timens_offsets: ERANGE.*before the start/,
    );
  });

  test('its cgroup namespace is rooted at its cgroup', () => {
    const lines = run(spacesSpec('cat /proc/self/cgroup', { cgroup: '' }))
      .trim()
      .split('\n');
    for (const line of lines) expect(line).toMatch(/^\d+:.*:\/$/);
  });
});

describe('joined', () => {
  test.each(OTHERS)('%s', (type) => {
    const spec = spacesSpec(printSpaces(type), { [type]: pathOf(other, type) });
    if (type === 'uts') spec.hostname = '';
    expect(run(spec).trim()).toBe(spaceOf(other, type));
  });

  test('all of another container but its mounts', () => {
    const spec = spacesSpec(
      printSpaces(...OTHERS, 'mount'),
      Object.fromEntries(OTHERS.map((type) => [type, pathOf(other, type)])),
    );
    spec.hostname = '';
    const inside = run(spec).trim().split('\n');
    expect(inside.slice(0, -1)).toEqual(OTHERS.map((type) => spaceOf(other, type)));
    expect(inside.at(-1)).not.toBe(spaceOf(other, 'mount'));
  });

  test('by a path where it was bound', () => {
    const file = join(caisson.directory, 'net');
    writeFileSync(file, '');
    expect(spawnSync('mount', ['--bind', pathOf(other, 'network'), file]).status).toBe(0);
    try {
      expect(run(spacesSpec(printSpaces('network'), { network: file })).trim()).toBe(spaceOf(other, 'network'));
    } finally {
      expect(spawnSync('umount', [file]).status).toBe(0);
    }
  });

  test("a hostname is that of the namespace, when it is another container's", () => {
    const spec = spacesSpec('hostname', { uts: pathOf(other, 'uts') });
    spec.hostname = '';
    expect(run(spec)).toBe('other\n');
  });

  test('the clocks of a time namespace', () => {
    const spec = spacesSpec('cat /proc/uptime', { time: pathOf(other, 'time') });
    expect(Number(run(spec).split(' ')[0])).toBeGreaterThan(OFFSETS.boottime.secs);
  });

  test('no descriptor of a namespace gets in', () => {
    const spaces = Object.fromEntries(OTHERS.map((type) => [type, pathOf(other, type)]));
    const spec = spacesSpec('exec sleep 1000', spaces);
    spec.hostname = '';
    const { pid } = runDetached(spec);
    expect(readdirSync(`/proc/${pid}/fd`)).toEqual(['0', '1', '2']);
  });
});

describe('a joined pid namespace', () => {
  const spec = (line: string) => spacesSpec(line, { pid: pathOf(other, 'pid') });

  test('its process is not pid 1 there, and sees the others', () => {
    const [own = '', ...processes] = run(spec('echo $$; ps')).trim().split('\n');
    expect(Number(own)).toBeGreaterThan(1);
    expect(processes.join('\n')).toMatch(/^\s*1 .*sleep 1000$/m);
  });

  test('state, kill and delete know it by its pid on the host', async () => {
    const { id, pid } = runDetached(spec('trap "exit 3" TERM; while true; do sleep 0.05; done'));
    expect(spaceOf(pid, 'pid')).toBe(spaceOf(other, 'pid'));
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('trap');
    expect(caisson.state(id).status).toBe('running');
    expect(caisson.call(['kill', id, 'TERM'])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(id, 'stopped');
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
    expect(pictureOf(id, [caisson.root]).processes).toEqual([]);
  });

  test('the exit status of a foreground run is its', () => {
    writeSpec(bundle, spec('exit 7'));
    expect(caisson.call(['run', '-b', bundle, caisson.id()]).status).toBe(7);
  });

  test('create and start', async () => {
    const file = join(bundle, 'rootfs/tmp/started');
    const late = spec('echo started > /tmp/started; sleep 1000');
    late.root.readonly = false;
    writeSpec(bundle, late);
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    expect(caisson.state(id)).toMatchObject({ status: 'created' });
    expect(readFileSync(`/proc/${caisson.state(id).pid}/comm`, 'utf8')).toMatch(/caisson|memfd|^\d+\n/);
    expect(caisson.call(['start', id])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(id, 'running');
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe('started\n');
  });

  test('ends with the container whose it is', async () => {
    const holder = runDetached(spacesSpec('sleep 1000', {}));
    const guest = runDetached(spacesSpec('sleep 1000', { pid: pathOf(holder.pid, 'pid') }));
    expect(caisson.call(['delete', '--force', holder.id])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(guest.id, 'stopped');
    expect(caisson.call(['delete', guest.id])).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('shared', () => {
  const none = (line: string) => {
    const spec = spacesSpec(line, Object.fromEntries([...OTHERS, 'mount'].map((type) => [type, undefined])));
    spec.hostname = '';
    spec.linux.maskedPaths = spec.linux.readonlyPaths = [];
    return spec;
  };
  const processes = (id: string) => pictureOf(id).processes;

  test('no namespace at all: a root filesystem and mounts of its own, and nothing of them stays', () => {
    const before = pictureOf('none', [caisson.root]);
    const types = [...OTHERS, 'mount', 'user'] as const;
    const lines = run(none(`${printSpaces(...types)}; ls /`))
      .trim()
      .split('\n');
    expect(lines.slice(0, types.length)).toEqual(types.map((type) => spaceOf('self', type)));
    expect(lines.slice(types.length)).toEqual(['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp']);
    expect(pictureOf('none', [caisson.root])).toEqual(before);
  });

  test('the mounts of the host: they are there while the container is, in its state', async () => {
    const before = pictureOf('none', [caisson.root]);
    const { id } = runDetached(none('sleep 1000'));
    const own = pictureOf(id).mounts.filter((path) => path.startsWith(join(caisson.root, id)));
    expect(own).toContain(join(caisson.root, id, 'rootfs/proc'));
    expect(own).toContain(join(caisson.root, id, 'rootfs/dev/pts'));
    expect(caisson.call(['kill', id, 'KILL'])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(id, 'stopped');
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
    expect(pictureOf('none', [caisson.root])).toEqual(before);
  });

  test('a failing create in them leaves no mount', () => {
    const spec = none('true');
    spec.process.args = ['/bin/none'];
    const before = pictureOf('none', [caisson.root]);
    expect(refusal(spec)).toContain('process/args/0');
    expect(pictureOf('none', [caisson.root])).toEqual(before);
  });

  test('its mounts do not spread', () => {
    // A slave of the mount that the state is on.
    const watcher = spawn('unshare', ['-m', '--propagation', 'slave', 'sleep', '1000']);
    try {
      const { id } = runDetached(none('sleep 1000'));
      const seen = readFileSync(`/proc/${watcher.pid}/mountinfo`, 'utf8');
      expect(seen).not.toContain(`${id}/rootfs/proc`);
      expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
    } finally {
      watcher.kill('SIGKILL');
    }
  });

  test.each([
    ['of the host', () => undefined],
    ['that is joined', () => pathOf(other, 'pid')],
  ])('a pid namespace %s: KILL is for all', async (_, path) => {
    const { id } = runDetached(spacesSpec('sleep 1001 & sleep 1002 & exec sleep 1003', { pid: path() }));
    expect(processes(id)).toHaveLength(3);
    expect(caisson.call(['kill', id, 'KILL'])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(id, 'stopped');
    expect(processes(id)).toEqual([]);
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
  });

  test('what outlives its first process gets signals by --all, and its end by delete', async () => {
    const line = 'sleep 1001 & (trap "" HUP; exec sleep 1002) & exit 0';
    const { id } = runDetached(spacesSpec(line, { pid: undefined }));
    await caisson.until(id, 'stopped');
    expect(processes(id)).toHaveLength(2);
    expect(caisson.call(['kill', id, 'TERM'])).toMatchObject({ status: 1 });
    expect(caisson.call(['kill', '--all', id, 'HUP'])).toMatchObject({ status: 0, stderr: '' });
    while (processes(id).length > 1) await new Promise((done) => setTimeout(done, 10));
    expect(processes(id)).toEqual([expect.stringMatching(/ sleep 1002$/)]);
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
    expect(processes(id)).toEqual([]);
  });

  test('what outlives the first process of a foreground run ends with it', () => {
    writeSpec(bundle, spacesSpec('sleep 1001 & exit 6', { pid: undefined }));
    const id = caisson.id();
    expect(caisson.call(['run', '-b', bundle, id]).status).toBe(6);
    expect(processes(id)).toEqual([]);
  });
});

describe('a joined mount namespace', () => {
  test("becomes the container's: its root is the root of the container", async () => {
    const holder = spawn('unshare', ['-m', 'sleep', '1000']);
    try {
      while (spaceOf(holder.pid!, 'mount') === spaceOf('self', 'mount'))
        await new Promise((done) => setTimeout(done, 10));
      const before = pictureOf('none').mounts;
      const text = run(spacesSpec('readlink /proc/self/ns/mnt; ls /', { mount: pathOf(holder.pid!, 'mount') }));
      expect(text).toBe(`${spaceOf(holder.pid!, 'mount')}\nbin\ndev\netc\nproc\nroot\nsys\ntmp\n`);
      expect(pictureOf('none').mounts).toEqual(before);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  test('not the one of the host, which would lose its root', () => {
    const spec = spacesSpec('true', { mount: '/proc/self/ns/mnt' });
    expect(refusal(spec)).toContain('(it is the mount namespace of caisson itself)');
  });
});

describe('a path that leads to', () => {
  const place = (name: string) => join(caisson.directory, name);
  const joining = (type: SpaceType, path: string) => refusal(spacesSpec('true', { [type]: path }));

  test('a namespace of another type', () => {
    const line = joining('network', pathOf(other, 'pid'));
    expect(line).toContain(
      'linux/namespaces/4/path: join the network namespace (it is a pid namespace, not a network namespace)',
    );
    expect(line).toContain(pathOf(other, 'pid'));
  });

  test.each(OTHERS)('a user namespace for %s', (type) => {
    const spec = spacesSpec('true', { [type]: '/proc/self/ns/user' });
    spec.hostname = '';
    expect(refusal(spec)).toMatch(`(it is a user namespace, not a ${type} namespace)`);
  });

  test('nothing', () => {
    expect(joining('ipc', place('none'))).toMatch(
      /linux\/namespaces\/4\/path: join the ipc namespace: open .*none: ENOENT.*ended\?/,
    );
  });

  test('a process that has ended', () => {
    const { pid } = spawnSync('true');
    expect(joining('network', pathOf(pid, 'network'))).toMatch(/linux\/namespaces\/4\/path.*ENOENT/);
  });

  test('a file, a directory, a FIFO that nobody writes to, a device', () => {
    writeFileSync(place('file'), 'text');
    mkdirSync(place('directory'));
    spawnSync('mkfifo', [place('fifo')]);
    for (const path of [...['file', 'directory', 'fifo'].map(place), '/dev/null', '/proc/self/status']) {
      expect(joining('ipc', path)).toContain(`(it is no namespace): fstatfs ${path}: EINVAL`);
    }
  });

  test('the uts namespace of the host, when the host would be renamed', () => {
    expect(joining('uts', '/proc/self/ns/uts')).toMatch(
      /join the uts namespace \(it is the uts namespace of caisson itself\)/,
    );
  });

  test('the network of the host is fine', () => {
    const spec = spacesSpec(printSpaces('network'), { network: '/proc/self/ns/net' });
    expect(run(spec).trim()).toBe(spaceOf('self', 'network'));
  });

  test('a namespace of a type that is listed already', () => {
    const spec = spacesSpec('true', { ipc: '' });
    spec.linux.namespaces.push({ type: 'ipc', path: pathOf(other, 'ipc') });
    expect(refusal(spec)).toContain('linux/namespaces/5: names the ipc namespace again, after linux/namespaces/4');
  });
});
