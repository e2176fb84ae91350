// What reading and checking a config.json takes of `create`: the phase "config checked" of the trace, from its text
// to a checked spec. Of docker's usual config with a whole seccomp profile, by the first call in a process, as always.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { dockerConfig } from '../test/support/engines.js';
import { engineProfile } from '../test/support/seccomp.js';
import { quantile } from './figures.js';
import { environment, stateRoot, workFolder } from './place.js';
import type { Runtime } from './subjects.js';

const phase = 'config checked';

export interface Checking {
  /** Of config.json, in bytes. */
  readonly size: number;
  /** Milliseconds, one for each process. */
  readonly samples: readonly number[];
}

/** @throws {Error} when caisson refuses the config, or its trace lacks the phase */
export function measureChecking({ name, program }: Runtime, runs: number): Checking {
  const bundle = join(workFolder, 'bundles', 'docker');
  mkdirSync(join(bundle, 'rootfs'), { recursive: true });
  const text = JSON.stringify(configOf());
  writeFileSync(join(bundle, 'config.json'), text);
  const trace = join(workFolder, 'trace');
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) {
    const words = ['--root', stateRoot(name), '--trace', trace, 'plan', '-b', bundle];
    execFileSync(program, words, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
    samples.push(lengthOf(readFileSync(trace, 'utf8')));
  }
  return { size: Buffer.byteLength(text), samples };
}

/** Without limits, labels and what the daemon makes beforehand. */
function configOf(): object {
  const { process, linux, hooks: _, ...rest } = dockerConfig() as Record<string, object>;
  const { devices } = (linux as { resources: { devices: object } }).resources;
  return {
    ...rest,
    process: { ...process, apparmorProfile: undefined },
    root: { path: 'rootfs' },
    linux: {
      ...linux,
      resources: { devices },
      sysctl: undefined,
      cgroupsPath: '/docker/bench',
      seccomp: engineProfile(),
    },
  };
}

function lengthOf(trace: string): number {
  const found = (JSON.parse(trace) as { traceEvents: { name: string; dur?: number }[] }).traceEvents.find(
    ({ name }) => name === phase,
  );
  if (found?.dur === undefined) throw new Error(`the trace has no phase "${phase}"`);
  return found.dur / 1000;
}

/** A line for a person, beside the bar of half a millisecond. */
export function checkingLine({ size, samples }: Checking): string {
  const [median, p10, p90] = [0.5, 0.1, 0.9].map((share) => quantile(samples, share).toFixed(2));
  return `config checked: median ${median} ms, p10 ${p10}, p90 ${p90}, of ${size} bytes (at most 0.5)`;
}
