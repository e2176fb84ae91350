// `npm run bench`: caisson beside runc, crun and the kernel's floor, on this machine, in one go. First that all
// do the same work, then how long each operation takes and what stays in memory, then whether the bars are met.
// Exit status: 0; 1 when the end states differ or a program fails; 2 for wrong words; 128 + signal after ^C.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setImmediate } from 'node:timers/promises';

import { measureAddition } from './additions.js';
import { barsOf } from './bars.js';
import { makeBundles } from './bundle.js';
import { sharedParents } from './cgroups.js';
import { removeContainers } from './cleanup.js';
import { compareEndStates } from './endstate.js';
import { figuresOf, type Pace } from './figures.js';
import { measureMemory, type Memory } from './memory.js';
import { isInside, mountHugetlb, mountWorkFolder, runInside } from './mounts.js';
import { parseOptions, usage, type Options } from './options.js';
import { stateRoot } from './place.js';
import { compile } from './programs.js';
import { barLines, endStateLines, loadLine, memoryLines, timeLines } from './report.js';
import { timeRounds } from './rounds.js';
import { findRuntimes, makeFloor, type Runtime } from './subjects.js';
import { startTimer, type Timer } from './timer.js';
import { checkingLine, measureChecking } from './validate.js';

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    print(usage);
    return 0;
  }
  let options: Options;
  try {
    options = parseOptions(words);
  } catch (cause) {
    process.stderr.write(`bench: error: ${(cause as Error).message}\n${usage}`);
    return 2;
  }
  if (process.getuid?.() !== 0) {
    process.stderr.write('bench: error: it makes containers and cgroups: run it as root\n');
    return 2;
  }
  return isInside() ? bench(options) : runInside();
}

async function bench(options: Options): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interruption.abort(signal));
  }
  try {
    return await benchInPlace(options, interruption.signal);
  } catch (cause) {
    // A program that ^C ended fails before the signal of this process is seen.
    await setImmediate();
    if (interruption.signal.aborted) return 128 + constants.signals[interruption.signal.reason as NodeJS.Signals];
    process.stderr.write(`bench: error: ${(cause as Error).message}\n`);
    return 1;
  }
}

async function benchInPlace(options: Options, interrupted: AbortSignal): Promise<number> {
  print(loadLine());
  const runtimes = findRuntimes(options);
  const timerProgram = compile('time');
  mountWorkFolder();
  const unmountHugetlb = runtimes.some(({ name }) => name === 'crun') ? mountHugetlb() : undefined;
  const parentsBefore = sharedParents();
  const timer = startTimer(timerProgram, interrupted);
  try {
    return await measure(options, runtimes, timer, interrupted);
  } finally {
    timer.close();
    const left = removeContainers(runtimes, parentsBefore);
    await unmountHugetlb?.();
    for (const path of left) process.stderr.write(`bench: warning: could not remove ${path}\n`);
  }
}

async function measure(
  options: Options,
  runtimes: readonly Runtime[],
  timer: Timer,
  interrupted: AbortSignal,
): Promise<number> {
  for (const { name, version, program } of runtimes) {
    mkdirSync(stateRoot(name), { recursive: true, mode: 0o700 });
    print(`${name.padEnd(8)} ${version} (${program})`);
  }
  if (options.validate) {
    const caisson = runtimes.find(({ name }) => name === 'caisson');
    if (caisson === undefined) throw new Error('only caisson says how long it checks a config');
    print('', checkingLine(measureChecking(caisson, options.hotRuns)));
    return 0;
  }
  makeBundles((runtimes.find(({ name }) => name === 'runc') ?? runtimes[0])!.program);
  if (options.addition !== undefined) {
    for await (const line of measureAddition(options.addition, runtimes, timer, options.hotRuns)) print(line);
    return 0;
  }
  const endStates = await compareEndStates(runtimes, timer);
  if (endStates !== undefined) print('', ...endStateLines(endStates));

  const floor = options.without.includes('floor') ? undefined : makeFloor();
  const field = { runtimes, floor, timer, only: options.only, interrupted, progress };
  const hot = options.times ? await timeRounds(field, 'hot', options.hotRuns) : [];
  const spaced = options.times ? await timeRounds(field, 'spaced', options.spacedRuns) : [];
  const all = [...hot, ...spaced];
  progress();
  if (all.length > 0) print('', ...timeLines(all));

  const memories: Memory[] = [];
  if (options.memory) for (const runtime of runtimes) memories.push(await measureMemory(runtime, timer));
  if (memories.length > 0) print('', ...memoryLines(memories));

  const bars = barsOf(all, memories);
  if (bars.length > 0) print('', ...barLines(bars));
  if (options.json !== undefined) {
    const load = readFileSync('/proc/loadavg', 'utf8').trim();
    const versions = runtimes.map(({ name, version }) => ({ name, version }));
    const times = all.map((series) => ({ ...series, figures: figuresOf(all, series) }));
    writeFileSync(
      options.json,
      `${JSON.stringify({ load, versions, endStates, times, memories, bars }, undefined, 2)}\n`,
    );
  }
  return endStates?.differences.some(({ reason }) => reason === undefined) ? 1 : 0;
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** One line on a terminal that is written over; without words it is wiped. */
function progress(pace?: Pace, round = 0, rounds = 0): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(pace === undefined ? '\r\x1b[K' : `\r\x1b[K${pace}: ${round + 1} of ${rounds}`);
}
