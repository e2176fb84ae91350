/** `exec`: further processes in a container, as they see themselves and as the host sees them. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';
import { cgroupMounts, often, pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
let id = '';
let pid = 0;

function runDetached(spec: LooseSpec): string {
  writeSpec(bundle, spec);
  const made = caisson.id();
  expect(caisson.detach(['run', '-d', '-b', bundle, made]).status).toBe(0);
  return made;
}

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
  const spec = shellSpec('sleep 1000');
  spec.process.env.push('WHO=snapshot');
  spec.process.user.umask = 0o027;
  spec.process.oomScoreAdj = 321;
  id = runDetached(spec);
  pid = caisson.state(id).pid;
});
afterAll(() => caisson.clean());

function exec(...words: string[]): Outcome {
  return caisson.call(['exec', ...words]);
}

/** What a shell line prints in the container. */
function inside(line: string, ...flags: string[]): string {
  const outcome = exec(...flags, id, 'sh', '-c', line);
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  return outcome.stdout;
}

const statusOf = (process: number | string) => readFileSync(`/proc/${process}/status`, 'utf8');

describe('the process', () => {
  test('is in every namespace and cgroup of the container', () => {
    const pidFile = join(caisson.directory, 'pid');
    expect(caisson.detach(['exec', '-d', '--pid-file', pidFile, id, 'sleep', '500']).status).toBe(0);
    const written = readFileSync(pidFile, 'utf8');
    expect(written).toMatch(/^\d+$/);
    const spaces = (process: number | string) =>
      readdirSync(`/proc/${process}/ns`).map((name) => readlinkSync(`/proc/${process}/ns/${name}`));
    expect(spaces(written)).toEqual(spaces(pid));
    expect(readFileSync(`/proc/${written}/cgroup`, 'utf8')).toBe(readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
    expect(readFileSync(`/proc/${written}/oom_score_adj`, 'utf8')).toBe('321\n');
    // The container's own number for it, and no controlling terminal.
    expect(statusOf(written)).toMatch(/^NSpid:\t\d+\t\d+$/m);
    expect(inside('ps')).toContain('sleep 500');
  });

  test('is as the config of the container says, but for its arguments', () => {
    expect(inside('id -u; echo $WHO $HOME; umask; pwd')).toBe('0\nsnapshot /root\n0027\n/\n');
    const caps = /^Cap(Inh|Prm|Eff|Bnd|Amb):.*$/gm;
    expect(inside('cat /proc/self/status').match(caps)).toEqual(statusOf(pid).match(caps));
    expect(inside('grep NoNewPrivs /proc/self/status')).toMatch(/1$/m);
  });

  test('has no descriptors but the three', () => {
    expect(inside('for fd in $(seq 3 600); do test -e /proc/$$/fd/$fd && echo $fd; done; true')).toBe('');
  });

  test('reads standard input to its end, and writes to both outputs', () => {
    const outcome = caisson.call(['exec', id, 'sh', '-c', 'cat; echo told >&2'], { input: 'a'.repeat(200_000) });
    expect(outcome).toMatchObject({ status: 0, stderr: 'told\n', stdout: 'a'.repeat(200_000) });
  });

  test.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['exit 255', 255],
    ['kill -KILL $$', 137],
    ['kill -TERM $$', 143],
  ])('%s is status %i', (line, status) => {
    expect(exec(id, 'sh', '-c', line)).toMatchObject({ status, stderr: '' });
  });

  test('gets the signals that the caller gets', async () => {
    const child = caisson.start([
      'exec',
      id,
      'sh',
      '-c',
      'trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done',
    ]);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(9);
  });
});

describe('flags', () => {
  test('--user, --additional-gids', () => {
    expect(inside('id -u; id -g; id -G', '-u', '1000:7', '-g', '5', '-g', '6')).toBe('1000\n7\n7 5 6\n');
    expect(inside('id -u; id -g', '--user=1000')).toBe('1000\n0\n');
  });

  test('--env, --cwd', () => {
    expect(inside('echo $A $WHO; pwd', '-e', 'A=b=c', '--env', 'WHO=flag', '--cwd', '/tmp')).toBe('b=c flag\n/tmp\n');
  });

  test('--cap, which leaves the inheritable set alone (CVE-2022-29162)', () => {
    const sets = inside('grep Cap /proc/self/status', '--cap', 'CAP_SYS_NICE');
    for (const set of ['Prm', 'Eff', 'Bnd']) expect(sets).toMatch(new RegExp(`Cap${set}:\\t00000000208`));
    expect(sets).toMatch(/CapInh:\t0000000000000000/);
  });

  test('--no-new-privs', () => {
    const other = shellSpec('sleep 1000');
    other.process.noNewPrivileges = false;
    const container = runDetached(other);
    const line = 'grep NoNewPrivs /proc/self/status';
    expect(exec(container, 'sh', '-c', line).stdout).toMatch(/0\n$/);
    expect(exec('--no-new-privs', container, 'sh', '-c', line).stdout).toMatch(/1\n$/);
  });

  test('--tty: a terminal of the container, while /dev/console stays that of the first process', () => {
    const outcome = exec('--tty', id, 'sh', '-c', 'tty; test -e /dev/console || echo none; exit 3');
    expect(outcome).toMatchObject({ status: 3, stdout: '/dev/pts/0\r\nnone\r\n' });
    expect(exec('-t', '-d', id, 'true').stderr).toMatch(/process\/terminal: .*--console-socket/);
  });

  test('--process', () => {
    const file = join(caisson.directory, 'process.json');
    const process = {
      cwd: '/tmp',
      args: ['sh', '-c', 'id -u; pwd; echo $X'],
      env: ['PATH=/bin', 'X=y'],
      user: { uid: 5, gid: 5 },
    };
    writeFileSync(file, JSON.stringify(process));
    expect(exec('--process', file, id)).toMatchObject({ status: 0, stdout: '5\n/tmp\ny\n', stderr: '' });
  });

  test('--cgroup', () => {
    const mounts = cgroupMounts();
    const memory = mounts.find((mount) => mount.endsWith('/memory')) ?? mounts[0] ?? '';
    const sub = join(memory, 'caisson', id, 'sub');
    mkdirSync(sub);
    try {
      const flag = memory.endsWith('/memory') ? 'memory:/sub' : 'sub';
      expect(inside('cat /proc/self/cgroup', '--cgroup', flag)).toContain(`/caisson/${id}/sub\n`);
      expect(exec('--cgroup', 'nowhere', id, 'true').stderr).toMatch(/nowhere.*ENOENT/);
      expect(exec('--cgroup', '../x', id, 'true').stderr).toMatch(/may not lead upwards/);
    } finally {
      rmdirSync(sub);
    }
  });
});

describe('what is refused, with status 255 and one line', () => {
  const refusal = (...words: string[]) => {
    const before = pictureOf(id, [caisson.root]);
    const outcome = exec(...words);
    expect(outcome).toMatchObject({ status: 255, stdout: '' });
    expect(outcome.stderr).toMatch(/^caisson: error: [^\n]*\n$/);
    expect(pictureOf(id, [caisson.root])).toEqual(before);
    return outcome.stderr;
  };

  test.each<[string[], RegExp]>([
    [['nothere'], /executable file not found in \$PATH/],
    [['/etc/passwd'], /process\/args\/0: .*EACCES/],
    [[], /nothing to execute/],
  ])('the command %s', (words, message) => {
    expect(refusal(id, ...words)).toMatch(message);
  });

  test.each<[string[], RegExp]>([
    [['--cwd', 'tmp'], /--cwd "tmp" is not absolute/],
    [['--cwd', '/nowhere'], /process\/cwd: .*ENOENT/],
    [['-e', 'A'], /--env "A" is no variable/],
    [['-u', '1000x'], /--user takes a number/],
    [['-u', '0x10'], /--user takes a number/],
    [['-u', '1:2:3'], /a colon too many/],
    [['-u', '4294967295'], /--user takes a number/],
    [['-g', ''], /--additional-gids takes a number/],
    [['--pid-file', '/nowhere/pid'], /cannot write the pid file.*ENOENT/],
    [['--process', '/nowhere/process.json'], /ENOENT/],
  ])('%s', (flags, message) => {
    expect(refusal(...flags, id, 'true')).toMatch(message);
  });

  test.each([
    ['{"cwd": "/", "args": ["true"],}', /config-syntax|process.*line 1|1:\d+|trailing comma/],
    ['{"cwd": "tmp", "args": ["true"]}', /process\/cwd/],
    ['{"cwd": "/", "args": ["true"], "user": {"uid": -1, "gid": 0}}', /process\/user\/uid/],
    ['[]', /process/],
  ])('--process with %s', (text, message) => {
    const file = join(caisson.directory, 'bad.json');
    writeFileSync(file, text);
    expect(refusal('--process', file, id)).toMatch(message);
  });

  test('a container that is not there, has stopped, or is only made', async () => {
    expect(refusal('nobody', 'true')).toContain('does not exist');
    const stopped = runDetached(shellSpec('true'));
    await caisson.until(stopped, 'stopped');
    expect(refusal(stopped, 'true')).toContain('container not running');
  });

  test('a container whose snapshot of the config was cut or is gone', () => {
    const made = runDetached(shellSpec('sleep 1000'));
    const snapshot = join(caisson.root, made, 'config.json');
    writeFileSync(snapshot, '{"ociVersion":"1.3.0","proc');
    expect(exec(made, 'true')).toMatchObject({ status: 255, stdout: '' });
    expect(exec(made, 'true').stderr).toMatch(/made from is not JSON.*config\.json.*delete --force/);
    rmSync(snapshot);
    expect(exec(made, 'true').stderr).toMatch(/cannot read the config that the container was made from.*ENOENT/);
    expect(caisson.call(['delete', '--force', made]).status).toBe(0);
  });

  test('an image that has links in place of its procfs does not fool it', () => {
    const spec = shellSpec('sleep 1000');
    spec.mounts = spec.mounts.filter(({ destination }: { destination: string }) => destination !== '/proc');
    spec.linux.maskedPaths = [];
    spec.linux.readonlyPaths = [];
    const container = runDetached(spec);
    expect(exec(container, 'ls', '/proc')).toMatchObject({ status: 0, stdout: '' });
  });
});

test('a created container takes processes before its own runs', () => {
  writeSpec(bundle, shellSpec('sleep 1000'));
  const created = caisson.id();
  expect(caisson.detach(['create', '-b', bundle, created]).status).toBe(0);
  expect(exec(created, 'echo', 'early')).toMatchObject({ status: 0, stdout: 'early\n', stderr: '' });
  expect(caisson.state(created).status).toBe('created');
});

test('the seccomp filter of the container binds it', () => {
  const spec = shellSpec('sleep 1000');
  spec.linux.seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 95 }],
  };
  const container = runDetached(spec);
  const outcome = exec(container, 'sh', '-c', 'grep Seccomp: /proc/self/status; mkdir /tmp/x');
  expect(outcome.stdout).toMatch(/Seccomp:\t2/);
  expect(outcome.stderr).toMatch(/Operation not supported|Not supported/i);
});

test('the program of a caller without power over the file is not found executable', () => {
  writeFileSync(join(bundle, 'rootfs/tmp/mine'), '#!/bin/sh\necho mine\n');
  chmodSync(join(bundle, 'rootfs/tmp/mine'), 0o700);
  expect(exec('-u', '1000', id, '/tmp/mine').stderr).toMatch(/EACCES/);
});

describe('many', () => {
  const openOf = (process: number | string) => readdirSync(`/proc/${process}/fd`).length;

  test('fifty at once', async () => {
    const length = often(50);
    const outcomes = Array.from({ length }, (_, number) => {
      const one = caisson.start(['exec', id, 'sh', '-c', `exit ${number}`]);
      return new Promise((resolve) => one.once('exit', resolve));
    });
    expect(await Promise.all(outcomes)).toEqual(Array.from({ length }, (_, number) => number));
  });

  test('two hundred in a row, and nothing grows', () => {
    const before = { picture: pictureOf(id, [caisson.root]), open: openOf(pid) };
    for (let round = 0; round < often(200); round++) {
      const outcome = exec(id, 'sh', '-c', `exit ${round % 100}`);
      if (outcome.status !== round % 100) throw new Error(`round ${round}: ${JSON.stringify(outcome)}`);
    }
    expect({ picture: pictureOf(id, [caisson.root]), open: openOf(pid) }).toEqual(before);
  });
});
