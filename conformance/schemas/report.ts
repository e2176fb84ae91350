// What a run found, in words; and what must hold at its end.

import { RULES } from '../../lib/spec/rules.js';
import type { Tally } from './compare.js';
import { DECISIONS, ruleName } from './decisions.js';
import { officialFile, SCHEMA_NAMES } from './official.js';
import { COMPLAINTS, type Opinions } from './opinions.js';
import { type Family, nameOf, pointsOf } from './points.js';

/** How many of the mutants must be good, at least. */
const LEAST_VALID = 0.3;

/** Every assertion of a family, as the tally names them. */
function assertions(family: Family, file: (name: (typeof SCHEMA_NAMES)[number]) => string): string[] {
  return SCHEMA_NAMES.flatMap((schema) =>
    pointsOf(family, file(schema)).map(
      ({ place, keyword, property }) => `${schema} ${nameOf(place, keyword, property)}`,
    ),
  );
}

const ownFile = (name: string): string => `${name}.schema.json`;

function unhit(all: readonly string[], hit: { has: (name: string) => boolean }, what: string): string[] {
  return all.filter((name) => !hit.has(name)).map((name) => `no mutant breaks ${what} ${name}`);
}

/** What does not hold of a whole run. */
export function faultsOf(tally: Tally, second: Opinions, official: Family, ours: Family): string[] {
  const differences = [...tally.unlisted].map(
    ([name, { made, text, count }]) =>
      `nobody has decided on this difference (${count} times, first: ${made}): ${name}${text.length > 2000 ? '' : `\n  ${text}`}`,
  );
  const idle = DECISIONS.filter((decision) => !tally.byDecision.has(decision)).map(
    ({ name }) => `the decision "${name}" covers nothing`,
  );
  const silent = COMPLAINTS.filter(({ reason }) => !second.byReason.has(reason)).map(
    ({ words }) => `oci-runtime-tool has no complaint like ${String(words)}`,
  );
  const share = tally.valid / tally.documents;
  return [
    ...differences,
    ...idle,
    ...silent,
    ...unhit(assertions(ours, ownFile), tally.hitOurs, 'our'),
    ...unhit(assertions(official, officialFile), tally.hitOfficial, 'the official'),
    ...unhit(RULES.map(ruleName), tally.brokenRules, 'the'),
    ...(share < LEAST_VALID ? [`only ${percent(share)} of the documents are good`] : []),
  ];
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

const row = (count: number, words: string): string => `${String(count).padStart(7)}  ${words}`;

/** The tables: differences by decision, and of the tool by reason. */
export function report(tally: Tally, second: Opinions): string {
  const decided = DECISIONS.flatMap((decision) => {
    const count = tally.byDecision.get(decision);
    return count === undefined ? [] : [row(count, `${decision.refusing} alone refuses: ${decision.name}`)];
  });
  const reasons = [...second.byReason].sort(([, a], [, b]) => b - a).map(([reason, count]) => row(count, reason));
  return [
    'documents on which the verdicts differ, by decision:',
    ...decided,
    '',
    `second opinions on ${second.asked} configs; where oci-runtime-tool and caisson differ:`,
    ...reasons,
    '',
  ].join('\n');
}

interface Totals {
  readonly fixtures: number;
  readonly official: Family;
  readonly ours: Family;
  readonly faults: number;
}

/** One line that says it all. */
export function summary(tally: Tally, second: Opinions, { fixtures, official, ours, faults }: Totals): string {
  const own = assertions(ours, ownFile);
  const theirs = assertions(official, officialFile);
  const hit = (all: readonly string[], set: ReadonlySet<string>) =>
    `${all.filter((name) => set.has(name)).length}/${all.length}`;
  const differing = [...tally.byDecision.values()].reduce((sum, count) => sum + count, 0);
  const rules = RULES.filter((rule) => tally.brokenRules.has(ruleName(rule))).length;
  return [
    `schemas: ${fixtures} fixtures, ${tally.documents} documents (${percent(tally.valid / tally.documents)} valid)`,
    `keywords hit ${hit(own, tally.hitOurs)}, of the official schemas ${hit(theirs, tally.hitOfficial)}`,
    `rules hit ${rules}/${RULES.length}`,
    `${differing} differences in ${tally.byDecision.size} of ${DECISIONS.length} decisions`,
    `${second.asked} second opinions, ${COMPLAINTS.length} listed complaints`,
    `${faults} faults`,
  ].join(', ');
}
