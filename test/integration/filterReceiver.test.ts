/** The addon hands the listener of a filter over, with plans written by hand: a receiver that is gone, stuck, or none at all. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { native } from '../../lib/native/load.js';
import type { FilterReceiver, Launched } from '../../lib/native/surface.js';
import { encodePlan } from '../../lib/plan/encode.js';
import type { InitAct } from '../../lib/plan/wire.gen.js';
import { ALL, container, openRoot } from '../init/plans.js';
import { makeRootfs } from '../support/bundle.js';

const DEADLINE = 20_000;
let directory = '';
let rootfs = '';
let server: Server | undefined;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'caisson-receiver-'));
  rootfs = makeRootfs(join(directory, 'rootfs'));
});
afterEach(() => {
  server?.close();
  server = undefined;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** One instruction: allow. */
const ALLOW_ALL = new Uint8Array(Uint16Array.of(6, 0, 0, 0x7fff).buffer);
const LISTENER: InitAct = { op: 'seccomp-listener', filter: ALLOW_ALL, flags: 0, optional: 0 };
const path = () => join(directory, 'socket');

function launch(): Promise<Launched> {
  const acts = container('true');
  return native().launch({
    host: encodePlan([openRoot(rootfs)]),
    init: encodePlan([...acts.slice(0, -1), LISTENER, ...acts.slice(-1)]),
    cloneFlags: ALL,
    cgroupSlot: -1,
    deadline: DEADLINE,
    imageDirectory: directory,
    trace: false,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

/** Proceeds with a receiver; whatever comes of it, hangs up and waits for the end of init. */
async function proceed(receiver: FilterReceiver | undefined): Promise<unknown> {
  const launched = await launch();
  try {
    return await native().proceed(launched, DEADLINE, receiver);
  } finally {
    for (const fd of [launched.channel, receiver?.socket ?? -1]) if (fd >= 0) native().close(fd);
    // Init is told by nothing but the end of the channel.
    expect(await native().awaitEnd(launched.pidfd, DEADLINE)).toBe(true);
    await native().endInit(launched);
    native().close(launched.pidfd);
  }
}

const receiver = (socket: number, more: Partial<FilterReceiver> = {}): FilterReceiver => ({
  ...{ socket, path: path(), message: '{}', deadline: DEADLINE },
  ...more,
});

/** Listens as it is told, and ends with the test. */
async function listening(onConnection: 'hold' | 'hang up'): Promise<void> {
  const made = createServer({ pauseOnConnect: true }, (connection) => {
    connection.on('error', () => undefined);
    if (onConnection === 'hang up') connection.destroy();
    else made.once('close', () => connection.destroy());
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(path(), resolve));
}

const descriptors = () => readdirSync('/proc/self/fd').length;

describe('a receiver that', () => {
  test('has hung up is an error, and the end of init', async () => {
    await listening('hang up');
    const closed = new Promise((resolve) => server?.once('connection', (one) => one.once('close', resolve)));
    const socket = await native().connectStream(path(), DEADLINE);
    await closed;
    const failure = await failureOf(proceed(receiver(socket)));
    expect(failure).toMatchObject({ errno: 'EPIPE', syscall: 'sendmsg', path: path() });
  });

  test('does not read has its time', async () => {
    await listening('hold');
    const socket = await native().connectStream(path(), DEADLINE);
    const failure = await failureOf(proceed(receiver(socket, { message: 'x'.repeat(4 << 20), deadline: 200 })));
    expect(failure).toMatchObject({ errno: 'ETIMEDOUT', syscall: 'sendmsg', path: path() });
  });

  test('is there gets it, and the end of the stream with it', async () => {
    await listening('hold');
    const read = new Promise<string>((resolve) => {
      server?.once('connection', (connection) => {
        let text = '';
        connection.on('data', (chunk: Buffer) => void (text += chunk.toString()));
        connection.on('end', () => resolve(text));
        connection.resume();
      });
    });
    const before = descriptors();
    const socket = await native().connectStream(path(), DEADLINE);
    expect(await proceed(receiver(socket, { message: '{"a":1}' }))).toMatchObject({ point: 'exec' });
    expect(await read).toBe('{"a":1}');
    server?.close();
    expect(descriptors()).toBeLessThanOrEqual(before + 1);
  });

  test('nobody named is an error too', async () => {
    expect(await failureOf(proceed(undefined))).toMatchObject({ errno: 'EPROTO' });
  });
});

describe('connecting', () => {
  test('to a queue that is full has its time', async () => {
    const script = `import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(0); print('ready', flush=True); time.sleep(60)`;
    const deaf = spawn('python3', ['-c', script, path()], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => deaf.stdout.once('data', resolve));
    try {
      const first = await native().connectStream(path(), DEADLINE);
      const failure = await failureOf(native().connectStream(path(), 200));
      expect(failure).toMatchObject({ errno: 'ETIMEDOUT', syscall: 'connect', path: path() });
      native().close(first);
    } finally {
      deaf.kill('SIGKILL');
      rmSync(path());
    }
  });

  test.each([
    ['nothing', () => join(directory, 'nothing'), 'ENOENT'],
    ['a file', () => join(rootfs, 'etc/passwd'), 'ECONNREFUSED'],
    ['a directory that is not there', () => join(directory, 'no/socket'), 'ENOENT'],
  ])('to %s', async (_, where, errno) => {
    expect(await failureOf(native().connectStream(where(), DEADLINE))).toMatchObject({ errno });
  });
});
