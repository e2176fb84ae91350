/** The front beside its engine: words, signals, ends. The engine is a script that says what the test wants. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IMAGE, Workplace } from './harness.js';

const work = new Workplace();
const front = work.path('bin/caisson');
const pidFile = work.path('pid');

/** What a script of an engine has at hand: addon/native/front/link.h in Python. */
const PRELUDE = `
import array, ctypes, os, signal, socket, struct, sys, time
note = dict(part.split('=') for part in os.environ['CAISSON_CALLER'].split(';'))
link = socket.socket(fileno=int(note['link']))
def say(word, value=0, fds=()):
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))] if fds else []
    link.sendmsg([struct.pack('=IIi', 0x314b4e4c, word, value)], rights)
def answer():
    return struct.unpack('=IIi', link.recv(64))
def sibling(*words):
    # clone(2) with CLONE_PARENT: a child of the front, as init is.
    pid = ctypes.CDLL(None).syscall(56 if os.uname().machine == 'x86_64' else 220, 0x8000, 0, 0, 0, 0)
    if pid == 0: os.execv(words[0], words)
    return pid, os.pidfd_open(pid)
def tell(word): os.write(1, (word + '\\n').encode())
open(${JSON.stringify(pidFile)}, 'w').write(str(os.getpid()))
`;

/** Replaces the engine. */
function engine(script: string): void {
  const file = work.path('libexec/caisson/engine');
  writeFileSync(file, `#!/usr/bin/python3 -u\n${PRELUDE}${script}\n`);
  chmodSync(file, 0o755);
  rmSync(pidFile, { force: true });
}

const env = { PATH: '/usr/bin:/bin', ASAN_OPTIONS: 'detect_leaks=0' };
const call = (before: readonly string[] = []) =>
  spawnSync('/usr/bin/env', [...before, front], { env, encoding: 'utf8', timeout: 20_000 });

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ status: number | null; signal: string | null }>;
  readonly said: (word: string) => Promise<void>;
}

/** Starts the front; `said` waits for a line of the engine. */
function start(before: readonly string[] = []): Running {
  const child = spawn('/usr/bin/env', [...before, front], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let heard = '';
  const said = (word: string) =>
    new Promise<void>((resolve) => {
      const look = () => heard.includes(`${word}\n`) && resolve();
      child.stdout.on('data', look);
      look();
    });
  child.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  const ended = new Promise<{ status: number | null; signal: string | null }>((resolve) =>
    child.on('exit', (status, signal) => resolve({ status, signal })),
  );
  return { child, ended, said };
}

/** Whether the engine is there; a zombie is not. */
function engineLives(): boolean {
  const path = `/proc/${readFileSync(pidFile, 'utf8')}/status`;
  return existsSync(path) && !/^State:\s[ZX]/m.test(readFileSync(path, 'utf8'));
}

async function engineEnds(): Promise<void> {
  while (engineLives()) await new Promise((resolve) => setTimeout(resolve, 5));
}

beforeAll(() => {
  mkdirSync(work.path('bin'));
  mkdirSync(work.path('libexec/caisson'), { recursive: true });
  copyFileSync(IMAGE, front);
  chmodSync(front, 0o755);
});
afterAll(() => work.remove());

describe('the end', () => {
  test('comes with the word exit, whatever the engine does behind it', async () => {
    engine('say(1, 7); time.sleep(1000)');
    expect(call()).toMatchObject({ status: 7, stdout: '', stderr: '' });
    await engineEnds();
  });

  test.each([
    ['a status', 'sys.exit(9)', { status: 9, signal: null }],
    ['a signal', 'os.kill(os.getpid(), 15)', { status: null, signal: 'SIGTERM' }],
    ['the signal that cannot be caught', 'os.kill(os.getpid(), 9)', { status: null, signal: 'SIGKILL' }],
    ['a closed link and a status', 'link.close(); time.sleep(0.1); sys.exit(3)', { status: 3, signal: null }],
    ['a word nobody knows', "link.send(b'what'); say(77); sys.exit(4)", { status: 4, signal: null }],
  ])('is that of the engine: %s', (_, script, outcome) => {
    engine(script);
    expect(call()).toMatchObject(outcome);
  });

  test('is told when the caller ignores the end of its children', () => {
    engine('sys.exit(9)');
    expect(call(['--ignore-signal=SIGCHLD'])).toMatchObject({ status: 9 });
  });

  test('of a killed front is that of the engine', async () => {
    engine("tell('ready'); time.sleep(1000)");
    const { child, ended, said } = start();
    await said('ready');
    child.kill('SIGKILL');
    await ended;
    await engineEnds();
  });

  test('leaves no zombie where nobody would reap it', () => {
    engine('say(1, 0); time.sleep(0.3)');
    // A first process that waits for its own child only, as many a program in a container does.
    const first = `import subprocess, os
for _ in range(3): subprocess.run([${JSON.stringify(front)}], check=True)
print([name for name in os.listdir('/proc') if name.isdigit()])`;
    const words = ['--pid', '--fork', '--mount-proc', '/usr/bin/python3', '-c', first];
    expect(spawnSync('unshare', words, { env, encoding: 'utf8' })).toMatchObject({ stdout: "['1']\n", stderr: '' });
  });
});

describe('signals', () => {
  const WAITING = `
signal.signal(signal.SIGUSR1, lambda *_: tell('heard'))
signal.signal(signal.SIGALRM, lambda *_: sys.exit(5))
tell('ready')
while True: time.sleep(0.01)`;

  test('reach the engine, and what ends it ends the front', async () => {
    engine(WAITING);
    const { child, ended, said } = start();
    await said('ready');
    child.kill('SIGUSR1');
    await said('heard');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ status: null, signal: 'SIGTERM' });
    expect(engineLives()).toBe(false);
  });

  test('that the caller ignores stay ignored', async () => {
    engine(WAITING);
    const { child, ended, said } = start(['--ignore-signal=HUP']);
    await said('ready');
    child.kill('SIGHUP');
    child.kill('SIGALRM');
    expect(await ended).toEqual({ status: 5, signal: null });
  });

  test('stop a job whole, and let it go on', async () => {
    engine(WAITING);
    // A job of somebody in the same session: the kernel does not stop a group that nobody is there to let go on.
    const shell = `import os, subprocess, sys
sys.exit(subprocess.Popen(sys.argv[1:], preexec_fn=os.setpgrp).wait())`;
    const { child, ended, said } = start(['/usr/bin/python3', '-c', shell]);
    await said('ready');
    const job = Number(readFileSync(`/proc/${child.pid ?? 0}/task/${child.pid ?? 0}/children`, 'utf8'));
    const state = () => /^State:\s(.)/m.exec(readFileSync(`/proc/${job}/status`, 'utf8'))?.[1];
    process.kill(job, 'SIGTSTP');
    while (state() !== 'T') await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(job, 'SIGCONT');
    process.kill(job, 'SIGALRM');
    expect(await ended).toEqual({ status: 5, signal: null });
  });
});

test('a child of the front that has ended is reaped for the engine', () => {
  engine(`
pid, pidfd = sibling('/bin/sh', '-c', 'kill -9 $$')
say(2, 0, [pidfd])
early = answer()[2]
while early == -1:
    time.sleep(0.01)
    say(2, 0, [pidfd])
    early = answer()[2]
print(early, os.path.exists('/proc/%d' % pid))
say(2, 0, [pidfd])
print(answer()[2])
say(1, 0)`);
  expect(call()).toMatchObject({ status: 0, stdout: '9 False\n-1\n' });
});

describe('the word supervise', () => {
  const program = work.plan([{ op: 'supervise', terminal: 0 }]);
  const SUPERVISE = `program = os.open(${JSON.stringify(program)}, os.O_RDONLY)`;

  test('makes the front the supervisor', () => {
    engine(`${SUPERVISE}\npid, pidfd = sibling('/bin/sh', '-c', 'read line; exit 42')
say(3, 0, [program, pidfd])`);
    const outcome = spawnSync(front, [], { env, encoding: 'utf8', input: 'line\n', timeout: 20_000 });
    expect(outcome).toMatchObject({ status: 42, stderr: '' });
  });

  test('gives it the signals that came before, reaps the engine, and closes what is not its own', async () => {
    engine(`${SUPERVISE}
signal.signal(signal.SIGTERM, lambda *_: None)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
tell('ready')
signal.sigwait([signal.SIGUSR1])
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
reader, writer = os.pipe()
os.set_inheritable(writer, True)
pid, pidfd = sibling('/bin/sh', '-c', 'trap "" USR1; trap "echo term" TERM; trap "exit 6" HUP; echo x >&%d; while :; do sleep 0.02; done' % writer)
os.read(reader, 1)
say(3, 0, [program, pidfd])`);
    const { child, ended, said } = start();
    await said('ready');
    child.kill('SIGTERM');
    child.kill('SIGUSR1');
    await said('term');
    const pid = String(child.pid ?? 0);
    while (existsSync(`/proc/${readFileSync(pidFile, 'utf8')}`)) await new Promise((resolve) => setTimeout(resolve, 5));
    const open = spawnSync('ls', [`/proc/${pid}/fd`], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean);
    // Standard input and output, init, and the file that signals are read from.
    expect(open.sort()).toEqual(['0', '1', '2', '3', '4']);
    child.kill('SIGHUP');
    expect(await ended).toEqual({ status: 6, signal: null });
  });

  test('does not pass on what the caller ignores', async () => {
    engine(`${SUPERVISE}
signal.signal(signal.SIGHUP, signal.SIG_DFL)
pid, pidfd = sibling('/bin/sh', '-c', 'trap "exit 6" TERM; echo ready; while :; do sleep 0.02; done')
say(3, 0, [program, pidfd])`);
    const { child, ended, said } = start(['--ignore-signal=HUP']);
    await said('ready');
    await engineEnds();
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ status: 6, signal: null });
  });

  test('without what belongs to it is none', () => {
    engine(`${SUPERVISE}\nsay(3, 0, [program])\nsys.exit(8)`);
    expect(call()).toMatchObject({ status: 255, stderr: expect.stringContaining('it cannot be supervised') });
  });
});

test('the front cannot be read through /proc by others of the same user (CVE-2019-5736)', async () => {
  engine("tell('ready'); time.sleep(1000)");
  for (const path of ['', 'bin', 'libexec', 'libexec/caisson']) chmodSync(work.path(path), 0o755);
  writeFileSync(pidFile, '');
  chmodSync(pidFile, 0o666);
  const { child, ended, said } = start(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']);
  await said('ready');
  const pid = child.pid ?? 0;
  expect(statSync(`/proc/${pid}`).uid).toBe(65534);
  // Files of a process that is not dumpable are root's.
  expect(statSync(`/proc/${pid}/fd`).uid).toBe(0);
  const words = ['--reuid=65534', '--regid=65534', '--clear-groups', 'readlink', `/proc/${pid}/exe`];
  expect(spawnSync('setpriv', words, { encoding: 'utf8' })).toMatchObject({ status: 1, stdout: '' });
  child.kill('SIGKILL');
  await ended;
});
