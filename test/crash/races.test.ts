/** Callers that come at the same moment, containers that die in the middle, numbers that are given out again. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { ONE_LINE, survivors, traces } from './place.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const LONG = 240_000;

beforeAll(() => {
  makeBundle(bundle, shellSpec('sleep 100'));
  mkdirSync(caisson.root);
});
afterAll(() => caisson.clean());

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
  readonly stdout: string;
}

/** Runs caisson beside others; a container that it leaves holds none of its pipes for long. */
function call(...args: string[]): Promise<Ended> {
  const child = caisson.start(args);
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  // Not 'close': what was said before the end is there a turn later.
  return new Promise((resolve) => child.on('exit', (status) => setTimeout(() => resolve({ status, ...said }), 20)));
}

const create = (id: string) => call('create', '-b', bundle, id);

function created(): string {
  const id = caisson.id();
  expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
  return id;
}

function nothingLeftOf(id: string): void {
  expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
  expect(traces(caisson, id, bundle)).toEqual([]);
}

/** Each has done its work, or says in one line why not. */
function expectOrderly(ended: readonly Ended[], refusal: RegExp): void {
  const odd = ended.filter(({ status, stderr }) => status !== 0 && !(ONE_LINE.test(stderr) && refusal.test(stderr)));
  expect(odd).toEqual([]);
}

describe('at the same moment', () => {
  const rounds = Array.from({ length: 5 }, (_, round) => round);

  test.each(rounds)('four creates of one id: one wins, and its container is whole (round %#)', async () => {
    const id = caisson.id();
    const ended = await Promise.all([1, 2, 3, 4].map(() => create(id)));
    expect(ended.filter(({ status }) => status === 0)).toHaveLength(1);
    expectOrderly(ended, /exists already/);
    expect(caisson.state(id).status).toBe('created');
    expect(caisson.call(['start', id]).stderr).toBe('');
    nothingLeftOf(id);
  });

  test.each(rounds)('four starts of one container: one wins (round %#)', async () => {
    const id = created();
    const ended = await Promise.all([1, 2, 3, 4].map(() => call('start', id)));
    expect(ended.filter(({ status }) => status === 0)).toHaveLength(1);
    expectOrderly(ended, /started already|it is running|has it ended just now/);
    expect(caisson.state(id).status).toBe('running');
    nothingLeftOf(id);
  });

  test.each(['delete', 'delete --force'])('four times %s: it is gone, and nobody complains of it', async (words) => {
    const verb = words.split(' ');
    const id = created();
    expect(caisson.call(['kill', id, 'KILL']).status).toBe(0);
    await caisson.until(id, 'stopped');
    const ended = await Promise.all([1, 2, 3, 4].map(() => call(...verb, id)));
    expect(ended.filter(({ status }) => status === 0).length).toBeGreaterThan(0);
    expectOrderly(ended, /does not exist|is being created/);
    nothingLeftOf(id);
  });

  test.each(rounds)('delete --force and create of one id: whoever is last has the last word (round %#)', async () => {
    const id = caisson.id();
    const ended = await Promise.all([create(id), call('delete', '--force', id), call('delete', '--force', id)]);
    expect(ended.slice(1)).toMatchObject([
      { status: 0, stderr: '' },
      { status: 0, stderr: '' },
    ]);
    const [made] = ended;
    if (made.status !== 0) expect(made.stderr).toMatch(ONE_LINE);
    nothingLeftOf(id);
  });

  test('a kill while it is being created', async () => {
    const id = caisson.id();
    const creating = create(id);
    const kills = await Promise.all(Array.from({ length: 6 }, () => call('kill', id, 'KILL')));
    expectOrderly(kills, /does not exist|is being created|it is creating|container not running/);
    const made = await creating;
    if (made.status !== 0) expect(made.stderr).toMatch(ONE_LINE);
    nothingLeftOf(id);
  });

  test('state, whatever else happens', async () => {
    const id = caisson.id();
    const watch = { over: false };
    const watching = (async () => {
      const said: Ended[] = [];
      while (!watch.over) said.push(await call('state', id));
      return said;
    })();
    for (let round = 0; round < 5; round++) {
      for (const args of [
        ['create', '-b', bundle, id],
        ['start', id],
        ['kill', id, 'KILL'],
        ['delete', '--force', id],
      ])
        expect(await call(...args)).toMatchObject({ status: 0, stderr: '' });
    }
    watch.over = true;
    const said = await watching;
    expectOrderly(said, /does not exist|is being created/);
    const statuses = said
      .filter(({ status }) => status === 0)
      .map(({ stdout }) => (JSON.parse(stdout) as { status: string }).status);
    expect(new Set(['creating', 'created', 'running', 'stopped', ...statuses]).size).toBe(4);
    nothingLeftOf(id);
  });

  test('an exec in a container that dies: a status, or one line', async () => {
    const id = created();
    expect(caisson.call(['start', id]).status).toBe(0);
    const { pid } = caisson.state(id);
    const execs = Array.from({ length: 8 }, () => call('exec', id, '/bin/sh', '-c', 'true'));
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(caisson.call(['kill', id, 'KILL']).status).toBe(0);
    for (const { status, stderr } of await Promise.all(execs)) {
      expect([0, 137, 255]).toContain(status);
      if (status === 255) expect(stderr).toMatch(ONE_LINE);
    }
    expect(await survivors([pid])).toEqual([]);
    nothingLeftOf(id);
  });
});

describe('a record of another process', () => {
  interface Identity {
    startTime: number;
    bootId: string;
  }

  test.each<[string, (init: Identity) => void]>([
    ['its number was given to another process', (init) => (init.startTime -= 1)],
    ['the host was booted since', (init) => (init.bootId = '00000000-0000-0000-0000-000000000000')],
  ])(
    '%s: the container is stopped, and that process is let alone',
    async (_, change) => {
      const id = created();
      const file = join(caisson.root, id, 'record.json');
      const record = JSON.parse(readFileSync(file, 'utf8')) as { init: Identity & { pid: number } };
      const { pid } = record.init;
      change(record.init);
      writeFileSync(file, JSON.stringify(record));
      expect(caisson.state(id)).toMatchObject({ status: 'stopped', pid: 0 });
      expect(caisson.call(['kill', id, 'KILL']).stderr).toMatch(/container not running/);
      expect(caisson.call(['exec', id, 'true']).stderr).toMatch(/container not running/);
      process.kill(pid, 0);
      // It is in the cgroup of the container, which therefore stays: who that is has to be looked at by a person.
      const refused = caisson.call(['delete', id]);
      expect(refused.stderr).toMatch(new RegExp(`held by ${pid} `));
      process.kill(pid, 'SIGKILL');
      expect(await survivors([pid])).toEqual([]);
      expect(caisson.call(['delete', id])).toMatchObject({ status: 0, stderr: '' });
      nothingLeftOf(id);
    },
    60_000,
  );
});

test(
  'two hundred containers, eight at a time: no error, and nothing left',
  async () => {
    const ids = Array.from({ length: 200 }, () => caisson.id());
    const rest = [...ids];
    const worker = async () => {
      for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
        const ends: string[][] = [
          ['create', '-b', bundle, id],
          ['start', id],
          ['state', id],
          ['kill', id, 'KILL'],
          ['delete', '--force', id],
        ];
        for (const args of ends) expect(await call(...args)).toMatchObject({ status: 0, stderr: '' });
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    for (const id of ids) expect(traces(caisson, id, bundle)).toEqual([]);
  },
  LONG,
);
