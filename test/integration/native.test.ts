/** The addon on real processes, with plans written by hand: what holds whatever lib/plan makes of a config. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { native } from '../../lib/native/load.js';
import type { Launched, LaunchRequest } from '../../lib/native/surface.js';
import { encodePlan } from '../../lib/plan/encode.js';
import type { HostAct, InitAct, TeardownAct } from '../../lib/plan/wire.gen.js';
import { ALL, container, execute, openRoot, PIVOT, READY, ROOT, USUAL } from '../init/plans.js';
import { makeRootfs } from '../support/bundle.js';

const DEADLINE = 20_000;
const GATE_SLOT = 1;
let directory = '';
let rootfs = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'caisson-native-'));
  rootfs = makeRootfs(join(directory, 'rootfs'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Wanted extends Partial<Omit<LaunchRequest, 'host' | 'init'>> {
  readonly host?: readonly HostAct[];
  readonly init: readonly InitAct[];
}

function request({ host = [], init, ...more }: Wanted): LaunchRequest {
  return {
    host: encodePlan([openRoot(rootfs), ...host]),
    init: encodePlan(init, more.trace ?? false),
    cloneFlags: ALL,
    cgroupSlot: -1,
    deadline: DEADLINE,
    imageDirectory: directory,
    trace: false,
    ...more,
  };
}

const launch = (wanted: Wanted) => native().launch(request(wanted));

/** What a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

const descriptors = () => readdirSync('/proc/self/fd').length;
const children = () => spawnSync('ps', ['--ppid', String(process.pid), '-o', 'comm='], { encoding: 'utf8' }).stdout;

function letGo({ pidfd, channel, console: master }: Launched): void {
  for (const fd of [pidfd, channel, master].filter((one) => one >= 0)) native().close(fd);
}

/** A shell line that leaves its output in a file of the rootfs. */
const writing = (line: string) => container(`exec >/tmp/out 2>&1; ${line}`);
const written = () => native().readText(join(rootfs, 'tmp/out'), 65_536);

/** Runs a container to its end. */
async function runToEnd(wanted: Wanted): Promise<void> {
  const launched = await launch(wanted);
  expect(await native().proceed(launched, DEADLINE)).toEqual({ point: 'exec', console: -1 });
  expect(await native().awaitEnd(launched.pidfd, DEADLINE)).toBe(true);
  await native().endInit(launched);
  letGo(launched);
}

describe('launch and proceed', () => {
  test('end in a program that has nothing open but its stdio', async () => {
    // The first launch of a process makes the image that later ones share.
    await runToEnd({ init: container('true') });
    const before = descriptors();
    await runToEnd({ init: writing('echo /proc/self/fd/*; cat /proc/self/status') });
    // The shell's own glob has 3 open while it looks.
    expect(written()).toMatch(/^\/proc\/self\/fd\/0 \/proc\/self\/fd\/1 \/proc\/self\/fd\/2( \/proc\/self\/fd\/3)?\n/);
    expect(written()).toMatch(/^SigBlk:\t0{16}$/m);
    expect(descriptors()).toBe(before);
  });

  test('give the program the limit that the caller had', async () => {
    const limit = native().caller().nofileSoft;
    await runToEnd({ init: writing('ulimit -n') });
    expect(written()).toBe(`${limit}\n`);
  });

  test('work for many at once', async () => {
    const many = await Promise.all([1, 2, 3, 4, 5].map(() => launch({ init: container('true') })));
    expect(new Set(many.map(({ pid }) => pid)).size).toBe(5);
    await Promise.all(many.map((one) => native().proceed(one, DEADLINE)));
    await Promise.all(many.map((one) => native().endInit(one)));
    many.forEach(letGo);
    expect(children()).not.toMatch(/caisson|busybox|sh/);
  });

  test('note the times of the acts when asked', async () => {
    const init = container('true');
    await runToEnd({ init, trace: true });
    const times = native().traceTimes();
    expect(times).toHaveLength(init.length);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  test('run in place for a command line, with the same outcome', () => {
    const outcome = child(
      'native.waitInPlace(); await run(); native.exit((await native.awaitEnd(launched.pidfd, 9000)) ? 9 : 1);',
    );
    expect(outcome).toMatchObject({ status: 9, stderr: '' });
  });
});

describe('a launch that fails leaves nothing', () => {
  const cases: [string, () => Wanted, object][] = [
    [
      'in the host program',
      () => ({ host: [{ op: 'open-write', path: '/no/such/file', slot: 5 }], init: [] }),
      { kind: 'failed', program: 'host', act: 1, errno: 'ENOENT', path: '/no/such/file' },
    ],
    [
      'in an act of init',
      () => ({ init: [...ROOT, { op: 'chdir', path: '/nowhere' }] }),
      { kind: 'failed', program: 'init', act: ROOT.length, errno: 'ENOENT', path: '/nowhere' },
    ],
    [
      'at the clone',
      () => ({ init: [], cloneFlags: ALL | 0x200 }),
      { kind: 'failed', program: 'init', act: -1, errno: 'EINVAL', syscall: 'clone3' },
    ],
    [
      'in a cgroup slot that holds something else',
      () => ({ init: [], cgroupSlot: 0 }),
      { kind: 'failed', program: 'init', act: -1, errno: 'EBADF', syscall: 'clone3' },
    ],
  ];

  test.each(cases)('%s', async (_, wanted, expected) => {
    const before = descriptors();
    expect(await failureOf(launch(wanted()))).toMatchObject(expected);
    expect(children()).not.toContain('caisson-init');
    expect(descriptors()).toBe(before);
  });

  test.each([
    ['/etc/passwd', { kind: 'failed', act: -1, errno: 'EACCES', syscall: 'execveat' }],
    ['/bin/false', { kind: 'died', act: -1, status: 1 << 8 }],
  ])('when the image is %s', async (path, expected) => {
    const image = openSync(path, 'r');
    expect(await failureOf(launch({ init: [], image }))).toMatchObject({ program: 'init', ...expected });
    closeSync(image);
  });

  test('when it would be born into a frozen cgroup', async () => {
    const mount = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((path) => existsSync(`${path}/cgroup.controllers`));
    expect(mount).toBeDefined();
    const frozen = `${mount ?? ''}/caisson-native-${process.pid}`;
    mkdirSync(frozen);
    try {
      writeFileSync(`${frozen}/cgroup.freeze`, '1');
      const host: HostAct[] = [{ op: 'open-directory', path: frozen, slot: 2 }];
      const before = descriptors();
      const failure = await failureOf(launch({ host, init: container('true'), cgroupSlot: 2, deadline: 200 }));
      expect(failure).toMatchObject({ kind: 'timeout', program: 'init', act: -1 });
      expect(descriptors()).toBe(before);
      expect(children()).not.toContain('caisson-init');
    } finally {
      rmdirSync(frozen);
    }
  });
});

test('proceed tells of what fails after the meeting point', async () => {
  writeFileSync(join(rootfs, 'bin/broken'), 'not a program', { mode: 0o755 });
  const launched = await launch({ init: [...ROOT, ...USUAL, ...PIVOT, ...execute(['/bin/broken'])] });
  const failure = await failureOf(native().proceed(launched, DEADLINE));
  expect(failure).toMatchObject({ kind: 'failed', program: 'init', errno: 'ENOEXEC', syscall: 'execve' });
  await native().endInit(launched);
  letGo(launched);
});

/** Deep enough that its path is longer than a socket's address may be. */
function gateIn(): HostAct {
  const deep = join(directory, 'x'.repeat(100), 'y'.repeat(100));
  rmSync(deep, { recursive: true, force: true });
  mkdirSync(deep, { recursive: true });
  return { op: 'listen', directory: deep, slot: GATE_SLOT };
}

describe('the gate', () => {
  const waiting = (...args: string[]): InitAct[] => [
    ...[...ROOT, ...USUAL, ...PIVOT, READY, { op: 'gate', slot: GATE_SLOT } as const],
    ...execute(args).filter((act) => act !== READY),
  ];

  async function create(init: readonly InitAct[]): Promise<{ gate: string; pidfd: number }> {
    const listen = gateIn() as Extract<HostAct, { op: 'listen' }>;
    const launched = await launch({ host: [listen], init });
    const pidfd = native().openProcess(launched.pid);
    native().release(launched);
    return { gate: listen.directory, pidfd };
  }

  test('opens once', async () => {
    const { gate, pidfd } = await create(waiting('/bin/sleep', '60'));
    expect(await native().awaitEnd(pidfd, 0)).toBe(false);
    expect(await native().openGate(gate, pidfd, DEADLINE)).toBe('running');
    expect(await native().openGate(gate, pidfd, DEADLINE)).toBe('taken');
    native().signalProcess(pidfd, 9);
    expect(await native().awaitEnd(pidfd, DEADLINE)).toBe(true);
    expect(await failureOf(native().openGate(gate, pidfd, DEADLINE))).toMatchObject({ errno: 'ECONNREFUSED' });
    native().close(pidfd);
  });

  test('opens for one of two who come at the same time', async () => {
    const { gate, pidfd } = await create(waiting('/bin/sleep', '60'));
    const outcomes = await Promise.all([1, 2].map(() => native().openGate(gate, pidfd, DEADLINE)));
    expect(outcomes.sort()).toEqual(['running', 'taken']);
    native().signalProcess(pidfd, 9);
    native().close(pidfd);
  });

  test('tells what kept the program from running', async () => {
    writeFileSync(join(rootfs, 'bin/broken'), 'not a program', { mode: 0o755 });
    const init = waiting('/bin/broken');
    const { gate, pidfd } = await create(init);
    const failure = await failureOf(native().openGate(gate, pidfd, DEADLINE));
    expect(failure).toMatchObject({ kind: 'failed', program: 'init', act: init.length - 1, errno: 'ENOEXEC' });
    expect(await native().awaitEnd(pidfd, DEADLINE)).toBe(true);
    native().close(pidfd);
  });
});

/** Another engine process, which may become a supervisor. Its script has `native`, `run()` and, after that, `launched`. */
function child(script: string, ...args: string[]) {
  const project = join(import.meta.dirname, '../..');
  const supervise: TeardownAct[] = [{ op: 'supervise', terminal: 0 }];
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const wanted = request({ init: container(args[0] ?? 'true') });
  const plans = [wanted.host, wanted.init, encodePlan(supervise)].map(base64);
  const text = `const m = {exports: {}}; process.dlopen(m, ${JSON.stringify(join(project, 'dist/libexec/caisson/caisson.node'))});
    const native = m.exports;
    const [host, init, supervisor] = ${JSON.stringify(plans)}.map((plan) => new Uint8Array(Buffer.from(plan, 'base64')));
    let launched;
    async function run() {
      launched = await native.launch({ host, init, cloneFlags: ${ALL}, cgroupSlot: -1, deadline: ${DEADLINE},
        imageDirectory: '/tmp', trace: false });
      await native.proceed(launched, ${DEADLINE});
    }
    ${script}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8', timeout: DEADLINE });
}

describe('the supervisor', () => {
  test('takes the process over, with the status of the program', () => {
    const outcome = child('await run(); native.supervise(supervisor, launched);', 'echo out; echo err >&2; exit 7');
    expect(outcome).toMatchObject({ status: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  test.each([
    ['before', "native.holdSignals(); process.kill(process.pid, 'SIGTERM'); await run();"],
    ['while', "native.holdSignals(); const done = run(); process.kill(process.pid, 'SIGTERM'); await done;"],
    ['after', "native.holdSignals(); await run(); process.kill(process.pid, 'SIGTERM');"],
  ])('passes on a signal that came %s the program was launched', (_, script) => {
    // As pid 1 the program gets a signal only once it has asked for it: the supervisor must not come before that.
    const line = 'trap "exit 42" TERM; touch /tmp/ready; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i + 1)); done';
    const ready = JSON.stringify(join(rootfs, 'tmp/ready'));
    rmSync(join(rootfs, 'tmp/ready'), { force: true });
    const wait = `while (native.fileKind(${ready}) !== 'file') await native.awaitEnd(launched.pidfd, 5);`;
    expect(child(`${script} ${wait} native.supervise(supervisor, launched);`, line)).toMatchObject({
      status: 42,
      stderr: '',
    });
  });
});

test('teardown removes a state directory, and is content when there is none', async () => {
  const state = join(directory, 'state');
  mkdirSync(state);
  writeFileSync(join(state, 'record.json'), '{}');
  const program = encodePlan([{ op: 'remove-state', directory: state }]);
  await native().teardown(program);
  expect(existsSync(state)).toBe(false);
  await native().teardown(program);
  expect(await failureOf(native().teardown(new Uint8Array(32)))).toMatchObject({ program: 'teardown', act: -1 });
});
