/** What the front promises whoever calls caisson, shown on the real engine. test/init/service.test.ts has the rest. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const dist = join(import.meta.dirname, '../../dist');

beforeAll(() => void makeBundle(bundle, shellSpec('sleep 100')));
afterAll(() => caisson.clean());

const python = (script: string, ...args: string[]) =>
  spawnSync('python3', ['-c', script, ...args], { encoding: 'utf8', timeout: 30_000 });

/**
 * Stands for a front that does not listen: the engine cannot say that it is done, and lives on. Yet whoever reads its
 * output until the end has it all, and nothing of the caller's is held.
 */
const DEAF = `
import os, socket, subprocess, sys, time
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
theirs.setblocking(False)
try:
    while True: theirs.send(b'x')
except BlockingIOError: pass
theirs.setblocking(True)
note = 'nofile=1024;closed=0;passed=0;ignored=0;mask=0;link=%d' % theirs.fileno()
pipe, other = os.pipe()
engine = subprocess.Popen([sys.argv[1], '--version'], env={'CAISSON_CALLER': note}, stdout=subprocess.PIPE,
  pass_fds=[theirs.fileno(), other], cwd='/tmp')
os.close(other)
text = engine.stdout.read()
assert os.read(pipe, 1) == b''
assert engine.poll() is None
print(text.decode().split()[0], os.readlink('/proc/%d/cwd' % engine.pid), len(os.listdir('/proc/%d/fd' % engine.pid)))
engine.kill()
`;

test('the end of the output does not wait for the end of the engine', () => {
  const outcome = python(DEAF, join(dist, 'libexec/caisson/engine'));
  expect(outcome).toMatchObject({ stderr: '', stdout: 'caisson / 1\n' });
});

test('after create, init belongs to the nearest subreaper: a shim gets its exit status', () => {
  const id = caisson.id();
  const script = `
import ctypes, os, signal, subprocess, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
subprocess.run(sys.argv[2:], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
pid = int(open(sys.argv[1]).read())
os.kill(pid, signal.SIGKILL)
while True:
    ended, status = os.wait()
    if ended == pid: break
print(os.WTERMSIG(status))`;
  const pidFile = join(caisson.directory, 'pid');
  const create = ['--root', caisson.root, 'create', '-b', bundle, '--pid-file', pidFile, id];
  expect(python(script, pidFile, join(dist, 'bin/caisson'), ...create)).toMatchObject({ stdout: '9\n', stderr: '' });
});

/** Processes of caisson for an id: front, engine, init. */
function ours(id: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      if (/^State:\s[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return false;
      const told = `${readFileSync(`/proc/${pid}/cmdline`, 'utf8')} ${readFileSync(`/proc/${pid}/cgroup`, 'utf8')}`;
      return told.includes(id);
    } catch {
      return false; // no process, or gone
    }
  });
}

describe('a create that waits for its console socket', () => {
  /** Accepts nobody, and has one waiting already: the next one waits, too. */
  const SOCKET = `
import socket, sys, time
listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[1]); listener.listen(0)
first = socket.socket(socket.AF_UNIX); first.connect(sys.argv[1])
print('ready', flush=True); time.sleep(1000)`;
  const socket = join(caisson.directory, 'socket');
  let listener: ChildProcess | undefined;

  beforeAll(async () => {
    listener = spawn('python3', ['-c', SOCKET, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => listener?.stdout?.once('data', resolve));
    const spec = shellSpec('true');
    spec.process.terminal = true;
    writeSpec(bundle, spec);
  });
  afterAll(() => {
    listener?.kill('SIGKILL');
    writeSpec(bundle, shellSpec('sleep 100'));
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('ends by %s, with its engine and its init', async (signal) => {
    const id = caisson.id();
    const child = caisson.start(['create', '-b', bundle, '--console-socket', socket, id]);
    const ended = new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
    // Front, engine, and init in the cgroup.
    while (ours(id).length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill(signal);
    expect(await ended).toBe(signal);
    while (ours(id).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(caisson.call(['delete', '--force', id]).status).toBe(0);
    expect(existsSync(join(caisson.root, id))).toBe(false);
  });
});

test('an init that was killed says why', () => {
  const spec = shellSpec('true');
  spec.linux.resources = { ...spec.linux.resources, memory: { limit: 4096 } };
  writeSpec(bundle, spec);
  const outcome = caisson.call(['run', '-b', bundle, caisson.id()]);
  expect(outcome.stderr).toMatch(/linux\/resources\/memory\/limit: init was killed for want of memory/);
  expect(outcome.status).toBe(1);
});
