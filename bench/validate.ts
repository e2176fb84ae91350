// What checking a config.json takes of `create`: the phase "config checked" of the trace, from what JSON.parse makes of
// its text to a spec that schema, rules and claims have passed. Of docker's usual config with a whole seccomp profile, by
// the first call in a process, as always. What JSON.parse takes, which every runtime pays, is told beside it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { dockerConfig } from '../test/support/engines.js';
import { engineProfile } from '../test/support/seccomp.js';
import { quantile } from './figures.js';
import { environment, stateRoot, workFolder } from './place.js';
import type { Runtime } from './subjects.js';

const PARSED = 'config parsed';
const CHECKED = 'config checked';

export interface Checking {
  /** Of config.json, in bytes. */
  readonly size: number;
  /** Milliseconds, one for each process. */
  readonly parsed: readonly number[];
  readonly checked: readonly number[];
}

/** @throws {Error} when caisson refuses the config, or its trace lacks a phase */
export function measureChecking({ name, program }: Runtime, runs: number): Checking {
  const bundle = join(workFolder, 'bundles', 'docker');
  mkdirSync(join(bundle, 'rootfs'), { recursive: true });
  const text = JSON.stringify(configOf());
  writeFileSync(join(bundle, 'config.json'), text);
  const trace = join(workFolder, 'trace');
  const parsed: number[] = [];
  const checked: number[] = [];
  for (let run = 0; run < runs; run++) {
    const words = ['--root', stateRoot(name), '--trace', trace, 'plan', '-b', bundle];
    execFileSync(program, words, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
    const phases = readFileSync(trace, 'utf8');
    parsed.push(lengthOf(PARSED, phases));
    checked.push(lengthOf(CHECKED, phases));
  }
  return { size: Buffer.byteLength(text), parsed, checked };
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

function lengthOf(phase: string, trace: string): number {
  const found = (JSON.parse(trace) as { traceEvents: { name: string; dur?: number }[] }).traceEvents.find(
    ({ name }) => name === phase,
  );
  if (found?.dur === undefined) throw new Error(`the trace has no phase "${phase}"`);
  return found.dur / 1000;
}

/** A line for a person, beside the bar of half a millisecond. */
export function checkingLine({ size, parsed, checked }: Checking): string {
  const of = (samples: readonly number[]): string => {
    const [median, p10, p90] = [0.5, 0.1, 0.9].map((share) => quantile(samples, share).toFixed(2));
    return `median ${median} ms, p10 ${p10}, p90 ${p90}`;
  };
  return `config of ${size} bytes: checked ${of(checked)} (at most 0.5); JSON.parse before that ${of(parsed)}`;
}
