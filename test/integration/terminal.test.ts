/** A process with a terminal: `run` on a pty of the test, and `create` with a console socket. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const front = join(import.meta.dirname, '../../dist/bin/caisson');

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

function terminalSpec(line: string, size?: { height: number; width: number }): void {
  const spec = shellSpec(line);
  spec.process.terminal = true;
  if (size) spec.process.consoleSize = size;
  writeSpec(bundle, spec);
}

/** Runs a command on a pty of its own (script(1) of util-linux) with some input. */
function onPty(command: string, input: string): Promise<{ status: number | null; text: string }> {
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stdin.write(input);
  return new Promise((resolve) => child.on('exit', (status) => resolve({ status, text })));
}

test('run: /dev/console is the terminal, input and output go through, the status comes back', async () => {
  terminalSpec('tty; test -c /dev/console && echo console; read line; echo "got $line"; exit 5');
  const { status, text } = await onPty(`${front} --root ${caisson.root} run -b ${bundle} ${caisson.id()}`, 'hello\n');
  expect(text).toMatch(/\/dev\/(console|pts\/0)\r?\n/);
  expect(text).toMatch(/console\r?\n/);
  expect(text).toMatch(/got hello\r?\n/);
  expect(status).toBe(5);
});

test('run: consoleSize is what stty says', async () => {
  terminalSpec('stty size', { height: 33, width: 111 });
  const { text } = await onPty(`${front} --root ${caisson.root} run -b ${bundle} ${caisson.id()}`, '');
  expect(text).toMatch(/33 111/);
});

test('create without a console socket is refused, and a socket that nobody listens on as well', () => {
  terminalSpec('true');
  const id = caisson.id();
  expect(caisson.call(['create', '-b', bundle, id]).stderr).toMatch(/process\/terminal.*--console-socket/);
  const outcome = caisson.call(['create', '-b', bundle, '--console-socket', join(caisson.directory, 'nobody'), id]);
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toMatch(/ENOENT.*nobody|nobody.*ENOENT/);
  expect(caisson.call(['state', id]).stderr).toContain('does not exist');
});

test('create --console-socket sends one fd, a pty master', async () => {
  terminalSpec('echo through the socket; sleep 0.2');
  const id = caisson.id();
  const socket = join(caisson.directory, 'console');
  const receiver = spawn('python3', ['-c', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  receiver.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise((resolve) => receiver.on('exit', resolve));
  while (!text.includes('listening')) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(caisson.call(['create', '-b', bundle, '--console-socket', socket, id])).toMatchObject({
    status: 0,
    stderr: '',
  });
  expect(caisson.call(['start', id])).toMatchObject({ status: 0, stderr: '' });
  await ended;
  expect(text).toMatch(/1 fd, named/);
  expect(text).toContain('through the socket');
});

/** Listens as conmon does: one message with one fd and a name; then reads from it until the terminal hangs up. */
const RECEIVER = `
import array, os, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1]); listener.listen(1)
print('listening', flush=True)
connection, _ = listener.accept()
name, ancillary, _, _ = connection.recvmsg(4096, socket.CMSG_SPACE(64))
fds = array.array('i'); fds.frombytes(ancillary[0][2])
print(len(fds), 'fd, named', name.decode(), flush=True)
while True:
    try: chunk = os.read(fds[0], 4096)
    except OSError: break
    if not chunk: break
    print(chunk.decode(), flush=True)
`;
