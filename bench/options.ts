// The words of `npm run bench -- WORDS`. Parsed whole: what is not known is refused, never passed over.

import { parseArgs } from 'node:util';

import { type AdditionName, additionNames } from './additions.js';

export const operations = ['run', 'create', 'start', 'exec', 'state', 'kill', 'delete'] as const;
/** What is timed. */
export type Operation = (typeof operations)[number];

export const runtimeNames = ['caisson', 'runc', 'crun'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

export const subjectNames = [...runtimeNames, 'floor'] as const;
/** Who is timed: the runtimes, and the kernel's own share of `run`. */
export type SubjectName = (typeof subjectNames)[number];

export interface Options {
  /** The programs named on the command line; the others are looked for. */
  readonly programs: Readonly<Partial<Record<RuntimeName, string>>>;
  readonly without: readonly SubjectName[];
  readonly only: readonly Operation[];
  /** How often each operation is timed back to back. */
  readonly hotRuns: number;
  /** How often with pauses between. */
  readonly spacedRuns: number;
  readonly json: string | undefined;
  /** Which parts are wanted beside the end states, which are always compared. */
  readonly times: boolean;
  readonly memory: boolean;
  /** Nothing but the time that a config takes to be checked. */
  readonly validate: boolean;
  /** Nothing but what this adds to `run`. */
  readonly addition: AdditionName | undefined;
}

export const usage = `usage: npm run bench -- [options]
  --caisson PATH, --runc PATH, --crun PATH   the programs (dist/bin/caisson, and PATH's runc and crun)
  --without NAME[,NAME]   leave out some of ${subjectNames.join(', ')}
  --only OP[,OP]          time only some of ${operations.join(', ')}; no memory
  --only validate         time only how long caisson checks docker's usual config
  --only seccomp          time only what a seccomp profile of docker's kind adds to run
  --only limits           time only what limits add to run, beside the writes they are
  --runs N                times each operation back to back (60), and a third of that spaced (20)
  --memory                only end states and memory
  --check                 only end states, and each operation once
  --json FILE             all figures as JSON
`;

/** @throws {Error} for a word that is not known, or a number or name that is wrong. */
export function parseOptions(words: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...words],
    allowPositionals: false,
    options: {
      caisson: text,
      runc: text,
      crun: text,
      without: text,
      only: text,
      runs: text,
      json: text,
      memory: flag,
      check: flag,
    },
  });
  const hotRuns = values.check ? 1 : wholeNumber('--runs', values.runs ?? '60');
  const validate = values.only === 'validate';
  const addition = additionNames.find((name) => name === values.only);
  const programs: Partial<Record<RuntimeName, string>> = {};
  for (const name of runtimeNames) {
    const program = values[name];
    if (program !== undefined) programs[name] = program;
  }
  return {
    programs,
    without: values.without === undefined ? [] : listOf('--without', values.without, subjectNames),
    only:
      values.only === undefined || validate || addition !== undefined
        ? operations
        : listOf('--only', values.only, operations),
    hotRuns,
    spacedRuns: values.check ? 0 : Math.ceil(hotRuns / 3),
    json: values.json,
    times: !values.memory,
    memory: values.memory || (!values.check && values.only === undefined),
    validate,
    addition,
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new Error(`${flag}: "${text}" is not a number from 1 to 99999`);
  return Number(text);
}

function listOf<Name extends string>(flag: string, text: string, names: readonly Name[]): Name[] {
  return text.split(',').map((word) => {
    const name = names.find((known) => known === word);
    if (name === undefined) throw new Error(`${flag}: "${word}" is none of ${names.join(', ')}`);
    return name;
  });
}
