// The words of `npm run conformance -- …`. Called by run.ts.

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export interface Options {
  /** Path, or a name to be found on PATH. */
  readonly runtime: string;
  readonly only: readonly string[];
  readonly smoke: boolean;
  readonly json: boolean;
  readonly details: boolean;
  /** Programs side by side. */
  readonly jobs: number;
  /** Seconds one program may take. */
  readonly deadline: number;
  /** Mount the hugetlb hierarchy even for a runtime that doesn't ask for it. */
  readonly hugetlb: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

export const usage = `usage: npm run conformance -- [--runtime PATH] [--only NAME]... [--smoke] [--json] [--details]

  --runtime PATH    the runtime to try, a path or a name on PATH (default: dist/bin/caisson)
  --only NAME       run this program; may be repeated
  --smoke           run a cross-section that takes a few seconds
  --json            print one JSON document instead of the table
  --details         print each failed assertion and what aborted programs said on stderr
  --jobs N          programs side by side (default: twice the processors, for most of them wait)
  --deadline S      seconds for one program (default: 60)
  --hugetlb-mount   mount the hugetlb hierarchy for any runtime; crun gets it by itself where it needs it
  --list            print the names of the programs and run none
  --help            print this

Exit status: 0 the programs ran and the table is complete, whatever it says; 1 they could not be built or run;
2 wrong usage.
`;

/** @throws Error for an unknown option or a number that isn't one */
export function parseOptions(argv: readonly string[], defaultRuntime: string): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      runtime: { type: 'string', default: defaultRuntime },
      only: { type: 'string', multiple: true, default: [] },
      smoke: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      details: { type: 'boolean', default: false },
      jobs: { type: 'string', default: `${availableParallelism() * 2}` },
      deadline: { type: 'string', default: '60' },
      'hugetlb-mount': { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { jobs, deadline, 'hugetlb-mount': hugetlb, ...rest } = values;
  return { ...rest, hugetlb, jobs: parseCount('--jobs', jobs), deadline: parseCount('--deadline', deadline) };
}

function parseCount(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`${option}: "${text}" is not a number from 1 to 99999`);
  return Number(text);
}
