// Where caisson's verdict on a document is not the official schemas', and why. run.ts fails for a difference that no row
// here speaks of, and for a row that speaks of nothing; scripts/generate-coverage.ts writes the table into the docs.

import type { Rule } from '../../lib/spec/rules/rule.js';
import { RULES } from '../../lib/spec/rules.js';
import type { Json } from './text.js';
import type { Breach } from './judge.js';
import type { SchemaName } from './official.js';
import { isForeign } from './points.js';

/** A breach that only one side sees. */
export interface Difference {
  readonly schema: SchemaName;
  /** Who refuses. */
  readonly refusing: 'caisson' | 'official';
  readonly breach: Breach;
  /** What is at the breach's pointer. */
  readonly value: Json | undefined;
}

export interface Decision {
  readonly name: string;
  /** Of which document, and where in it. */
  readonly place: string;
  readonly refusing: Difference['refusing'];
  readonly reason: string;
  readonly covers: (difference: Difference) => boolean;
}

const NEW_FEATURES = /^linux\/(memoryPolicy|intelRdt\/(schemata|monitoring))\b/;
const lastStep = (pointer: string): string => pointer.slice(pointer.lastIndexOf('/') + 1);

const BY_SCHEMA: readonly Decision[] = [
  {
    name: 'pids without a limit',
    place: 'config: linux/resources/pids/limit',
    refusing: 'official',
    reason: 'The text of 1.3.0 makes `limit` optional, and so do the Go types; the schema was not brought along.',
    covers: ({ breach }) => breach.name === 'linux/resources/pids required limit',
  },
  {
    name: 'recursive propagation of the root',
    place: 'config: linux/rootfsPropagation',
    refusing: 'official',
    reason: 'containerd and dockerd send rprivate, rshared, rslave and runbindable; runc and crun take them.',
    covers: ({ breach, value }) =>
      breach.name === 'linux/rootfsPropagation enum' &&
      ['rprivate', 'rshared', 'rslave', 'runbindable'].some((word) => word === value),
  },
  {
    name: "other platforms' objects",
    place: 'config: windows, solaris, vm, zos, freebsd',
    refusing: 'official',
    reason: 'A runtime of Linux does nothing with what is in them, and leaves them to who does.',
    covers: ({ schema, breach }) => schema === 'config' && isForeign(breach.place),
  },
  {
    name: 'the word of editors',
    place: 'config: $schema',
    refusing: 'caisson',
    reason: 'The official schema does not know it; where it stands, editors need a string.',
    covers: ({ breach }) => breach.name === '$schema type',
  },
  {
    name: 'empty keys of maps',
    place: 'config: annotations, linux/sysctl, linux/resources/unified; state and features: annotations',
    refusing: 'caisson',
    reason:
      'The official pattern `.{1,}` passes over the values of keys that are empty or made of line ends; here each value must be a string.',
    covers: ({ breach }) =>
      /^(annotations|linux\/sysctl|linux\/resources\/unified)\/\* type$/.test(breach.name) &&
      /^[\n\r\u2028\u2029]*$/.test(lastStep(breach.pointer)),
  },
  {
    name: 'numbers of 64 bits',
    place: 'config: every number of 64 bits',
    refusing: 'caisson',
    reason:
      'Bounds are kept to the last digit, and a number beyond 2^53 is written in plain digits; a validator that reads numbers as doubles lets 2^64 pass, and does not know 1e19 from its neighbours.',
    covers: ({ breach }) => breach.name.endsWith(' exact'),
  },
  {
    name: 'numbers that are small',
    place: 'config: process/consoleSize, major and minor numbers of devices',
    refusing: 'caisson',
    reason:
      'Beyond 2^53 a number is not read exactly; no terminal and no device has such a one, so they are refused instead of being kept to the last digit.',
    covers: ({ breach, value }) =>
      /\/(height|width|major|minor) (minimum|maximum)$/.test(breach.name) && !Number.isSafeInteger(value),
  },
  {
    name: 'a paused container',
    place: 'state: status',
    refusing: 'official',
    reason: 'The text allows further values of `status`; this one every engine knows.',
    covers: ({ schema, breach, value }) => schema === 'state' && breach.name === 'status enum' && value === 'paused',
  },
  {
    name: 'features that the schema has not',
    place: 'features: linux/memoryPolicy, linux/intelRdt/schemata, linux/intelRdt/monitoring',
    refusing: 'caisson',
    reason: 'The text and the Go types of 1.3.0 have them; the schema was not brought along.',
    covers: ({ schema, breach }) => schema === 'features' && NEW_FEATURES.test(breach.place),
  },
];

/** What a breach of a rule is called. */
export const ruleName = ({ name }: Rule): string => `rule ${name}`;

/** A rule that refuses is a decision of its own: a schema cannot say it. */
const BY_RULE: readonly Decision[] = RULES.filter((rule) => rule.warning !== true).map((rule) => ({
  name: ruleName(rule),
  place: `config: ${rule.pointers.join(', ')}`,
  refusing: 'caisson',
  reason: `A rule of the text (${rule.section}): ${rule.demands}.`,
  covers: ({ breach }) => breach.name === ruleName(rule),
}));

export const DECISIONS: readonly Decision[] = [...BY_SCHEMA, ...BY_RULE];

/** Those that are no rules, which have a table of their own. */
export const SCHEMA_DECISIONS = BY_SCHEMA;
