// Times the operations, interleaved: in every round each subject does the operation once before anybody does the
// next, so that whatever else the machine does falls on all alike. The order within a round is a matter of chance:
// what a program leaves to the kernel to clean up is paid by its follower, and in a fixed order (or a rotating one)
// somebody always follows the same neighbour. crun against itself showed a ratio of 0.8 then.

import { setTimeout as pause } from 'node:timers/promises';

import { stateOf } from './endstate.js';
import { seriesOf, spacing, type Pace, type Series } from './figures.js';
import type { Operation } from './options.js';
import type { Runtime, Subject } from './subjects.js';
import type { Timer } from './timer.js';

/** A container's life after `run`; the order in which the operations are possible. */
const life = ['create', 'start', 'exec', 'state', 'kill', 'delete'] as const;

export interface Field {
  readonly runtimes: readonly Runtime[];
  readonly floor: Subject | undefined;
  readonly timer: Timer;
  readonly only: readonly Operation[];
  /** Called before each round, for a line on a terminal. */
  readonly progress: (pace: Pace, round: number, rounds: number) => void;
  readonly interrupted: AbortSignal;
}

/** @throws {Error} when a program fails */
export async function timeRounds(field: Field, pace: Pace, rounds: number): Promise<Series[]> {
  const all: Series[] = [];
  if (rounds === 0) return all;
  // One round that doesn't count: files that are not in memory yet.
  await timeRound(field, 'hot', []);
  for (let round = 0; round < rounds; round++) {
    field.progress(pace, round, rounds);
    await timeRound(field, pace, all);
  }
  return all;
}

async function timeRound(field: Field, pace: Pace, all: Series[]): Promise<void> {
  const subjects: Subject[] = [...field.runtimes, ...(field.floor === undefined ? [] : [field.floor])];
  const runtimes = shuffled(field.runtimes);
  if (field.only.includes('run')) await timeEach(field, pace, 'run', shuffled(subjects), all);
  if (!life.some((operation) => field.only.includes(operation))) return;
  for (const operation of life) {
    const pids = operation === 'kill' ? runtimes.map((runtime) => stateOf(runtime).pid) : [];
    await timeEach(field, pace, operation, runtimes, all);
    // A killed process is gone a little after `kill` has ended.
    for (const pid of pids) await field.timer.reap(pid);
  }
}

async function timeEach(
  field: Field,
  pace: Pace,
  operation: Operation,
  subjects: readonly Subject[],
  all: Series[],
): Promise<void> {
  const isWanted = field.only.includes(operation);
  for (const subject of subjects) {
    const words = subject.command(operation);
    if (words === undefined) continue;
    if (isWanted && pace === 'spaced') await pause(spacing, undefined, { signal: field.interrupted });
    const { time, peak } = await field.timer.time(words);
    if (!isWanted) continue;
    const series = seriesOf(all, pace, operation, subject.name) ?? newSeries(all, pace, operation, subject);
    series.times.push(time);
    series.peaks.push(peak);
  }
}

function newSeries(all: Series[], pace: Pace, operation: Operation, subject: Subject): Series {
  const series: Series = { pace, operation, subject: subject.name, times: [], peaks: [] };
  all.push(series);
  return series;
}

/** The same things in an order of chance (Fisher and Yates). */
export function shuffled<Thing>(things: readonly Thing[]): Thing[] {
  const order = [...things];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
