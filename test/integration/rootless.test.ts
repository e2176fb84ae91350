/**
 * Containers of an ordinary user: every verb, without privilege, on whatever cgroups this host has; and what such a user
 * cannot be given. Cgroups that are delegated are tested in a virtual machine (test/vm/plain/rootless.test.ts).
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';
import { GRANTED, GRANTED_COUNT, OrdinaryUser } from '../support/ordinaryUser.js';

const user = new OrdinaryUser(61_234);
const { caisson } = user;
const bundle = join(user.home, 'bundle');
const rootfs = join(bundle, 'rootfs');
const granted = user.granted();

beforeAll(() => {
  makeBundle(bundle, rootless('true'));
  user.give(bundle);
});
afterAll(() => {
  const left = readdirSync(caisson.root).filter((name) => !name.startsWith('.'));
  granted.clean();
  caisson.clean();
  expect(left).toEqual([]);
});

const rootless = (line: string): LooseSpec => user.spec(line);

/** With ranges that newuidmap grants; root is the user, the others are those of /etc/subuid. */
function ranged(line: string): LooseSpec {
  const spec = rootless(line);
  const rest = { containerID: 1, hostID: GRANTED, size: GRANTED_COUNT - 1 };
  spec.linux.uidMappings = [...spec.linux.uidMappings, rest];
  spec.linux.gidMappings = [...spec.linux.gidMappings, rest];
  return spec;
}

function run(spec: LooseSpec, by = caisson, words: readonly string[] = []): string {
  writeSpec(bundle, spec);
  const outcome = by.call(['run', ...words, '-b', bundle, by.id()]);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  return outcome.stdout;
}

/** The line of an error; nothing is left. */
function refusal(spec: LooseSpec, by = caisson, words: readonly string[] = []): string {
  writeSpec(bundle, spec);
  const id = by.id();
  const before = pictureOf(id, [by.root]);
  const outcome = by.call([...words, 'run', '-b', bundle, id]);
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
  expect(pictureOf(id, [by.root])).toEqual(before);
  return outcome.stderr;
}

const status = (pid: number, field: string) =>
  new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.trim() ?? '';

describe('spec --rootless', () => {
  /** Both run a container with a shell on the config that `program` writes. */
  function written(program: readonly string[]): LooseSpec {
    const directory = user.give(mkdtempSync(join(user.home, 'spec-')));
    expect(user.run([...program, 'spec', '--rootless'], { cwd: directory })).toMatchObject({ stderr: '', status: 0 });
    return JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8'));
  }

  test('is what runc writes, but for what runc without it has otherwise as well', () => {
    const [ours, theirs] = [written(Caisson.executable), written(['runc'])];
    for (const name of ['mounts', 'root']) expect(ours[name]).toEqual(theirs[name]);
    for (const name of ['uidMappings', 'gidMappings', 'namespaces', 'resources'])
      expect(ours.linux[name]).toEqual(theirs.linux[name]);
    expect(ours.linux.uidMappings).toEqual([{ containerID: 0, hostID: user.id, size: 1 }]);
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    expect(Object.keys(ours.linux)).toEqual(Object.keys(theirs.linux));
  });

  test.each(['caisson', 'runc'])('caisson runs what %s writes, and runc does', (name) => {
    const spec = written(name === 'runc' ? ['runc'] : Caisson.executable);
    spec.process.terminal = false;
    spec.process.args = ['/bin/sh', '-c', 'id -u; cat /proc/self/uid_map; head -c 4 /dev/zero | wc -c'];
    const said = run(spec);
    expect(said.split(/\s+/)).toEqual(['0', '0', String(user.id), '1', '4', '']);
    const root = user.directory('runc-state');
    const theirs = user.run(['runc', '--root', root, 'run', '-b', bundle, caisson.id()]);
    expect(theirs).toMatchObject({ stdout: said, status: 0 });
  });
});

describe('every verb', () => {
  test('a life', async () => {
    writeSpec(bundle, rootless('trap "exit 7" TERM; sleep 1000 & wait'));
    const id = caisson.id();
    const before = pictureOf(id, [caisson.root]);
    expect(caisson.detach(['create', '-b', bundle, '--pid-file', join(user.home, 'pid'), id]).status).toBe(0);
    const { pid, status: now } = caisson.state(id);
    expect(now).toBe('created');
    expect(readFileSync(join(user.home, 'pid'), 'utf8')).toBe(String(pid));
    expect(status(pid, 'Uid').split('\t')).toEqual(Array(4).fill(String(user.id)));
    expect(caisson.call(['start', id])).toMatchObject({ stderr: '', status: 0 });
    expect(caisson.state(id).status).toBe('running');
    expect(caisson.call(['list', '-q']).stdout).toContain(`${id}\n`);
    expect(caisson.call(['exec', id, 'id', '-u'])).toMatchObject({ stdout: '0\n', stderr: '', status: 0 });
    expect(caisson.call(['exec', id, 'sh', '-c', 'exit 9']).status).toBe(9);
    expect(caisson.call(['delete', id]).stderr).toContain('it is running');
    expect(caisson.call(['kill', id])).toMatchObject({ stderr: '', status: 0 });
    await caisson.until(id, 'stopped');
    expect(caisson.call(['delete', id])).toMatchObject({ stderr: '', status: 0 });
    expect(pictureOf(id, [caisson.root])).toEqual(before);
  });

  test('exec joins every namespace, with a user, a terminal and a process file', () => {
    writeSpec(bundle, rootless('sleep 1000'));
    const id = caisson.id();
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    const { pid } = caisson.state(id);
    const line = 'for one in user pid mnt ipc uts net; do readlink /proc/self/ns/$one; done';
    const own = ['user', 'pid', 'mnt', 'ipc', 'uts', 'net'].map((name) => readLink(`/proc/${pid}/ns/${name}`));
    expect(caisson.call(['exec', id, 'sh', '-c', line]).stdout.trim().split('\n')).toEqual(own);
    expect(caisson.call(['exec', '--tty', id, 'tty']).stdout).toMatch(/^\/dev\/pts\/\d+\r\n$/);
    const file = join(user.home, 'process.json');
    writeFileSync(file, JSON.stringify({ args: ['/bin/sh', '-c', 'echo $A; pwd'], cwd: '/tmp', env: ['A=b'] }));
    expect(caisson.call(['exec', '--process', file, id])).toMatchObject({ stdout: 'b\n/tmp\n', stderr: '', status: 0 });
    const detached = ['exec', '--detach', '--pid-file', join(user.home, 'exec-pid'), id, 'sleep', '1000'];
    expect(caisson.detach(detached).status).toBe(0);
    expect(status(Number(readFileSync(join(user.home, 'exec-pid'), 'utf8')), 'Uid')).toContain(String(user.id));
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
  });

  test('a second container joins the user namespace of the first, and what belongs to it', () => {
    writeSpec(bundle, rootless('sleep 1000'));
    const first = caisson.id();
    expect(caisson.detach(['run', '--detach', '-b', bundle, first]).status).toBe(0);
    const { pid } = caisson.state(first);
    const spec = rootless('for one in user ipc uts; do readlink /proc/self/ns/$one; done');
    delete spec.hostname;
    for (const space of spec.linux.namespaces)
      if (['user', 'ipc', 'uts'].includes(space.type)) space.path = `/proc/${pid}/ns/${space.type}`;
    const links = ['user', 'ipc', 'uts'].map((name) => readLink(`/proc/${pid}/ns/${name}`));
    expect(run(spec).trim().split('\n')).toEqual(links);
    expect(caisson.call(['delete', '--force', first]).status).toBe(0);
  });

  test("root of the host in a user's namespace keeps none of its groups, though groups may not be set there", () => {
    writeSpec(bundle, rootless('sleep 1000'));
    const first = caisson.id();
    expect(caisson.detach(['run', '--detach', '-b', bundle, first]).status).toBe(0);
    const { pid } = caisson.state(first);
    const root = new Caisson();
    const joined = rootless('grep Groups: /proc/self/status');
    delete joined.process.rlimits;
    for (const space of joined.linux.namespaces) if (space.type === 'user') space.path = `/proc/${pid}/ns/user`;
    writeSpec(bundle, joined);
    const words = root.words(['run', '-b', bundle, root.id()]);
    const outcome = spawnSync('setpriv', ['--groups', '0,6', ...words], { encoding: 'utf8' });
    root.clean();
    expect(outcome).toMatchObject({ stderr: '', status: 0, stdout: expect.stringMatching(/^Groups:\s*$/) });
    expect(caisson.call(['delete', '--force', first]).status).toBe(0);
  });

  test('root of the host believes no record that a user may write', () => {
    writeSpec(bundle, rootless('sleep 1000'));
    const id = caisson.id();
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    const byRoot = ['--root', caisson.root, 'kill', id, 'KILL'];
    const ended = spawnSync(Caisson.executable[0] ?? '', byRoot, { encoding: 'utf8' });
    expect(ended.stderr).toMatch(/^caisson: error: somebody else may write to the state: /);
    expect(caisson.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
  });

  test('a foreground run has the status of its program, a terminal and its input', () => {
    writeSpec(bundle, rootless('read line; echo "got $line"; exit 3'));
    expect(caisson.call(['run', '-b', bundle, caisson.id()], { input: 'this\n' })).toMatchObject({
      stdout: 'got this\n',
      stderr: '',
      status: 3,
    });
    const spec = rootless('tty; test -c /dev/console && echo console');
    spec.process.terminal = true;
    expect(run(spec)).toBe('/dev/pts/0\r\nconsole\r\n');
  });
});

test('what asks for the cgroup of a container says that there is none', () => {
  writeSpec(bundle, rootless('sleep 1000'));
  const id = caisson.id();
  expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
  expect(caisson.call(['state', '--warnings', id]).stdout).toMatch(/the container has no cgroup of its own: /);
  for (const verb of [['pause'], ['ps'], ['update', '--pids-limit', '5'], ['events', '--stats']]) {
    const { stderr, status } = caisson.call([...verb, id]);
    if (verb[0] !== 'events') expect([status, stderr]).toEqual([1, expect.stringMatching(/no cgroup .*user/)]);
  }
  expect(caisson.call(['delete', '--force', id]).status).toBe(0);
});

describe('ranges of ids', () => {
  test('are those that /etc/subuid grants', () => {
    const said = run(ranged('cat /proc/self/uid_map; cat /proc/self/gid_map; cat /proc/self/setgroups'), granted);
    const map = [`0 ${user.id} 1`, `1 ${GRANTED} ${GRANTED_COUNT - 1}`];
    const lines = said.trim().split('\n');
    expect(lines.map((line) => line.trim().replace(/\s+/g, ' '))).toEqual([...map, ...map, 'allow']);
  });

  test('another user than root, with groups, and exec as a third', () => {
    const spec = ranged('id -u; id -g; id -G; touch /tmp/file; sleep 1000');
    spec.process.user = { uid: 1000, gid: 1000, additionalGids: [5, 44] };
    spec.root.readonly = false;
    user.give(join(rootfs, 'tmp'), GRANTED + 999);
    writeSpec(bundle, spec);
    const id = granted.id();
    expect(granted.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    const { pid } = granted.state(id);
    expect(status(pid, 'Uid').split('\t')).toEqual(Array(4).fill(String(GRANTED + 999)));
    expect(status(pid, 'Groups').split(' ')).toEqual([GRANTED + 4, GRANTED + 43].map(String));
    const exec = (...words: string[]) => granted.call(['exec', ...words]).stdout;
    expect(exec('--user', '7:8', '-g', '9', id, 'id')).toBe('uid=7 gid=8 groups=5,9,44\n');
    expect(exec('--user', '0', id, 'id', '-u')).toBe('0\n');
    expect(granted.call(['kill', id, 'KILL'])).toMatchObject({ stderr: '', status: 0 });
    expect(granted.call(['delete', '--force', id])).toMatchObject({ stderr: '', status: 0 });
    expect(statSync(join(rootfs, 'tmp/file')).uid).toBe(GRANTED + 999);
    rmSync(join(rootfs, 'tmp/file'));
  });

  test('root is not the caller: paths that only the caller may walk are found all the same', () => {
    const spec = ranged('id -u; cat /mnt/secret');
    const all = [{ containerID: 0, hostID: GRANTED, size: GRANTED_COUNT }];
    Object.assign(spec.linux, { uidMappings: all, gidMappings: all });
    const closed = user.directory('closed');
    writeFileSync(join(closed, 'secret'), 'seen\n');
    chmodSync(closed, 0o700);
    user.give(rootfs, GRANTED);
    spec.mounts.push({ destination: '/mnt', type: 'bind', source: closed, options: ['bind'] });
    writeSpec(bundle, spec);
    const outcome = granted.call(['run', '-b', bundle, granted.id()]);
    user.give(rootfs);
    // Root of the container is nobody to that directory: it is there, and closed.
    expect(outcome.stdout).toBe('0\n');
    expect(outcome.stderr).toMatch(/secret'?: Permission denied/);
  });

  test('ids that are not granted', () => {
    const spec = ranged('true');
    spec.linux.uidMappings[1].size = GRANTED_COUNT + 1;
    expect(refusal(spec, granted)).toMatch(
      /linux\/uidMappings: map the ids 0 to 0 as .* newuidmap: .*not allowed \(ranges .*\/etc\/subuid, in a line USER:FIRST:COUNT/,
    );
  });

  test('no programs to map them', () => {
    writeSpec(bundle, ranged('true'));
    const words = [...Caisson.executable, '--root', caisson.root, 'run', '-b', bundle, caisson.id()];
    const outcome = user.run(['env', `PATH=relative:/root/closed:${user.home}`, ...words]);
    expect(outcome.stderr).toBe(
      "caisson: error: linux/uidMappings: newuidmap is not in PATH, and these ids are not the caller's alone" +
        ` (install it (package uidmap), or map only {"containerID": 0, "hostID": ${user.id}, "size": 1})\n`,
    );
    expect(outcome.status).toBe(1);
  });
});

describe('what a container gets all the same', () => {
  test('devices of the host, and no way to make others', () => {
    const line = 'echo x >/dev/null; head -c 3 /dev/urandom | wc -c; mknod /dev/sda b 8 0 2>&1; ls /dev';
    expect(run(rootless(line))).toMatch(/^3\nmknod: .*not permitted\n/);
  });

  test('two hundred bind mounts, seccomp, limits, hooks, a hostname', () => {
    const spec = rootless('hostname; grep -c /mnt /proc/self/mountinfo; grep Seccomp: /proc/self/status; ulimit -n');
    const source = user.directory('source');
    for (let i = 0; i < 200; i++) {
      spec.mounts.push({ destination: `/tmp/mnt/${i}`, type: 'bind', source, options: ['bind', 'ro'] });
    }
    spec.root.readonly = false;
    spec.process.rlimits = [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }];
    spec.linux.seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['swapon'], action: 'SCMP_ACT_ERRNO' }],
    };
    const said = join(user.home, 'hook');
    spec.hooks = { createRuntime: [{ path: '/bin/sh', args: ['sh', '-c', `id -u >${said}`] }] };
    expect(run(spec)).toBe('caisson\n200\nSeccomp:\t2\n100\n');
    expect(readFileSync(said, 'utf8')).toBe(`${user.id}\n`);
    user.give(rootfs);
    rmSync(join(rootfs, 'tmp/mnt'), { recursive: true });
  });

  test('a new network, a sysfs of it, and settings', () => {
    const spec = rootless('cat /proc/sys/net/ipv4/ip_forward; ls /sys/class/net');
    spec.linux.namespaces.push({ type: 'network' });
    spec.linux.sysctl = { 'net.ipv4.ip_forward': '1' };
    spec.mounts = spec.mounts.map((mount: { destination: string }) =>
      mount.destination === '/sys' ? { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] } : mount,
    );
    expect(run(spec)).toMatch(/^1\n(\w+\n)*lo\n/);
  });

  test("a sysfs where the network is the host's: that of the host, read-only", () => {
    const spec = rootless('ls /sys/class/net; touch /sys/file 2>&1');
    spec.mounts = spec.mounts.map((mount: { destination: string }) =>
      mount.destination === '/sys' ? { destination: '/sys', type: 'sysfs', source: 'sysfs' } : mount,
    );
    writeSpec(bundle, spec);
    expect(caisson.call(['run', '-b', bundle, caisson.id()]).stdout).toMatch(/lo\n[^]*Read-only file system/);
  });

  test("groups of the caller stay, and are nobody's inside", () => {
    const words = ['setpriv', `--reuid=${user.id}`, `--regid=${user.id}`, `--groups=${user.id + 5}`];
    const other = new Caisson(caisson.directory, [...words, ...Caisson.executable]);
    chmodSync(other.directory, 0o755);
    mkdirSync(other.root);
    user.give(other.root);
    expect(run(rootless('grep Groups: /proc/self/status; cat /proc/self/setgroups'), other)).toBe(
      'Groups:\t65534 \ndeny\n',
    );
    other.clean();
  });

  test('init from a file, where no memfd may be executed', () => {
    writeSpec(bundle, rootless('echo ran'));
    const line = `echo 2 >/proc/sys/vm/memfd_noexec && exec "$@"`;
    const id = caisson.id();
    const words = ['unshare', '--pid', '--fork', '--mount-proc', 'sh', '-c', line, 'sh'];
    const all = [...words, ...caisson.words(['run', '-b', bundle, id])];
    expect(spawnSync(all[0] ?? '', all.slice(1), { encoding: 'utf8' })).toMatchObject({ stdout: 'ran\n', status: 0 });
  });
});

describe('what cannot be had', () => {
  test.each<[string, (spec: LooseSpec) => void, RegExp]>([
    [
      'no user namespace',
      (spec) => {
        spec.linux.namespaces = spec.linux.namespaces.filter(({ type }: { type: string }) => type !== 'user');
        delete spec.linux.uidMappings;
        delete spec.linux.gidMappings;
      },
      /linux\/namespaces: a user without privilege needs a user namespace .*spec --rootless/,
    ],
    [
      'additional groups',
      (spec) => (spec.process.user.additionalGids = [0]),
      /process\/user\/additionalGids: a user without privilege cannot give additional groups \(.*subgid/,
    ],
    [
      'a lower OOM score',
      (spec) => (spec.process.oomScoreAdj = -500),
      /process\/oomScoreAdj: oom score: .*EACCES.*CAP_SYS_RESOURCE/,
    ],
    [
      'a higher limit',
      (spec) => (spec.process.rlimits = [{ type: 'RLIMIT_MEMLOCK', soft: 2 ** 40, hard: 2 ** 40 }]),
      /process\/rlimits\/0: .*EPERM.*CAP_SYS_RESOURCE/,
    ],
    [
      'mapped owners',
      (spec) => {
        const ids = [{ containerID: 0, hostID: 5, size: 1 }];
        const mount = { destination: '/tmp', type: 'bind', source: '/tmp', options: ['bind'] };
        spec.mounts.push({ ...mount, uidMappings: ids, gidMappings: ids });
      },
      /mounts\/7: an idmapped mount needs root of the host/,
    ],
    [
      'what lies under other mounts',
      (spec) => spec.mounts.push({ destination: '/tmp', type: 'bind', source: '/proc/..', options: ['bind'] }),
      /mounts\/7\/source: open the mount source: open_tree .*EINVAL.*rbind/,
    ],
    [
      'a network of the host to join',
      (spec) => spec.linux.namespaces.push({ type: 'network', path: '/proc/1/ns/net' }),
      /linux\/namespaces\/5\/path: join the network namespace: /,
    ],
  ])('%s', (_, change, expected) => {
    const spec = rootless('true');
    change(spec);
    expect(refusal(spec)).toMatch(expected);
  });

  test('a limit without a cgroup to hold it, and a cgroup that has to be', () => {
    const spec = rootless('true');
    spec.linux.resources = { pids: { limit: 10 } };
    expect(refusal(spec)).toMatch(/linux\/resources\/pids\/limit: a limit needs a cgroup, and .* \(/);
    expect(refusal(rootless('true'), caisson, ['--rootless=false'])).toMatch(/a cgroup cannot be made: /);
  });

  test('devices that are to be denied: a warning, since nobody else can be given them', () => {
    const spec = rootless('sleep 1000');
    spec.linux.resources = { devices: [{ allow: false, access: 'rwm' }] };
    writeSpec(bundle, spec);
    const id = caisson.id();
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    expect(caisson.call(['state', '--warnings', id]).stdout).toMatch(
      /linux\/resources\/devices: .*nothing but permissions/,
    );
    expect(caisson.call(['delete', '--force', id]).status).toBe(0);
  });
});

function readLink(path: string): string {
  return spawnSync('readlink', [path], { encoding: 'utf8' }).stdout.trim();
}
