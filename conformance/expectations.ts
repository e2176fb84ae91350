// What expected.json says: failures, aborts and skips that are known, each with its reason, the evidence for it and the
// condition on the host. Pure, but for reading the file. Called by run.ts, judgement.ts and the generator of the pages.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command of sh(1), with $SUITE, $SPEC and $GOROOT in its environment, and what it must print. */
export interface Evidence {
  readonly command: string;
  /** A regular expression on what it printed, without the blanks around it. */
  readonly prints: string;
}

export type Kind = 'failed' | 'aborted' | 'skipped';

export interface Expectation {
  /** Names; `*` alone stands for any of them. */
  readonly programs: readonly string[];
  readonly kind: Kind;
  /** A regular expression on the assertion's words; of an abort, on what the program said on stderr. */
  readonly words: string;
  readonly reason: string;
  readonly evidence: Evidence;
  /** The condition on the host; absent: everywhere. */
  readonly where?: string;
}

export interface Expected {
  /** Commands of sh(1): exit status 0 means that the condition holds here. */
  readonly conditions: Readonly<Record<string, string>>;
  readonly expected: readonly Expectation[];
}

const FIELDS = new Set(['programs', 'kind', 'words', 'reason', 'evidence', 'where']);

/** @throws Error when the file is not what this module describes */
export function readExpected(home: string): Expected {
  return checkExpected(JSON.parse(readFileSync(join(home, 'expected.json'), 'utf8')) as Expected);
}

/** @throws Error that names the entry */
export function checkExpected(file: Expected): Expected {
  for (const [index, entry] of file.expected.entries()) {
    const complain = (what: string) => new Error(`expected.json: entry ${index}: ${what}`);
    const strange = Object.keys(entry).find((field) => !FIELDS.has(field));
    if (strange !== undefined) throw complain(`unknown field ${strange}`);
    if (entry.programs.length === 0) throw complain('no program');
    if (!['failed', 'aborted', 'skipped'].includes(entry.kind)) throw complain(`unknown kind ${entry.kind}`);
    if (entry.reason.trim() === '' || entry.evidence.command.trim() === '') throw complain('no reason or no evidence');
    if (entry.where !== undefined && !(entry.where in file.conditions)) throw complain(`no condition ${entry.where}`);
    for (const pattern of [entry.words, entry.evidence.prints]) {
      if (pattern === '' || new RegExp(pattern).test('')) throw complain(`/${pattern}/ fits everything`);
    }
  }
  return file;
}
