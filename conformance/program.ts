// Runs one program of the suite against a runtime, with a deadline, apart from everything else on the host: its own
// working directory, bundles and state root, its own pid and mount namespaces. When it ends, nothing of it is left.
// Called by run.ts. It doesn't read TAP.

import { spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, linkSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { sweepCgroups } from './cgroups.js';
import { sharesCgroup } from './programs.js';
import { removeTree } from './scratch.js';
import type { Suite } from './suite.js';
import type { Ended } from './verdict.js';

export interface Bench {
  readonly suite: Suite;
  /** Absolute path of the runtime. */
  readonly runtime: string;
  /** Below it each program gets a directory while it runs. Any user must be able to walk there: some containers have
   *  a user namespace. */
  readonly scratch: string;
  /** Where the programs' output stays: NAME.tap and NAME.stderr. */
  readonly results: string;
  /** Seconds. */
  readonly deadline: number;
  /** This directory, with inside.sh. */
  readonly home: string;
  /** Ends all programs at once. */
  readonly signal: AbortSignal;
}

/** `timeout`'s exit status when the time is over. */
const timeoutStatus = 124;

/** Seconds beyond the deadline that inside.sh gets to clean up before it is ended from outside. */
const grace = 60;

/** @throws Error when the program could not even be started, or the run is being broken off */
export async function runProgram(bench: Bench, name: string): Promise<Ended> {
  const place = join(bench.scratch, name);
  const output = { stdout: join(bench.results, `${name}.tap`), stderr: join(bench.results, `${name}.stderr`) };
  prepare(bench, place);
  const started = performance.now();
  const { status, killed } = await spawnProgram(bench, name, place, output);
  const ms = Math.round(performance.now() - started);
  const cgroups = await sweepCgroups(createdIds(place), sharesCgroup(name));
  const left = [...cgroups, ...removeTree(place)];
  bench.signal.throwIfAborted();
  return {
    name,
    stdout: readFileSync(output.stdout, 'utf8'),
    stderr: readFileSync(output.stderr, 'utf8'),
    status,
    timedOut: killed || status === timeoutStatus,
    ms,
    left,
  };
}

function prepare(bench: Bench, place: string): void {
  for (const directory of ['', 'work', 'tmp', 'state']) mkdirSync(join(place, directory), { recursive: true });
  chmodSync(place, 0o755);
  // scratch holds one copy of each; a program takes both from its working directory.
  for (const file of ['runtimetest', basename(bench.suite.rootfs)]) {
    linkSync(join(bench.scratch, file), join(place, 'work', file));
  }
  // The suite calls `$RUNTIME VERB …` without global options. Its calls are noted, so that we know our own ids.
  const wrapper = `#!/bin/sh\nprintf '%s\\n' "$*" >>'${place}/calls'\nexec '${bench.runtime}' --root '${place}/state' "$@"\n`;
  writeFileSync(join(place, 'runtime'), wrapper, { mode: 0o755 });
}

/** Ids of all containers that the program asked for: the last word of each `create`. */
function createdIds(place: string): string[] {
  if (!existsSync(join(place, 'calls'))) return [];
  const calls = readFileSync(join(place, 'calls'), 'utf8').split('\n');
  return calls.filter((call) => call.startsWith('create ')).map((call) => call.split(' ').at(-1)!);
}

async function spawnProgram(
  bench: Bench,
  name: string,
  place: string,
  output: { stdout: string; stderr: string },
): Promise<{ status: number; killed: boolean }> {
  const isolate = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  const command = [
    '/bin/sh',
    join(bench.home, 'inside.sh'),
    `${bench.deadline}`,
    join(bench.suite.bin, name),
    join(place, 'state'),
  ];
  const outputs = [openSync(output.stdout, 'w'), openSync(output.stderr, 'w')] as const;
  const child = spawn('unshare', [...isolate, ...command], {
    cwd: join(place, 'work'),
    env: { PATH: process.env.PATH, HOME: '/root', TMPDIR: join(place, 'tmp'), RUNTIME: join(place, 'runtime') },
    stdio: ['ignore', ...outputs],
  });
  outputs.forEach(closeSync);
  return new Promise((resolve, reject) => {
    let killed = false;
    const kill = () => child.kill('SIGKILL');
    const timer = setTimeout(() => (killed = kill()), (bench.deadline + grace) * 1000);
    bench.signal.addEventListener('abort', kill);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      bench.signal.removeEventListener('abort', kill);
      resolve({ status: code ?? 128 + constants.signals[signal!], killed });
    });
  });
}
