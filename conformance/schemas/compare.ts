// Holds the two verdicts on one document against each other, breach by breach, and counts what was met.

import type { Json } from './text.js';
import { type Decision, DECISIONS, type Difference, ruleName } from './decisions.js';
import { type Breach, isError, type Judge, type Ruling } from './judge.js';
import type { SchemaName } from './official.js';
import { nameOf } from './points.js';

/** What the documents of a run have met. */
export class Tally {
  documents = 0;
  /** Both sides accept. */
  valid = 0;
  /** Documents with a difference that the decision covers. */
  readonly byDecision = new Map<Decision, number>();
  /** Assertions, as `SCHEMA NAME`, that some document breaks and breaks nothing else. */
  readonly hitOurs = new Set<string>();
  readonly hitOfficial = new Set<string>();
  readonly brokenRules = new Map<string, number>();
  /** Differences that nobody has decided on, by their name, each with the first document that shows it. */
  readonly unlisted = new Map<string, { readonly made: string; readonly text: string; count: number }>();
}

/** The two verdicts on one document. */
export interface Verdicts {
  readonly schema: SchemaName;
  readonly made: string;
  readonly text: string;
  readonly value: unknown;
  readonly official: readonly Breach[];
  readonly ours: Ruling;
}

/** A judge that knows the schema alone, as one that could know more. */
export const bySchema =
  (judge: Judge) =>
  (value: unknown): Ruling => ({ schema: judge(value), beyond: [], rules: [] });

const key = ({ pointer, name }: Breach): string => `${pointer} ${name}`;

function valueAt(value: unknown, pointer: string): Json | undefined {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((node, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined;
  }, value) as Json | undefined;
}

/** What only one side says, each breach once. */
function differences({ schema, value, official, ours }: Verdicts): Difference[] {
  const rules = ours.rules.filter(isError).map(({ rule, pointer }): Breach => ({
    pointer: `/${pointer}`,
    place: rule.pointers[0] ?? '',
    name: ruleName(rule),
  }));
  const theirs = new Map(official.map((breach) => [key(breach), breach]));
  const own = new Map([...ours.schema, ...ours.beyond, ...rules].map((breach) => [key(breach), breach]));
  const only = (refusing: Difference['refusing'], here: Map<string, Breach>, there: Map<string, Breach>) =>
    [...here]
      .filter(([name]) => !there.has(name))
      .map(([, breach]): Difference => ({ schema, refusing, breach, value: valueAt(value, breach.pointer) }));
  return [...only('official', theirs, own), ...only('caisson', own, theirs)];
}

/** The name of the only assertion that a document breaks; what is of another type is in no list of words either. */
function lone(breaches: readonly Breach[]): string | undefined {
  const names = new Set(breaches.map(({ name }) => name));
  for (const { place } of breaches) if (names.has(nameOf(place, 'type'))) names.delete(nameOf(place, 'enum'));
  return names.size === 1 ? [...names][0] : undefined;
}

/** Takes one document into account. */
export function compare(verdicts: Verdicts, tally: Tally): void {
  const { schema, made, text, official, ours } = verdicts;
  tally.documents++;
  const found = differences(verdicts);
  const refusals = ours.schema.length + ours.beyond.length + ours.rules.filter(isError).length;
  if (official.length === 0 && refusals === 0) tally.valid++;
  const single = { ours: lone(ours.schema), official: lone(official) };
  if (single.ours !== undefined) tally.hitOurs.add(`${schema} ${single.ours}`);
  if (single.official !== undefined) tally.hitOfficial.add(`${schema} ${single.official}`);
  for (const name of new Set(ours.rules.map(({ rule }) => ruleName(rule)))) {
    tally.brokenRules.set(name, (tally.brokenRules.get(name) ?? 0) + 1);
  }
  const decided = new Set<Decision>();
  for (const difference of found) {
    const decision = DECISIONS.find(
      (candidate) => candidate.refusing === difference.refusing && candidate.covers(difference),
    );
    if (decision !== undefined) decided.add(decision);
    else {
      const name = `${schema}: ${difference.breach.name}, refused by ${difference.refusing} alone`;
      const seen = tally.unlisted.get(name) ?? { made, text, count: 0 };
      seen.count++;
      tally.unlisted.set(name, seen);
    }
  }
  for (const decision of decided) tally.byDecision.set(decision, (tally.byDecision.get(decision) ?? 0) + 1);
}
