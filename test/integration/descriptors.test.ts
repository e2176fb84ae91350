/** What a caller passes on to the container's program, or gets of it: descriptors, sockets of activation, a pidfd. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson();
const node = new Caisson('/tmp', [process.execPath, join(import.meta.dirname, '../../dist/main.js')]);
/** Debian's, where there is one: wrappers of it start slowly. */
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => {
  caisson.clean();
  node.clean();
});

/**
 * Calls caisson with pipes as descriptors 3, 4 and so on, each holding its number, and whatever else is said.
 * CALLER WORDS...: count of pipes, JSON of {env, pid, open}, words
 */
const CALLER = `
import json, os, sys
count, more, words = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
ends = []
for at in range(count):
    reading, writing = os.pipe()
    os.write(writing, b'pipe %d' % (at + 3)); os.close(writing)
    ends.append(os.dup2(reading, 100 + at)); os.close(reading)
for at, end in enumerate(ends): os.dup2(end, at + 3, inheritable=True)
for at in more.get('closed', []): os.close(at)
env = dict(os.environ, **more.get('env', {}))
if more.get('mine'): env['LISTEN_PID'] = str(os.getpid())
os.execve(words[0], words, env)
`;

interface More {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether LISTEN_PID is that of caisson. */
  readonly mine?: boolean;
  readonly closed?: readonly number[];
}

function call(pipes: number, more: More, args: readonly string[], by = caisson) {
  const words = ['-c', CALLER, pipes.toString(), JSON.stringify(more), ...by.words(args)];
  return spawnSync(PYTHON, words, { encoding: 'utf8', timeout: 30_000, cwd: caisson.directory });
}

/** What descriptors the shell has, but for those of the shell itself; and what comes out of some. */
const look = (...fds: readonly number[]) =>
  [
    'for f in /proc/self/fd/*; do if test -p $f && test ${f##*/} -gt 2; then echo ${f##*/}; fi; done',
    ...fds.map((fd) => `cat <&${fd}; echo`),
  ].join('; ');

function write(line: string, change?: (spec: LooseSpec) => void): void {
  const spec = shellSpec(line);
  change?.(spec);
  writeSpec(bundle, spec);
}

describe('--preserve-fds', () => {
  test.each([
    ['the executable', caisson],
    ['Node', node],
  ])('run by %s: those that are counted, under their numbers, and no other', (_, by) => {
    write(look(3, 4, 5));
    const outcome = call(5, {}, ['run', '-b', bundle, '--preserve-fds', '3', by.id()], by);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout).toBe('3\n4\n5\npipe 3\npipe 4\npipe 5\n');
  });

  test('more than init has numbers for', () => {
    write(look(3, 10, 42, 130));
    const outcome = call(128, {}, ['run', '-b', bundle, '--preserve-fds=128', caisson.id()]);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    const lines = outcome.stdout.trimEnd().split('\n');
    expect(lines.slice(-4)).toEqual(['pipe 3', 'pipe 10', 'pipe 42', 'pipe 130']);
  });

  test('create keeps them until start, under a filter and a limit', () => {
    write(look(3, 4), (spec) => {
      spec.linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [] };
      spec.process.rlimits = [{ type: 'RLIMIT_NOFILE', soft: 16, hard: 16 }];
    });
    const id = caisson.id();
    const lines = `"$@" create --preserve-fds 2 -b ${bundle} ${id} && "$@" start ${id} 3<&- 4<&-`;
    const outcome = spawnSync(
      'python3',
      ['-c', CALLER, '2', '{}', '/bin/sh', '-c', lines, 'sh', ...caisson.words([])],
      {
        encoding: 'utf8',
      },
    );
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: '3\n4\npipe 3\npipe 4\n' });
  });

  test('a program that cannot be executed is told all the same', () => {
    write('true', (spec) => (spec.process.args = ['/etc/text']));
    writeFileSync(join(bundle, 'rootfs/etc/text'), 'no program\n', { mode: 0o755 });
    const outcome = call(3, {}, ['run', '-b', bundle, '--preserve-fds', '3', caisson.id()]);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/process\/args.*ENOEXEC/);
  });

  test('exec', () => {
    const id = caisson.id();
    write('sleep 100');
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    const outcome = call(3, {}, ['exec', '--preserve-fds', '2', id, '/bin/sh', '-c', look(3, 4)]);
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: '3\n4\npipe 3\npipe 4\n' });
  });

  test('none that is not open', () => {
    write('true');
    const id = caisson.id();
    const outcome = call(3, { closed: [4] }, ['run', '-b', bundle, '--preserve-fds', '3', id]);
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(/^caisson: error: --preserve-fds counts descriptor 4, which is not open .*\n$/);
    expect(existsSync(join(caisson.root, id))).toBe(false);
  });

  test.each(['-1', '129'])('not %s of them', (count) => {
    const outcome = call(0, {}, ['run', '-b', bundle, '--preserve-fds', count, caisson.id()]);
    expect(outcome.stderr).toMatch(/--preserve-fds takes a number from 0 to 128/);
  });

  test('a hook does not get them', () => {
    const told = join(bundle, 'rootfs/told');
    write('true', (spec) => {
      const args = ['sh', '-c', `${look()} > /told; echo end >> /told`];
      spec.root.readonly = false;
      spec.hooks = { startContainer: [{ path: '/bin/sh', args, env: ['PATH=/bin'] }] };
    });
    expect(call(2, {}, ['run', '-b', bundle, '--preserve-fds', '2', caisson.id()])).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(readFileSync(told, 'utf8')).not.toMatch(/^[34]$/m);
  });

  test('the supervisor of a foreground run holds none: whoever writes learns that the container has closed it', () => {
    const script = `
import os, signal, subprocess, sys, time
reading, writing = os.pipe()
os.dup2(reading, 3, inheritable=True)
child = subprocess.Popen(sys.argv[1:], pass_fds=[3], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
os.close(3)
if reading != 3: os.close(reading)
assert child.stdout.readline() == b'closed\\n'
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
try:
    for _ in range(500): os.write(writing, b'x'); time.sleep(0.01)
    print('somebody reads')
except BrokenPipeError: print('nobody reads')
child.kill()`;
    const id = caisson.id();
    write('exec 3<&-; echo closed; sleep 100');
    const words = caisson.words(['run', '-b', bundle, '--preserve-fds', '1', id]);
    const outcome = spawnSync(PYTHON, ['-c', script, ...words], { encoding: 'utf8', timeout: 30_000 });
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: 'nobody reads\n' });
    expect(caisson.call(['delete', '--force', id]).status).toBe(0);
  });
});

describe('LISTEN_FDS', () => {
  const told = 'echo "$LISTEN_FDS $LISTEN_PID"';

  test('sockets come first, then what --preserve-fds counts', () => {
    write(`${told}; ${look(3, 4, 5)}`);
    const more = { env: { LISTEN_FDS: '2' }, mine: true };
    const outcome = call(4, more, ['run', '-b', bundle, '--preserve-fds', '1', caisson.id()]);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(outcome.stdout).toBe('2 1\n3\n4\n5\npipe 3\npipe 4\npipe 5\n');
  });

  test.each<[string, More]>([
    ['meant for another process', { env: { LISTEN_FDS: '2', LISTEN_PID: '1' } }],
    ['that is no number', { env: { LISTEN_FDS: '2x' }, mine: true }],
  ])('%s: nothing is passed on', (_, more) => {
    write(`${told}; ${look()}`);
    expect(call(2, more, ['run', '-b', bundle, caisson.id()])).toMatchObject({ status: 0, stderr: '', stdout: ' \n' });
  });

  test('LISTEN_PID is the pid that the process has, in the pid namespace of others too', () => {
    write('echo "$LISTEN_PID $$"', ({ linux }) => {
      linux.namespaces = linux.namespaces.filter(({ type }: { type: string }) => type !== 'pid');
    });
    const outcome = call(1, { env: { LISTEN_FDS: '1' }, mine: true }, ['run', '-b', bundle, caisson.id()]);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    const [told, is] = outcome.stdout.trim().split(' ');
    expect(told).toBe(is);
    expect(Number(told)).toBeGreaterThan(1);
  });

  test('more sockets than can be passed on', () => {
    const outcome = call(0, { env: { LISTEN_FDS: '129' }, mine: true }, ['run', '-b', bundle, caisson.id()]);
    expect(outcome.stderr).toMatch(
      /^caisson: error: LISTEN_FDS counts 129 sockets, and 128 can be passed on at most[^\n]*\n$/,
    );
  });

  test('a socket that is not there is an error', () => {
    const outcome = call(0, { env: { LISTEN_FDS: '1' }, mine: true }, ['run', '-b', bundle, caisson.id()]);
    expect(outcome.stderr).toMatch(/LISTEN_FDS counts descriptor 3, which is not open/);
  });

  test('Node knows which process is meant', () => {
    write(`${told}; ${look(3)}`);
    const more = { env: { LISTEN_FDS: '1' }, mine: true };
    const outcome = call(1, more, ['run', '-b', bundle, node.id()], node);
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: '1 1\n3\npipe 3\n' });
  });
});

describe('--pidfd-socket', () => {
  /** Takes one descriptor, says its name and of which process it is, and ends that process with it. */
  const RECEIVER = `
import array, os, select, signal, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1]); listener.listen(1)
print('listening', flush=True)
connection, _ = listener.accept()
name, fds, _, _ = socket.recv_fds(connection, 4096, 8)
pid = next(line.split()[1] for line in open('/proc/self/fdinfo/%d' % fds[0]) if line.startswith('Pid:'))
print(len(fds), name.decode(), pid, flush=True)
sys.stdin.readline()
signal.pidfd_send_signal(fds[0], signal.SIGKILL)
print(len(select.select([fds[0]], [], [], 10)[0]), flush=True)
`;

  /** Runs something while a receiver listens, and gives what that said. */
  async function receive(during: (socket: string) => void): Promise<string[]> {
    const socket = join(caisson.directory, `pidfd-${caisson.id()}`);
    const receiver = spawn(PYTHON, ['-c', RECEIVER, socket], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    const said = (line: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => line.test(text) && resolve();
        receiver.stdout.on('data', look);
        receiver.on('exit', () => reject(new Error(`the receiver has ended: ${text}`)));
        look();
      });
    receiver.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = new Promise((resolve) => receiver.on('exit', resolve));
    await said(/listening/);
    during(socket);
    await said(/^1 /m);
    receiver.stdin.end('\n');
    await ended;
    return text.trim().split('\n').slice(1);
  }

  test('create: of the first process, by which it can be ended', async () => {
    write('sleep 100');
    const id = caisson.id();
    let pid = 0;
    const said = await receive((socket) => {
      expect(caisson.detach(['create', '-b', bundle, '--pidfd-socket', socket, id]).status).toBe(0);
      pid = caisson.state(id).pid;
    });
    expect(said).toEqual([`1 standard ${pid}`, '1']);
    await caisson.until(id, 'stopped');
  });

  test('exec: of the further process', async () => {
    write('sleep 100');
    const id = caisson.id();
    const pidFile = join(caisson.directory, 'exec-pid');
    expect(caisson.detach(['run', '-d', '-b', bundle, id]).status).toBe(0);
    const said = await receive((socket) => {
      const flags = ['--detach', '--pid-file', pidFile, '--pidfd-socket', socket];
      expect(caisson.detach(['exec', ...flags, id, 'sleep', '100']).status).toBe(0);
    });
    expect(said).toEqual([`1 setns ${readFileSync(pidFile, 'utf8')}`, '1']);
    expect(caisson.state(id).status).toBe('running');
  });

  test('nobody listens: an error, and no container', () => {
    write('sleep 100');
    const id = caisson.id();
    const outcome = caisson.call(['create', '-b', bundle, '--pidfd-socket', join(caisson.directory, 'nobody'), id]);
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(/^caisson: error: cannot hand the pidfd over: .*ENOENT.*--pidfd-socket.*\n$/);
    expect(existsSync(join(caisson.root, id))).toBe(false);
  });
});
