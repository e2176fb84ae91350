/**
 * The contract with whoever calls a runtime: each form in which engines write a command line, and what they read of the
 * answer — exit status, both outputs, the log file, the pid file. test/engines has the engines themselves.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const log = join(bundle, 'log.json');

beforeAll(() => void makeBundle(bundle, shellSpec('sleep 100')));
afterAll(() => caisson.clean());

/** A way to call caisson: the flags before the command, and the environment. */
interface Caller {
  readonly name: string;
  readonly globals: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const LOG = ['--log', log, '--log-format', 'json'];
const CONTAINERD: Caller = { name: 'containerd', globals: LOG, env: { PATH: '/usr/bin:/bin' } };
const CONMON: Caller = {
  name: 'conmon',
  globals: ['--log-format=json', '--log', log],
  env: { XDG_RUNTIME_DIR: '/run/user/0' },
};
const CRIO: Caller = { name: 'CRI-O', globals: LOG, env: {} };

/** Calls caisson with an empty log file. Detached, so that a container that stays holds no pipe of ours. */
function call(caller: Caller, args: readonly string[], stays = false, input = ''): Outcome {
  rmSync(log, { force: true });
  const words = [...caller.globals, ...args];
  return stays ? caisson.detach(words, { env: caller.env }) : caisson.call(words, { env: caller.env, input });
}

/** It went well: nothing on stderr, and the log is there and empty. Gives what was printed. */
function well(caller: Caller, args: readonly string[], input = ''): string {
  const outcome = call(caller, args, false, input);
  expect({ args, ...outcome }).toMatchObject({ args, status: 0, stderr: '' });
  expect(readFileSync(log, 'utf8')).toBe('');
  return outcome.stdout;
}

/** The same for what leaves a process behind, which has our stdio. */
function wellAndStays(caller: Caller, args: readonly string[]): void {
  const { status } = call(caller, args, true);
  expect([args, status, readFileSync(log, 'utf8')]).toEqual([args, 0, '']);
}

/** It failed: nothing on stdout, one line on stderr, and one JSON object in one line of the log. Gives its message. */
function badly(caller: Caller, args: readonly string[], status = 1): string {
  const outcome = call(caller, args);
  expect({ args, ...outcome }).toMatchObject({ args, status, stdout: '' });
  expect(outcome.stderr).toMatch(/^caisson: error: [^\n]+\n$/);
  const text = readFileSync(log, 'utf8');
  expect(text).toMatch(/^[^\n]+\n$/);
  const entry = JSON.parse(text) as Record<string, string>;
  expect(Object.keys(entry).sort()).toEqual(['level', 'msg', 'time']);
  expect(entry.level).toBe('error');
  expect(Number.isNaN(Date.parse(entry.time ?? ''))).toBe(false);
  expect(outcome.stderr).toBe(`caisson: error: ${entry.msg}\n`);
  return entry.msg ?? '';
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 200) throw new Error('not within 4 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The signals that a process handles, a bit for each. */
function caughtBy(pid: number): bigint {
  return BigInt(`0x${/^SigCgt:\t(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'}`);
}

/** Of a pid file: as strconv.Atoi reads it. */
function pidIn(file: string): number {
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^[1-9][0-9]*$/);
  return Number(text);
}

function created(caller: Caller, spec: LooseSpec = shellSpec('sleep 100'), ...flags: string[]): string {
  const id = caisson.id();
  writeSpec(bundle, spec);
  wellAndStays(caller, ['create', '--bundle', bundle, ...flags, id]);
  return id;
}

function started(caller: Caller, spec?: LooseSpec): string {
  const id = created(caller, spec);
  well(caller, ['start', id]);
  return id;
}

/** A file with a process, only for its owner, as engines write it. */
function processFile(line: string, change?: (process: LooseSpec) => void): string {
  const { process } = shellSpec(line);
  change?.(process);
  const file = join(caisson.directory, `process-${caisson.id()}.json`);
  writeFileSync(file, JSON.stringify(process), { mode: 0o600 });
  return file;
}

describe('containerd, through its shim', () => {
  const by = CONTAINERD;

  test('a whole life', async () => {
    const id = caisson.id();
    const initPid = join(bundle, 'init.pid');
    writeSpec(bundle, shellSpec('sleep 100'));
    wellAndStays(by, ['create', '--bundle', bundle, '--pid-file', initPid, '--no-new-keyring', id]);
    expect(caisson.state(id)).toMatchObject({ status: 'created', pid: pidIn(initPid) });
    well(by, ['start', id]);
    const state = JSON.parse(well(by, ['state', id])) as Record<string, unknown>;
    expect(state).toMatchObject({ id, status: 'running', pid: pidIn(initPid), bundle, ociVersion: '1.3.0' });

    const file = processFile('sleep 100');
    const execPid = join(bundle, 'exec.pid');
    wellAndStays(by, ['exec', '--process', file, '--detach', '--pid-file', execPid, id]);
    // The caller takes it away as soon as the runtime has returned.
    unlinkSync(file);
    expect(readFileSync(`/proc/${pidIn(execPid)}/cmdline`, 'utf8')).toContain('sleep');
    const listed = (JSON.parse(well(by, ['ps', '--format', 'json', id])) as number[]).sort();
    expect(listed).toEqual(expect.arrayContaining([pidIn(initPid), pidIn(execPid)]));

    well(by, ['update', '--resources=-', id], JSON.stringify({ pids: { limit: 77 } }));
    well(by, ['pause', id]);
    expect(caisson.state(id).status).toBe('paused');
    well(by, ['resume', id]);
    well(by, ['kill', id, '0']);
    well(by, ['kill', '--all', id, '9']);
    await caisson.until(id, 'stopped');
    // A second one is no error with --all: go-runc's KillAll.
    well(by, ['kill', '--all', id, '9']);
    expect(badly(by, ['kill', id, '9'])).toContain('container not running');
    well(by, ['delete', id]);
    for (const args of [
      ['kill', id, '9'],
      ['delete', id],
      ['state', id],
    ])
      expect(badly(by, args)).toContain('does not exist');
    well(by, ['delete', '--force', id]);
  });

  test('flags that shims of every age give', () => {
    const id = created({ ...by, globals: [...LOG, '--rootless=false', '--criu', '/usr/sbin/criu'] });
    expect(caisson.state(id).status).toBe('created');
    const other = caisson.id();
    wellAndStays(by, ['create', '--bundle', bundle, '-no-subreaper', other]);
    expect(caisson.state(other).status).toBe('created');
  });

  test('the questions that it asks without a container', () => {
    const version = caisson.call(['--version']).stdout.split('\n');
    expect(version[0]).toMatch(/^caisson version \d+\.\d+\.\d+$/);
    expect(version).toEqual(
      expect.arrayContaining([expect.stringMatching(/^spec: \d/), expect.stringMatching(/^libseccomp: \d/)]),
    );
    expect(JSON.parse(spawnSync(Caisson.executable[0] ?? '', ['features'], { encoding: 'utf8' }).stdout)).toMatchObject(
      {
        ociVersionMin: '1.0.0',
      },
    );
    expect(JSON.parse(well(by, ['list', '--format=json']))).toEqual(expect.any(Array));
  });

  test('ps with the options of ps(1) behind the id', () => {
    const id = started(by);
    expect(well(by, ['ps', '--format', 'table', id, '-o', 'pid,args'])).toMatch(/^ *PID COMMAND\n *\d+ .*sleep 100\n$/);
  });

  test('--debug adds lines to the log, and not to stderr', () => {
    const id = started(by);
    rmSync(log);
    const outcome = caisson.call([...LOG, '--debug', 'state', id]);
    expect([outcome.status, outcome.stderr]).toEqual([0, '']);
  });
});

describe('what fails is one line in the log and one on stderr', () => {
  const by = CONTAINERD;
  const refused = (change: (spec: LooseSpec) => void): string => {
    const spec = shellSpec('true');
    change(spec);
    writeSpec(bundle, spec);
    return badly(by, ['create', '--bundle', bundle, caisson.id()]);
  };

  test('a program that cannot be executed, in the words by which engines know it', () => {
    expect(refused((spec) => (spec.process.args = ['no-such-program']))).toMatch(/executable file not found in \$PATH/);
    expect(refused((spec) => (spec.process.args = ['/no/such']))).toMatch(/no such file or directory/);
    expect(refused((spec) => (spec.process.args = ['/etc/passwd']))).toMatch(/permission denied/);
    expect(refused((spec) => (spec.process.args = ['/etc']))).toMatch(/permission denied|is a directory/);
  });

  test('a bundle that is not one, an id that is taken, a pid file that cannot be written', () => {
    expect(badly(by, ['create', '--bundle', '/no/such/bundle', caisson.id()])).toMatch(/ENOENT/);
    const id = created(by);
    expect(badly(by, ['create', '--bundle', bundle, id])).toMatch(/exists already/);
    const pidFile = join(caisson.directory, 'no/such/pid');
    expect(badly(by, ['create', '--bundle', bundle, '--pid-file', pidFile, caisson.id()])).toMatch(/pid file.*ENOENT/);
    expect(badly(by, ['create', '--bundle', bundle, 'a\nb'])).toMatch(/container id/);
  });

  test('exec fails with 255', async () => {
    const id = started(by);
    expect(badly(by, ['exec', id, 'no-such-program'], 255)).toMatch(/executable file not found in \$PATH/);
    const missing = join(caisson.directory, 'no-process.json');
    expect(badly(by, ['exec', '--process', missing, '--detach', id], 255)).toMatch(/ENOENT/);
    const broken = processFile('true', (process) => (process.cwd = 7));
    expect(badly(by, ['exec', '--process', broken, '--detach', id], 255)).toMatch(/process\/cwd/);
    well(by, ['kill', '--all', id, '9']);
    await caisson.until(id, 'stopped');
    expect(badly(by, ['exec', id, 'true'], 255)).toMatch(/container not running|it is stopped/);
    expect(badly(by, ['exec', 'nobody', 'true'], 255)).toContain('does not exist');
  });

  test.each([['start'], ['pause'], ['resume'], ['ps'], ['update', '--pids-limit', '5'], ['kill']])(
    '%s of nobody',
    (...args) => {
      expect(badly(by, [...args, 'nobody'])).toContain('does not exist');
    },
  );

  test('start of what runs, pause of what is paused', () => {
    const id = started(by);
    expect(badly(by, ['start', id])).toMatch(/running/);
    well(by, ['pause', id]);
    expect(badly(by, ['pause', id])).toMatch(/paused/);
    well(by, ['resume', id]);
    expect(badly(by, ['resume', id])).toMatch(/running/);
  });

  test('a command line that is wrong', () => {
    expect(badly(by, ['no-such-command'])).toMatch(/unknown command/);
    expect(badly(by, ['state'])).toMatch(/ID is missing/);
    expect(badly(by, ['state', '--no-such-flag', 'x'])).toMatch(/unknown flag/);
  });

  test('without --log: one line on stderr, and nothing else', () => {
    const outcome = caisson.call(['state', 'nobody'], { env: {} });
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^caisson: error: [^\n]+\n$/);
  });
});

describe('podman, through conmon', () => {
  const by = CONMON;

  test('a whole life, without a PATH and without a HOME', async () => {
    const id = caisson.id();
    const pidFile = join(bundle, 'pidfile');
    writeSpec(bundle, shellSpec('sleep 100'));
    wellAndStays(by, ['create', '--bundle', bundle, '--pid-file', pidFile, id]);
    well({ ...by, env: {} }, ['start', id]);
    const execPid = join(bundle, 'exec-pidfile');
    wellAndStays(by, ['exec', '--pid-file', execPid, '--process', processFile('sleep 100'), '--detach', id]);
    expect(pidIn(execPid)).not.toBe(pidIn(pidFile));
    const resources = join(caisson.directory, 'podman-resources');
    writeFileSync(resources, '{"pids":{"limit":88}}', { mode: 0o600 });
    well(by, ['update', `--resources=${resources}`, id]);
    well(by, ['pause', id]);
    well(by, ['resume', id]);
    well(by, ['kill', id, '15']);
    well(by, ['kill', '--all', id, '9']);
    await caisson.until(id, 'stopped');
    well(by, ['delete', '--force', id]);
    well(by, ['delete', '--force', id]);
  });

  test('what it asks whether the runtime can it', () => {
    expect(caisson.call(['checkpoint', '--help'], { env: {} })).toMatchObject({ status: 0, stderr: '' });
    expect(caisson.call(['restore', '--help'], { env: {} }).stdout).toContain('--lsm-mount-context');
    expect(caisson.call(['--version'], { env: {} }).stdout).toMatch(/^caisson version /);
  });
});

describe('CRI-O', () => {
  const by = CRIO;

  test('an attached exec with a process of a file: its output and its status', () => {
    const id = started(by);
    const outcome = caisson.call(['exec', '--process', processFile('cat; echo end; exit 6'), id], {
      input: 'in\n',
      env: {},
    });
    expect(outcome).toMatchObject({ status: 6, stdout: 'in\nend\n', stderr: '' });
  });

  test('limits behind a word of their own, signals by name, all of them with one dash', async () => {
    const id = started(by, shellSpec('trap "exit 3" TERM; while :; do sleep 0.05; done'));
    await until(() => caughtBy(caisson.state(id).pid) !== 0n);
    well(by, ['update', '--resources', '-', id], '{"pids":{"limit":66}}');
    well(by, ['kill', id, 'SIGTERM']);
    await caisson.until(id, 'stopped');
    const other = started(by);
    well(by, ['kill', '-a', other, '9']);
    await caisson.until(other, 'stopped');
    const third = started(by);
    well(by, ['kill', third, 'KILL']);
    await caisson.until(third, 'stopped');
  });

  test('--root=DIR with an equals sign', () => {
    const id = started(by);
    const outcome = spawnSync(Caisson.executable[0] ?? '', [`--root=${caisson.root}`, 'state', id], {
      encoding: 'utf8',
    });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ id, status: 'running' });
  });
});

describe('buildah', () => {
  test('create, start, state until it has stopped, delete', async () => {
    const by: Caller = { name: 'buildah', globals: [], env: { PATH: '/bin' } };
    const id = caisson.id();
    writeSpec(bundle, shellSpec('sleep 0.1'));
    const flags = ['--bundle', bundle, '--pid-file', join(bundle, 'pid'), '--no-new-keyring'];
    expect(caisson.detach(['create', ...flags, id], { env: by.env }).status).toBe(0);
    expect(caisson.call(['start', id], { env: by.env })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    await caisson.until(id, 'stopped');
    expect(caisson.call(['delete', id], { env: by.env })).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('kill without a signal is TERM', async () => {
    const id = started(CONTAINERD, shellSpec('trap "exit 3" TERM; while :; do sleep 0.05; done'));
    await until(() => caughtBy(caisson.state(id).pid) !== 0n);
    expect(caisson.call(['kill', id])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    await caisson.until(id, 'stopped');
  });
});

describe('BuildKit', () => {
  test('run in the foreground: its output, its status, a kill from beside', async () => {
    const id = caisson.id();
    writeSpec(bundle, shellSpec('echo out; echo err >&2; trap "exit 9" TERM; while :; do sleep 0.05; done'));
    const child = caisson.start([...LOG, 'run', '--bundle', bundle, '--keep', id]);
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise((resolve) => child.on('close', resolve));
    await until(() => stdout.includes('out') && caughtBy(caisson.state(id).pid) !== 0n);
    expect(caisson.call(['kill', id, '15']).status).toBe(0);
    expect([await ended, stdout, stderr]).toEqual([9, 'out\n', 'err\n']);
    expect(caisson.state(id).status).toBe('stopped');
    expect(caisson.call(['delete', id]).status).toBe(0);
  });
});

describe('people', () => {
  test('flags behind the id', () => {
    const id = caisson.id();
    const pidFile = join(bundle, 'late.pid');
    writeSpec(bundle, shellSpec('sleep 100'));
    expect(caisson.detach(['create', id, '--bundle', bundle, '--pid-file', pidFile]).status).toBe(0);
    expect(pidIn(pidFile)).toBe(caisson.state(id).pid);
    expect(caisson.call(['delete', id, '--force'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('the bundle is where one stands', () => {
    const id = caisson.id();
    writeSpec(bundle, shellSpec('echo here'));
    expect(caisson.call(['run', id], { cwd: bundle })).toMatchObject({ status: 0, stdout: 'here\n' });
  });

  test.each([
    ['RTMIN+3', 37],
    ['SIGRTMIN+3', 37],
    ['rtmax-27', 37],
    ['37', 37],
    ['SIGUSR1', 10],
    ['usr1', 10],
  ])('the signal %s', async (name, number) => {
    const id = started(CONTAINERD, shellSpec(`trap "exit 3" ${number}; while :; do sleep 0.05; done`));
    const { pid } = caisson.state(id);
    // What the first process of a pid namespace has no handler for does not reach it.
    await until(() => ((caughtBy(pid) >> BigInt(number - 1)) & 1n) === 1n);
    well(CONTAINERD, ['kill', id, name]);
    await caisson.until(id, 'stopped');
  });
});

describe('callers in odd surroundings', () => {
  /** Closes descriptors, ignores or blocks signals, then executes. */
  const ODD = `
import os, signal, sys
closed, ignored, blocked, words = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
for name in filter(None, ignored.split(',')): signal.signal(getattr(signal, name), signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [getattr(signal, name) for name in filter(None, blocked.split(','))])
for fd in filter(None, closed.split(',')): os.close(int(fd))
os.execv(words[0], words)`;
  const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
  const odd = (closed: string, ignored: string, blocked: string, args: readonly string[]) =>
    spawnSync(PYTHON, ['-c', ODD, closed, ignored, blocked, ...caisson.words(args)], {
      encoding: 'utf8',
      timeout: 30_000,
    });

  test.each(['0', '1', '2', '0,1', '1,2', '0,1,2'])('descriptors %s closed: run, state and errors', (closed) => {
    writeSpec(bundle, shellSpec('test -e /proc/self/fd/3; exit $((7 + $?))'));
    expect(odd(closed, '', '', ['run', '--bundle', bundle, caisson.id()])).toMatchObject({ status: 8, stderr: '' });
    expect(odd(closed, '', '', ['state', 'nobody'])).toMatchObject({ status: 1 });
    const id = started(CONTAINERD);
    const state = odd(closed, '', '', ['state', id]);
    // What cannot be printed is a failure, and not a success without an answer.
    if (!closed.includes('1')) expect(JSON.parse(state.stdout)).toMatchObject({ id });
  });

  test.each([
    ['SIGCHLD,SIGPIPE', ''],
    ['', 'SIGCHLD,SIGTERM,SIGINT,SIGPIPE,SIGHUP'],
    ['SIGCHLD', 'SIGCHLD'],
  ])('ignored %j, blocked %j: the status comes back, and the program has neither', (ignored, blocked) => {
    writeSpec(bundle, shellSpec('grep -E "Sig(Blk|Ign)" /proc/self/status; exit 5'));
    const outcome = odd('', ignored, blocked, ['run', '--bundle', bundle, caisson.id()]);
    expect(outcome).toMatchObject({
      status: 5,
      stderr: '',
      stdout: 'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n',
    });
    const id = started(CONTAINERD);
    expect(odd('', ignored, blocked, ['exec', id, 'sh', '-c', 'exit 4']).status).toBe(4);
    expect(odd('', ignored, blocked, ['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
  });

  test('an environment that is empty, with a working directory that is gone', () => {
    const gone = join(caisson.directory, 'gone');
    mkdirSync(gone);
    const [program = '', ...args] = caisson.words(['list', '-q']);
    const line = 'cd "$0" && rmdir "$0" && exec env -i "$@"';
    const outcome = spawnSync('/bin/sh', ['-c', line, gone, program, ...args], { encoding: 'utf8' });
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    mkdirSync(gone);
    const relative = spawnSync('/bin/sh', ['-c', line, gone, program, ...caisson.words(['spec']).slice(1)], {
      encoding: 'utf8',
    });
    expect(relative).toMatchObject({ status: 1, stderr: expect.stringMatching(/config\.json: E/) });
  });

  test('a reader that goes away: no trace of an engine, and a status', async () => {
    const [program = '', ...args] = caisson.words(['features']);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const status = await new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
    expect([1, 'SIGPIPE']).toContain(status);
    expect(stderr).toMatch(/^(caisson: error: [^\n]*EPIPE[^\n]*\n)?$/);
  });
});
