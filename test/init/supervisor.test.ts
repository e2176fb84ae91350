/** The supervisor: status, signals, the terminal, and the teardown behind it. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InitAct, TeardownAct } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { HARNESS, IMAGE, Workplace } from './harness.js';
import { ALL, container, openRoot } from './plans.js';

const work = new Workplace();
let rootfs = '';
let state = '';

beforeAll(() => {
  rootfs = makeRootfs(work.path('rootfs'));
  state = work.path('state');
});
afterAll(() => {
  work.remove();
});

const supervise = (terminal: number): TeardownAct[] => [
  { op: 'supervise', terminal },
  { op: 'remove-state', directory: state },
];
const CONSOLE: InitAct = { op: 'console', rows: 0, columns: 0 };

/** A run in the foreground: the harness starts the container and becomes the supervisor. */
function foreground(line: string, acts: readonly InitAct[] = [], input = '') {
  mkdirSync(state, { recursive: true });
  writeFileSync(`${state}/record.json`, '{}');
  const terminal = acts.includes(CONSOLE) ? 1 : 0;
  const init = container(line, acts);
  return work.init({ host: [openRoot(rootfs)], init, flags: ALL, supervise: supervise(terminal), input });
}

describe('without a terminal', () => {
  test.each([
    ['exit 0', 0],
    ['exit 42', 42],
    ["exec 2> /dev/null; sh -c 'kill -9 $$'; exit $?", 137],
  ])('%s', async (line, status) => {
    const outcome = await foreground(line);
    expect(outcome).toMatchObject({ status, stderr: '' });
    expect(existsSync(state)).toBe(false);
  });

  test('a container that a signal ends', async () => {
    const shared = ALL & ~0x2000_0000; // the first process of a pid namespace does not die of its own signals
    const init = container('kill -TERM $$');
    const outcome = await work.init({ host: [openRoot(rootfs)], init, flags: shared, supervise: supervise(0) });
    expect(outcome.status).toBe(143);
  });

  describe('what the container has come to', () => {
    const files = (limit: string) => ({
      'memory.events': 'low 0\nmax 9\noom_kill 3\noom_group_kill 7\n',
      'memory.max': limit,
      'memory.peak': '1536\n',
      'cpu.stat': 'user_usec 1\nusage_usec 1500\n',
    });

    async function account(limit: string, before: number, record: string, keep: number) {
      const memory = work.path('memory');
      mkdirSync(memory, { recursive: true });
      for (const [name, text] of Object.entries(files(limit))) writeFileSync(`${memory}/${name}`, text);
      const act: TeardownAct = {
        op: 'account',
        memory,
        kills: 'memory.events',
        limit: 'memory.max',
        peak: 'memory.peak',
        cpu: `${memory}/cpu.stat`,
        key: 'usage_usec',
        scale: 1000,
        nested: 0,
        before,
        record,
        keep,
      };
      const program: TeardownAct[] = [{ op: 'supervise', terminal: 0 }, act];
      return await work.init({ host: [openRoot(rootfs)], init: container('exit 4'), flags: ALL, supervise: program });
    }

    const record = () => work.path('exit.json');
    const read = () => JSON.parse(readFileSync(record(), 'utf8')) as unknown;

    test('is told, and kept', async () => {
      const { status, stderr } = await account('2097152\n', 1, record(), 1);
      expect({ status, stderr }).toEqual({
        status: 4,
        stderr:
          'caisson: warning: out of memory: the kernel killed 2 processes of the container (memory limit 2 MiB, peak 1536 bytes)\n',
      });
      const exit = { version: 1, status: 4, oomKills: 3, memoryLimit: 2097152, peakMemory: 1536, cpuTime: 1500000 };
      expect(read()).toEqual(exit);
      rmSync(record());
    });

    test.each(['max\n', '9223372036854771712\n', '99999999999999999999999\n', ''])('%j is no limit', async (limit) => {
      const { stderr } = await account(limit, 3, record(), 1);
      expect(stderr).toBe('');
      expect(read()).toEqual({ version: 1, status: 4, oomKills: 3, peakMemory: 1536, cpuTime: 1500000 });
      rmSync(record());
    });

    test('is kept only for who waits, where it need not be kept', async () => {
      await account('max', 3, record(), 0);
      expect(existsSync(record())).toBe(false);
      writeFileSync(record(), '');
      await account('max', 3, record(), 0);
      expect(read()).toMatchObject({ status: 4 });
      rmSync(record());
    });

    test('and a link in its place is not followed', async () => {
      const target = work.path('elsewhere');
      writeFileSync(target, 'as before');
      symlinkSync(target, record());
      await account('max', 3, record(), 1);
      expect(readFileSync(target, 'utf8')).toBe('as before');
      rmSync(record());
    });
  });

  test('what cannot be taken away is one line, and the status stays', async () => {
    mkdirSync(`${state}/deeper`, { recursive: true });
    const outcome = await foreground('exit 3');
    expect(outcome.status).toBe(3);
    expect(outcome.stderr).toBe(`caisson: error: cannot remove ${state}: Is a directory\n`);
    rmSync(state, { recursive: true });
  });

  test('signals arrive inside', async () => {
    const program =
      'for s in HUP INT QUIT USR1 USR2 TERM CONT WINCH; do trap "echo $s" $s; done; trap "exit 7" ALRM; echo ready; i=0; while [ $i -lt 1000 ]; do i=$((i+1)); sleep 0.02; done';
    const plans = [work.plan([openRoot(rootfs)]), work.plan(container(program))];
    const args = ['init', IMAGE, ALL.toString(), ...plans, `supervise=${work.plan(supervise(0))}`];
    const child = spawn(HARNESS, args, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
    const output = child.stdout!;
    (child.stdio[3] as Readable).resume();
    let heard = '';
    const said = (word: string) =>
      new Promise<void>((resolve) => {
        const look = () => heard.includes(`${word}\n`) && resolve();
        output.on('data', look);
        look();
      });
    output.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    const ended = new Promise((resolve) => child.on('close', resolve));
    await said('ready');
    for (const name of ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'TERM', 'CONT', 'WINCH']) {
      child.kill(`SIG${name}` as NodeJS.Signals);
      await said(name);
    }
    child.kill('SIGCHLD');
    child.kill('SIGURG');
    child.kill('SIGALRM');
    expect(await ended).toBe(7);
  });
});

describe('with a terminal', () => {
  test('output is copied to its end, input arrives, and its end is an end', async () => {
    const outcome = await foreground(
      'stty -echo; cat; head -c 300000 /dev/zero | tr "\\000" x; echo end',
      [CONSOLE],
      'typed\n',
    );
    expect(outcome.status).toBe(0);
    expect(outcome.stdout).toContain('typed\r\n');
    expect(outcome.stdout.match(/x/g)).toHaveLength(300_000);
    expect(outcome.stdout.endsWith('end\r\n')).toBe(true);
  });

  test('the status is that of the container', async () => {
    expect((await foreground('exit 9', [CONSOLE])).status).toBe(9);
  });
});
