// What an addition to the config costs `run`: the same bundle with and without it, one after the other, so that a busy
// moment counts on both sides. Of every runtime: what caisson keeps or does at once, others may pay each time.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { engineProfile } from '../test/support/seccomp.js';
import { quantile, spacing, type Pace } from './figures.js';
import { limits, timeOfWrites } from './limits.js';
import { bundleFolder, workFolder } from './place.js';
import type { Runtime } from './subjects.js';
import type { Timer } from './timer.js';

/** Milliseconds that docker's filter may add to caisson's `run`, when the compiled one is kept. */
const FILTER_BAR = 1.5;

export const additionNames = ['seccomp', 'limits'] as const;
export type AdditionName = (typeof additionNames)[number];

interface Addition {
  readonly words: string;
  /** Below `linux` of config.json. */
  readonly linux: (linux: Linux) => object;
  /** The milliseconds that caisson is held to, and what they are. */
  readonly bar: () => readonly [most: number, what: string];
  readonly paces: readonly Pace[];
}

interface Linux {
  readonly resources?: object;
}

const additions: Readonly<Record<AdditionName, Addition>> = {
  seccomp: {
    words: 'a filter',
    linux: () => ({ seccomp: engineProfile() }),
    bar: () => [FILTER_BAR, 'the bar'],
    paces: ['hot'],
  },
  limits: {
    words: 'limits',
    linux: ({ resources }) => ({ resources: { ...resources, ...limits } }),
    bar: () => [timeOfWrites(), 'what their writes take'],
    paces: ['hot', 'spaced'],
  },
};

/**
 * @param runs hot ones; a third of that is spaced
 * @throws {Error} when a runtime refuses the config
 * @returns a line for each runtime and pace
 */
export async function* measureAddition(
  name: AdditionName,
  runtimes: readonly Runtime[],
  timer: Timer,
  runs: number,
): AsyncGenerator<string> {
  const addition = additions[name];
  const folder = join(workFolder, 'bundles', name);
  makeBundle(folder, addition);
  for (const pace of addition.paces) {
    const rounds = pace === 'hot' ? runs : Math.ceil(runs / 3);
    for (const runtime of runtimes) {
      const run = async (bundle: string): Promise<number> => {
        if (pace === 'spaced') await pause(spacing);
        const { program, globalWords, id } = runtime;
        return (await timer.time([program, ...globalWords, 'run', '--bundle', bundle, id])).time;
      };
      await run(folder); // from here on what can be kept is kept
      const pairs: Pair[] = [];
      for (let round = 0; round < rounds; round++) {
        const without = await run(bundleFolder('true'));
        pairs.push({ without, whole: await run(folder) });
      }
      yield lineOf(addition, runtime.name, pace, pairs);
    }
  }
}

/** Milliseconds of two runs that are neighbours in time. */
interface Pair {
  readonly without: number;
  readonly whole: number;
}

function makeBundle(folder: string, addition: Addition): void {
  mkdirSync(folder, { recursive: true });
  const config = JSON.parse(readFileSync(join(bundleFolder('true'), 'config.json'), 'utf8')) as { linux: Linux };
  const linux = { ...config.linux, ...addition.linux(config.linux) };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, linux }));
}

function lineOf({ words, bar }: Addition, name: string, pace: Pace, pairs: readonly Pair[]): string {
  const added = pairs.map(({ without, whole }) => whole - without);
  const [median, p10, p90] = [0.5, 0.1, 0.9].map((share) => quantile(added, share).toFixed(2));
  const [without, whole] = (['without', 'whole'] as const).map((which) => {
    return quantile(
      pairs.map((pair) => pair[which]),
      0.5,
    ).toFixed(2);
  });
  const [most, what] = bar();
  const held = name === 'caisson' ? ` (at most ${most.toFixed(2)}, ${what})` : '';
  return `${name.padEnd(8)} ${pace.padEnd(6)} run ${without} ms, with ${words} ${whole} ms; adds median ${median} ms${held}, p10 ${p10}, p90 ${p90}`;
}
