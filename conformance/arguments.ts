// The words of `npm run conformance -- …`. Called by run.ts.

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export interface Options {
  /** Paths, or names to be found on PATH; tried one after the other. */
  readonly runtimes: readonly string[];
  readonly only: readonly string[];
  readonly smoke: boolean;
  readonly json: boolean;
  readonly details: boolean;
  /** Programs side by side. */
  readonly jobs: number;
  /** Seconds one program may take. */
  readonly deadline: number;
  /** Mount no hierarchy of cgroup v1 that the host has not mounted. */
  readonly asIs: boolean;
  /** Commit what was found to results.json, when all is as expected. */
  readonly write: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

export const usage = `usage: npm run conformance -- [--runtime PATH]... [--only NAME]... [--smoke] [--json] [--details]

  --runtime PATH    a runtime to try, a path or a name on PATH; may be repeated (default: dist/bin/caisson)
  --only NAME       run this program; may be repeated
  --smoke           run a cross-section that takes a few seconds
  --json            print one JSON document instead of the table
  --details         print each failed assertion and what aborted programs said on stderr
  --jobs N          programs side by side (default: twice the processors, for most of them wait)
  --deadline S      seconds for one program (default: 60)
  --as-is           mount no hierarchy of cgroup v1 that the host has not mounted; nothing is judged then
  --write           write results.json, of which README.md and docs/conformance.md are made
  --list            print the names of the programs and run none
  --help            print this

Exit status: 0 the programs ran, and what caisson failed or skipped stands in conformance/expected.json (of another
runtime nothing is expected); 1 something else, or they could not be built or run; 2 wrong usage.
`;

/** @throws Error for an unknown option or a number that isn't one */
export function parseOptions(argv: readonly string[], defaultRuntime: string): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      runtime: { type: 'string', multiple: true, default: [defaultRuntime] },
      only: { type: 'string', multiple: true, default: [] },
      smoke: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      details: { type: 'boolean', default: false },
      jobs: { type: 'string', default: `${availableParallelism() * 2}` },
      deadline: { type: 'string', default: '60' },
      'as-is': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { jobs, deadline, 'as-is': asIs, runtime: runtimes, ...rest } = values;
  return { ...rest, runtimes, asIs, jobs: parseCount('--jobs', jobs), deadline: parseCount('--deadline', deadline) };
}

function parseCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`${option}: "${text}" is not a number from 1 to 99999`);
  return Number(text);
}
