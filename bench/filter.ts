// What a seccomp profile of docker's kind costs `run`: the same bundle with and without it, one after the other, when the compiled
// profile is kept already. Of every runtime, for those that keep none pay each time.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { engineProfile } from '../test/support/seccomp.js';
import { quantile } from './figures.js';
import { bundleFolder, workFolder } from './place.js';
import type { Runtime } from './subjects.js';
import type { Timer } from './timer.js';

/** Milliseconds that the filter may add to caisson's `run`. */
const BAR = 1.5;

export interface FilterCost {
  readonly name: string;
  /** Milliseconds of each `run`. */
  readonly without: readonly number[];
  readonly filtered: readonly number[];
}

/** @throws {Error} when a runtime refuses the profile */
export async function measureFilter(runtime: Runtime, timer: Timer, runs: number): Promise<FilterCost> {
  const folder = join(workFolder, 'bundles', 'filtered');
  makeFiltered(folder);
  const run = async (bundle: string): Promise<number> => {
    const { program, globalWords, id } = runtime;
    return (await timer.time([program, ...globalWords, 'run', '--bundle', bundle, id])).time;
  };
  await run(folder); // from here on the profile is kept, by who keeps it
  const without: number[] = [];
  const filtered: number[] = [];
  for (let round = 0; round < runs; round++) {
    without.push(await run(bundleFolder('true')));
    filtered.push(await run(folder));
  }
  return { name: runtime.name, without, filtered };
}

function makeFiltered(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const config = JSON.parse(readFileSync(join(bundleFolder('true'), 'config.json'), 'utf8')) as { linux: object };
  const linux = { ...config.linux, seccomp: engineProfile() };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, linux }));
}

/** A line for a person; neighbours in time are compared, so that a busy moment counts on both sides. */
export function filterLine({ name, without, filtered }: FilterCost): string {
  const added = filtered.map((time, round) => time - (without[round] ?? 0));
  const [median, p10, p90] = [0.5, 0.1, 0.9].map((share) => quantile(added, share).toFixed(2));
  const [plain, whole] = [without, filtered].map((times) => quantile(times, 0.5).toFixed(2));
  const bar = name === 'caisson' ? ` (at most ${BAR})` : '';
  return `${name.padEnd(8)} run ${plain} ms, with a filter ${whole} ms; it adds median ${median} ms${bar}, p10 ${p10}, p90 ${p90}`;
}
