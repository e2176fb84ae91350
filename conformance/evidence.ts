// Asks the host, the suite's source and the specification what expected.json claims of them. Called by run.ts.

import { spawnSync } from 'node:child_process';
import type { Expected } from './expectations.js';
import type { Proof } from './judgement.js';

/** Where the commands look. */
export interface Sources {
  /** Directory of the suite's module. */
  readonly suite: string;
  /** Directory of the specification's module. */
  readonly spec: string;
  readonly goroot: string;
}

/** Milliseconds for one command. */
const DEADLINE = 20_000;

/** @returns the names of the conditions that hold here, and a proof for each expectation */
export function gather(file: Expected, sources: Sources): { conditions: string[]; proofs: Proof[] } {
  const env = { PATH: process.env.PATH, SUITE: sources.suite, SPEC: sources.spec, GOROOT: sources.goroot };
  const ask = (command: string) => spawnSync('/bin/sh', ['-c', command], { env, encoding: 'utf8', timeout: DEADLINE });
  const conditions = Object.keys(file.conditions).filter((name) => ask(file.conditions[name]!).status === 0);
  const printed = new Map<string, string>();
  const proofs = file.expected.map(({ evidence: { command }, where }) => {
    if (where !== undefined && !conditions.includes(where)) return { applies: false, printed: '' };
    if (!printed.has(command)) {
      const { stdout, stderr } = ask(command);
      printed.set(command, `${stdout}${stderr}`.trim());
    }
    return { applies: true, printed: printed.get(command)! };
  });
  return { conditions, proofs };
}
