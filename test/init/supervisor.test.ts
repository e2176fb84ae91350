/** The supervisor: status, signals, the terminal, and the teardown behind it. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
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
