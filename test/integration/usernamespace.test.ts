/** Containers in user namespaces: who is who inside and outside, what is owned by whom, and what is refused. */
import { spawn } from 'node:child_process';
import { chownSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, makeRootfs, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';
import { giveAway, HOST_ROOT, pathOf, printSpaces, RANGES, spaceOf, spacesSpec, userSpec } from '../support/spaces.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const rootfs = join(bundle, 'rootfs');
/** A container with a user namespace, which others join. */
let other = 0;

beforeAll(() => {
  makeBundle(bundle, spacesSpec('true', {}));
  giveAway(rootfs);
  other = runDetached(userSpec('sleep 1000', { time: '', cgroup: '' })).pid;
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

const ids = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
const status = (pid: number, field: string) =>
  new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? [];

describe('a new one', () => {
  test('root inside is a nobody outside', () => {
    const { id, pid } = runDetached(userSpec('sleep 1000'));
    expect(status(pid, 'Uid')).toEqual(['100000', '100000', '100000', '100000']);
    expect(status(pid, 'Gid')).toEqual(['100000', '100000', '100000', '100000']);
    expect(status(pid, 'Groups').filter(Boolean)).toEqual([]);
    expect(spaceOf(pid, 'user')).not.toBe(spaceOf('self', 'user'));
    caisson.call(['delete', '--force', id]);
  });

  test('ranges are as the config has them', () => {
    const spec = userSpec('cat /proc/self/uid_map; echo; cat /proc/self/gid_map; id -u');
    spec.linux.uidMappings = [...RANGES, { containerID: 70_000, hostID: 5, size: 3 }];
    spec.linux.gidMappings = [
      { containerID: 0, hostID: HOST_ROOT, size: 1 },
      { containerID: 1, hostID: 300_000, size: 10 },
    ];
    const [uids = '', gids = ''] = run(spec).split('\n\n');
    expect(ids(uids)).toEqual([
      [0, HOST_ROOT, 65_536],
      [70_000, 5, 3],
    ]);
    expect(ids(gids)).toEqual([[0, HOST_ROOT, 1], [1, 300_000, 10], [0]]);
  });

  test('a user with groups', () => {
    const spec = userSpec('id -u; id -g; id -G');
    spec.process.user = { uid: 1000, gid: 1001, additionalGids: [5, 44] };
    expect(run(spec)).toBe('1000\n1001\n1001 5 44\n');
  });

  test('everything that is made belongs to it', () => {
    const line = `${printSpaces('network', 'ipc', 'uts')}; hostname; ip link; hostname renamed && hostname`;
    const spec = userSpec(line, { time: '', cgroup: '' });
    spec.process.capabilities = Object.fromEntries(
      ['bounding', 'effective', 'permitted'].map((set) => [set, ['CAP_SYS_ADMIN']]),
    );
    const [network, , , hostname, ...rest] = run(spec).trim().split('\n');
    expect(network).not.toBe(spaceOf('self', 'network'));
    expect(hostname).toBe('caisson');
    expect(rest.join('\n')).toMatch(/lo: <LOOPBACK,UP/);
    expect(rest.at(-1)).toBe('renamed');
  });

  test('capabilities are those of the config, and no others are inheritable or ambient', () => {
    const text = run(userSpec('grep ^Cap /proc/self/status'));
    expect(text.match(/[0-9a-f]{16}/g)).toEqual(
      ['0', '20000420', '20000420', '20000420', '0'].map((set) => set.padStart(16, '0')),
    );
  });

  test('files that it makes are those of its root on the host', () => {
    const spec = userSpec('echo x > /tmp/made');
    spec.root.readonly = false;
    run(spec);
    const { uid, gid } = statSync(join(rootfs, 'tmp/made'));
    expect([uid, gid]).toEqual([HOST_ROOT, HOST_ROOT]);
  });

  test('clocks with offsets', () => {
    const spec = userSpec('cat /proc/uptime', { time: '' });
    spec.linux.timeOffsets = { boottime: { secs: 3_000_000 } };
    expect(Number(run(spec).split(' ')[0])).toBeGreaterThan(3_000_000);
  });

  test('the score of the OOM killer, and limits, are given from outside', () => {
    const spec = userSpec('cat /proc/self/oom_score_adj; ulimit -n; ulimit -Hn');
    spec.process.oomScoreAdj = 321;
    spec.process.rlimits = [{ type: 'RLIMIT_NOFILE', soft: 77, hard: 99 }];
    expect(run(spec)).toBe('321\n77\n99\n');
  });

  test('a terminal, which belongs to its user', async () => {
    const spec = userSpec('read line; echo "owned by" $(stat -c %u /dev/console "$(tty)"); echo "got $line"');
    spec.process.terminal = true;
    spec.mounts = spec.mounts.filter(({ destination }: { destination: string }) => destination !== '/dev');
    spec.mounts.push(
      { destination: '/dev', type: 'tmpfs', options: ['mode=755'] },
      { destination: '/dev/pts', type: 'devpts', options: ['newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'] },
    );
    writeSpec(bundle, spec);
    const command = caisson.words(['run', '-b', bundle, caisson.id()]).join(' ');
    const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stdin.write('hello\n');
    await new Promise((resolve) => child.on('exit', resolve));
    expect(text).toMatch(/owned by 0 0\r?\n/);
    expect(text).toMatch(/got hello/);
  });

  test('a session keyring of its own, which its root owns', () => {
    const spec = userSpec('cat /proc/keys');
    spec.linux.maskedPaths = [];
    writeSpec(bundle, spec);
    // Serial numbers. Those of other containers with the same ids are seen too, as long as the kernel finds no time for them.
    const rings = (...flags: string[]) => {
      const { stdout } = caisson.call(['run', ...flags, '-b', bundle, caisson.id()]);
      const lines = stdout.split('\n').filter((line) => / 0 +0 keyring +_ses: empty/.test(line));
      return lines.map((line) => line.split(' ')[0] ?? '');
    };
    const before = rings('--no-new-keyring');
    const own = rings();
    const after = rings('--no-new-keyring');
    expect(own.filter((ring) => !before.includes(ring))).toHaveLength(1);
    expect(after.filter((ring) => !before.includes(ring) && !own.includes(ring))).toEqual([]);
  });

  test('a filter, with and without the privileges that its root has', () => {
    const seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 28 }],
    };
    for (const noNewPrivileges of [true, false]) {
      const spec = userSpec('mkdir /tmp/x 2>&1; grep -E "^(Seccomp|NoNewPrivs):" /proc/self/status | tr "\\t" " "');
      spec.linux.seccomp = seccomp;
      spec.process.noNewPrivileges = noNewPrivileges;
      const [refused, ...lines] = run(spec).trim().split('\n');
      expect(refused).toMatch(/No space left/);
      expect(lines).toEqual([`NoNewPrivs: ${noNewPrivileges ? 1 : 0}`, 'Seccomp: 2']);
    }
  });

  test('an identity mapping is one, too', () => {
    const spec = userSpec('id -u; cat /proc/self/uid_map');
    spec.linux.uidMappings = spec.linux.gidMappings = [{ containerID: 0, hostID: 0, size: 4_294_967_295 }];
    const text = run(spec);
    expect(ids(text)).toEqual([[0], [0, 0, 4_294_967_295]]);
  });

  test('without root in it', () => {
    const spec = userSpec('id -u; id -g');
    spec.process.user = { uid: 1000, gid: 1000 };
    spec.linux.uidMappings = spec.linux.gidMappings = [{ containerID: 1000, hostID: HOST_ROOT, size: 1 }];
    expect(run(spec)).toBe('1000\n1000\n');
  });

  test('a devpts for the group tty, when there is none', () => {
    const spec = userSpec('true');
    spec.linux.gidMappings = [{ containerID: 0, hostID: HOST_ROOT, size: 1 }];
    spec.mounts.push({ destination: '/tmp', type: 'devpts', source: 'devpts', options: ['newinstance', 'gid=5'] });
    expect(run(spec)).toBe('');
  });

  test('create, start, kill, delete', async () => {
    const id = caisson.id();
    writeSpec(bundle, userSpec('sleep 1000'));
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    expect(caisson.state(id).status).toBe('created');
    expect(caisson.call(['start', id])).toMatchObject({ status: 0, stderr: '' });
    expect(caisson.state(id).status).toBe('running');
    expect(caisson.call(['kill', id, 'KILL'])).toMatchObject({ status: 0, stderr: '' });
    await caisson.until(id, 'stopped');
    expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
  });

  test("beside a joined network, which stays another's", () => {
    const holder = runDetached(spacesSpec('sleep 1000', {}));
    const spec = userSpec(printSpaces('network', 'user'), { network: pathOf(holder.pid, 'network') });
    spec.mounts = spec.mounts.filter(({ type }: { type: string }) => type !== 'sysfs');
    const [network, user] = run(spec).trim().split('\n');
    expect(network).toBe(spaceOf(holder.pid, 'network'));
    expect(user).not.toBe(spaceOf('self', 'user'));
  });

  test('beside a joined pid namespace', () => {
    const holder = runDetached(spacesSpec('sleep 1000', {}));
    const spec = userSpec(`echo $$; ${printSpaces('pid')}`, { pid: pathOf(holder.pid, 'pid') });
    // A new procfs would show processes of a namespace that is not its own.
    spec.mounts = spec.mounts.filter(({ type }: { type: string }) => type !== 'proc');
    spec.mounts.unshift({ destination: '/proc', type: 'bind', source: '/proc', options: ['rbind'] });
    spec.linux.maskedPaths = spec.linux.readonlyPaths = [];
    const [pid = '', space] = run(spec).trim().split('\n');
    expect(Number(pid)).toBeGreaterThan(1);
    expect(space).toBe(spaceOf(holder.pid, 'pid'));
  });
});

describe('a joined one', () => {
  const pod = { user: '', network: '', ipc: '', uts: '' };
  const inPod = (line: string, more: Record<string, string> = {}) => {
    const spaces = Object.fromEntries(
      (Object.keys(pod) as (keyof typeof pod)[]).map((type) => [type, pathOf(other, type)]),
    );
    const spec = userSpec(line, { ...spaces, ...more });
    spec.hostname = '';
    return spec;
  };

  test('as every container of a pod: network, ipc and uts with it, pid and mounts of its own', () => {
    const [user, network, pid, own, ...map] = run(
      inPod(`${printSpaces('user', 'network', 'pid')}; echo $$; cat /proc/self/uid_map`, { cgroup: '' }),
    )
      .trim()
      .split('\n');
    expect([user, network]).toEqual([spaceOf(other, 'user'), spaceOf(other, 'network')]);
    expect(pid).not.toBe(spaceOf(other, 'pid'));
    expect(own).toBe('1');
    expect(ids(map.join('\n'))).toEqual([[0, HOST_ROOT, 65_536]]);
  });

  test('with everything else of it but the mounts', () => {
    const spec = inPod(`${printSpaces('user', 'pid', 'time', 'cgroup')}; echo $$`, {
      pid: pathOf(other, 'pid'),
      time: pathOf(other, 'time'),
      cgroup: pathOf(other, 'cgroup'),
    });
    const lines = run(spec).trim().split('\n');
    expect(lines.slice(0, -1)).toEqual(
      (['user', 'pid', 'time', 'cgroup'] as const).map((type) => spaceOf(other, type)),
    );
    expect(Number(lines.at(-1))).toBeGreaterThan(1);
  });

  test('with a time namespace of its own', () => {
    const spec = inPod('cat /proc/uptime', { time: '' });
    spec.linux.timeOffsets = { boottime: { secs: 5_000_000 } };
    expect(Number(run(spec).split(' ')[0])).toBeGreaterThan(5_000_000);
  });

  test('whose mappings the config does not say', () => {
    const spec = inPod('id -u');
    delete spec.linux.uidMappings;
    delete spec.linux.gidMappings;
    expect(run(spec)).toBe('0\n');
  });

  test.each(['uidMappings', 'gidMappings'])('whose %s the config says wrong', (name) => {
    const spec = inPod('true');
    spec.linux[name] = [{ containerID: 0, hostID: HOST_ROOT, size: 65_535 }];
    expect(refusal(spec)).toMatch(
      new RegExp(`linux/${name}: the user namespace that is joined has other mappings.*EINVAL`),
    );
    spec.linux[name] = [...RANGES, { containerID: 65_536, hostID: 5, size: 1 }];
    expect(refusal(spec)).toContain(`linux/${name}`);
  });

  test('a user that is nobody there', () => {
    const spec = inPod('true');
    delete spec.linux.uidMappings;
    delete spec.linux.gidMappings;
    spec.process.user = { uid: 70_000, gid: 0 };
    expect(refusal(spec)).toMatch(/process\/user: identity: setresuid: EINVAL.*mapped into the user namespace/);
  });

  test('no process of the container may trace init', () => {
    writeSpec(bundle, inPod('sleep 1000', { pid: pathOf(other, 'pid') }));
    const id = caisson.id();
    expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
    // The files of a process that may not be traced belong to root, not to the id that the process has.
    expect(statSync(`/proc/${caisson.state(id).pid}/environ`).uid).toBe(0);
    caisson.call(['delete', '--force', id]);
  });

  test('the one of caisson itself', () => {
    const spec = spacesSpec('true', { user: '/proc/self/ns/user' });
    expect(refusal(spec)).toContain('(it is the user namespace of caisson itself)');
  });
});

describe('refused', () => {
  test('the mounts of the host', () => {
    const spec = userSpec('true', { mount: undefined });
    spec.linux.maskedPaths = spec.linux.readonlyPaths = [];
    expect(refusal(spec)).toMatch(/linux\/namespaces\/\d: a container in a user namespace needs a mount namespace/);
  });

  test('a user that is not mapped', () => {
    const spec = userSpec('true');
    spec.process.user = { uid: 65_536, gid: 0 };
    expect(refusal(spec)).toMatch(/process\/user\/uid: is 65536, which linux\.uidMappings does not map/);
  });

  test('a root filesystem that belongs to others, where a mount point is missing', () => {
    const foreign = join(caisson.directory, 'foreign');
    makeRootfs(foreign);
    chownSync(foreign, 0, 0);
    const spec = userSpec('true');
    spec.root.path = foreign;
    spec.mounts.push({ destination: '/missing', type: 'tmpfs', source: 'tmpfs' });
    expect(refusal(spec)).toMatch(/mounts\/\d+: mount tmpfs on \/missing.*EACCES.*chown it to the hostID of root/);
  });
});
