/**
 * What docs/spec-coverage.md tells: each leaf of the config schema, who carries it out (lib/plan/claims.ts), which golden plan
 * depends on it, and which test shows it in a container (test/leaves.json). For generate-coverage.ts, which writes the page, and the test that holds
 * the tables.
 */
import { readFileSync } from 'node:fs';
import { type Claim, claimedLeaves } from '../lib/plan/claims.js';
import { goldenOf } from './golden-coverage.js';
import { leavesOf, readSchema } from './spec-schema.js';

/** A test, as test/leaves.json names it: `test/init/process.test.ts: words of its title`. */
export interface Shown {
  readonly file: string;
  readonly title: string;
  /** Why it is less than a container, where it is. */
  readonly because?: string;
}

export interface Row {
  /** `linux/cgroupsPath`; `*` stands for an index or a map's key. */
  readonly pointer: string;
  /** Place in the specification: `config-linux.md#devices`. */
  readonly section: string;
  readonly claim: Claim;
  /** The golden plan that depends on it: `hooks-whole`, or `resources-v1, memory` where a file holds several. */
  readonly golden: string | undefined;
  readonly shown: Shown | undefined;
}

/** test/leaves.json: patterns of leaves, in which a last `**` stands for all below; of several that fit the longest counts. */
export function readShown(): ReadonlyMap<string, Shown> {
  const table = JSON.parse(readFileSync('test/leaves.json', 'utf8')) as Readonly<Record<string, string | Lesser>>;
  return new Map(
    Object.entries(table).map(([pattern, entry]) => [
      pattern,
      typeof entry === 'string' ? parseShown(entry) : { ...parseShown(entry.test), because: entry.because },
    ]),
  );
}

/** An entry that is less than a container: the test, and why. */
interface Lesser {
  readonly test: string;
  readonly because: string;
}

function parseShown(words: string): Shown {
  const cut = words.indexOf(': ');
  return cut === -1 ? { file: words, title: '' } : { file: words.slice(0, cut), title: words.slice(cut + 2) };
}

/** Whether a pattern of test/leaves.json means a leaf. */
export function fits(pattern: string, pointer: string): boolean {
  return pattern.endsWith('/**') ? pointer.startsWith(pattern.slice(0, -2)) : pattern === pointer;
}

/** Whether the plan does something for a leaf, so that a test can show it. */
export function isCarriedOut(claim: Claim): boolean {
  return claim !== 'unsupported' && claim !== 'record' && claim !== 'elsewhere';
}

/** Whether a golden plan and a test have to show a leaf: all but editors' notes and what is left alone. */
export function isToBeShown({ claim, pointer }: Pick<Row, 'claim' | 'pointer'>): boolean {
  return pointer !== '$schema' && claim !== 'elsewhere' && claim !== 'unsupported';
}

/** A row for each leaf, in the order of the schema. */
export function coverage(): Row[] {
  const claims = new Map(claimedLeaves());
  const shown = [...readShown()].sort(([a], [b]) => b.length - a.length);
  return [...leavesOf(readSchema('config'))].map((leaf) => {
    const { pointer, property } = leaf;
    const claim = claims.get(pointer);
    if (claim === undefined) throw new Error(`lib/plan/claims.ts says nothing of ${pointer}`);
    const row = { pointer, section: property['x-section'] ?? '', claim };
    if (!isToBeShown(row)) return { ...row, golden: undefined, shown: undefined };
    const found = goldenOf(leaf);
    const golden = found && [found.file, ...(found.title === undefined ? [] : [found.title])].join(', ');
    return { ...row, golden, shown: shown.find(([pattern]) => fits(pattern, pointer))?.[1] };
  });
}
