/** events for real: what a container uses, its want of memory, and the end of the stream. */
import { spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cgroupLayout } from '../../lib/host/cgroup.js';
import { hierarchyOf } from '../../lib/plan/cgroupLayout.js';
import { makeBundle, shellSpec, writeSpec, type LooseSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const MIB = 1024 * 1024;
const v1 = hierarchyOf(cgroupLayout(), 'memory')?.version === 1;

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

/** A container that runs a line with a limit of memory and of tasks. */
function started(line: string, change: (spec: LooseSpec) => void = () => undefined): string {
  const spec = shellSpec(line);
  spec.linux.resources.memory = { limit: 32 * MIB };
  spec.linux.resources.pids = { limit: 21 };
  change(spec);
  writeSpec(bundle, spec);
  const id = caisson.id();
  expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
  return id;
}

interface Event {
  readonly type: string;
  readonly id: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data?: any;
}

/** A stream of events that is read while it is written. */
class Stream {
  readonly events: Event[] = [];
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(...words: string[]) {
    this.#child = caisson.start(['events', ...words]);
    this.ended = new Promise((resolve) => this.#child.once('close', resolve));
    let text = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      const lines = `${text}${chunk.toString()}`.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.events.push(JSON.parse(line) as Event);
    });
  }

  /** Waits for so many events of a type. */
  async until(type: string, count: number, milliseconds = 20_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (this.events.filter((event) => event.type === type).length < count) {
      if (Date.now() > deadline) throw new Error(`only ${JSON.stringify(this.events.map((event) => event.type))}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Stops listening, without a signal. */
  close(): void {
    this.#child.stdout?.destroy();
  }
}

const stats = (id: string) => {
  const outcome = caisson.call(['events', '--stats', id]);
  expect(outcome).toMatchObject({ stderr: '', status: 0 });
  expect(outcome.stdout).toMatch(/^[^\n]+\n$/);
  return JSON.parse(outcome.stdout) as Event;
};

describe('--stats', () => {
  test('one line of what the container uses', () => {
    const id = started(
      'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; sleep 100 & sleep 100 & echo >/dev/shm/done; wait',
    );
    for (let tries = 0; caisson.call(['exec', id, 'test', '-e', '/dev/shm/done']).status !== 0; tries++)
      expect(tries).toBeLessThan(500);
    const { type, id: told, data } = stats(id);
    expect({ type, told }).toEqual({ type: 'stats', told: id });
    expect(data.pids).toEqual({ current: 3, limit: 21 });
    expect(data.memory.usage.limit).toBe(32 * MIB);
    expect(data.memory.usage.usage).toBeGreaterThan(4096);
    expect(data.memory.usage.usage).toBeLessThan(32 * MIB);
    expect(data.cpu.usage.total).toBeGreaterThan(1_000_000);
    expect(data.cpu.usage.total).toBeLessThan(60e9);
    expect(Object.keys(data.memory.raw).length).toBeGreaterThan(10);
  });

  (v1 ? test : test.skip)('has the keys of runc', () => {
    const id = started('sleep 100');
    writeSpec(bundle, { ...shellSpec('sleep 100'), ociVersion: '1.0.2' });
    const root = join(caisson.directory, 'runc');
    const peer = `${id}-runc`;
    const runc = (...words: string[]) =>
      spawnSync('runc', ['--root', root, ...words], {
        encoding: 'utf8',
        stdio: ['ignore', words[0] === 'run' ? 'ignore' : 'pipe', 'ignore'],
      });
    try {
      expect(runc('run', '--detach', '-b', bundle, peer).status).toBe(0);
      const theirs = (JSON.parse(runc('events', '--stats', peer).stdout) as Event).data;
      // What was never more than zero is left out, and not all runcs know of the pressure.
      const optional = /psi|hugetlb|ioServic|failcnt|throttling|memory\.cache|raw|pids\.limit|\.usage$|\.max$/;
      const keys = keysOf(theirs).filter((key) => !optional.test(key));
      expect(keys.length).toBeGreaterThan(20);
      expect(keysOf(stats(id).data)).toEqual(expect.arrayContaining(keys));
    } finally {
      runc('delete', '--force', peer);
    }
  });

  test('a paused container has its numbers; a stopped one has none', async () => {
    const id = started('sleep 100');
    caisson.call(['pause', id]);
    expect(stats(id).data.pids.current).toBe(1);
    caisson.call(['kill', id, 'KILL']);
    await caisson.until(id, 'stopped');
    const outcome = caisson.call(['events', '--stats', id]);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/cannot events .*: container not running/);
  });
});

/** `memory.usage.limit` and so on; of a list, that it is there. */
function keysOf(value: unknown, before = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [before];
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, before === '' ? key : `${before}.${key}`));
}

describe('a stream', () => {
  test('tells at the interval, of each want of memory, and ends with the container', async () => {
    const id = started('while [ ! -e /dev/shm/go ]; do sleep 0.05; done; exit 3');
    const stream = new Stream('--interval', '100ms', id);
    await stream.until('stats', 2);
    expect(stream.events.map(({ type }) => type)).not.toContain('oom');
    const hog = () => caisson.call(['exec', id, 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=64M', 'count=1']).status;
    expect(hog()).toBe(137);
    await stream.until('oom', 1);
    expect(stream.events.find(({ type }) => type === 'oom')).toEqual({ type: 'oom', id });
    expect(hog()).toBe(137);
    await stream.until('oom', 2);
    caisson.call(['exec', id, 'touch', '/dev/shm/go']);
    expect(await stream.ended).toBe(0);
  }, 60_000);

  test('tells nothing between two intervals, and its end does not wait for the next', async () => {
    const id = started('while [ ! -e /dev/shm/go ]; do sleep 0.05; done');
    const stream = new Stream('--interval=1h', id);
    caisson.call(['exec', id, 'touch', '/dev/shm/go']);
    expect(await stream.ended).toBe(0);
    expect(stream.events).toEqual([]);
  }, 30_000);

  test('lasts as long as any process is in a container that shares its pid namespace', async () => {
    const held = started('sleep 100 & while [ ! -e /dev/shm/go ]; do sleep 0.05; done', ({ linux }) => {
      linux.namespaces = linux.namespaces.filter(({ type }: { type: string }) => type !== 'pid');
    });
    const stream = new Stream('--interval=100ms', held);
    await stream.until('stats', 1);
    caisson.call(['exec', held, 'touch', '/dev/shm/go']);
    await caisson.until(held, 'stopped');
    const before = stream.events.length;
    await stream.until('stats', before + 2);
    caisson.call(['kill', '--all', held, '9']);
    expect(await stream.ended).toBe(0);
    caisson.call(['delete', '--force', held]);
  }, 60_000);

  test('ends when nobody listens any more', async () => {
    const id = started('sleep 100');
    const stream = new Stream('--interval=1h', id);
    stream.close();
    expect(await stream.ended).toBe(0);
  }, 30_000);
});

test.each([['0s'], ['-5s'], ['5'], ['1 s'], ['soon'], ['9999999h']])('--interval %s is refused', (word) => {
  const { status, stderr } = caisson.call(['events', `--interval=${word}`, 'any']);
  expect(status).toBe(1);
  expect(stderr).toBe(
    `caisson: error: events: --interval takes a time above zero, as in 5s, 500ms or 1m30s, not "${word}" (see caisson events --help)\n`,
  );
});

test('a container that nobody made has no events', () => {
  expect(caisson.call(['events', 'nonesuch']).stderr).toMatch(/container nonesuch does not exist/);
});
