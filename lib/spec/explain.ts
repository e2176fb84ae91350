/**
 * A breach of the schema in words a person can act on. Loaded by load.ts when a config does not fit; decides nothing.
 */
import { RuntimeError } from '../errors.js';
import { breachesOfConfig, type SchemaBreach } from './breaches.gen.js';
import { EXPECTS } from './words.gen.js';

const KINDS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'an array',
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
};

/** Longer strings are cut in messages. */
const SHOWN = 40;

/** The error for a config that does not fit the schema: its first breach. */
export function explain(config: unknown): RuntimeError {
  const breach = breachesOfConfig(config)[0];
  if (breach === undefined) return new RuntimeError('internal', 'the two validators of config.json disagree');
  const value = at(config, breach.instancePath);
  const pointer = place(breach);
  return new RuntimeError('config-invalid', demand(breach, value), { pointer, hint: advice(breach, value) });
}

/** The JSON pointer of a breach, without its leading slash; of a missing property, where it should be. */
function place({ instancePath, keyword, params }: SchemaBreach): string {
  const missing = keyword === 'required' ? `/${String(params.missingProperty)}` : '';
  return `${instancePath}${missing}`.slice(1);
}

function demand({ keyword, params }: SchemaBreach, value: unknown): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'type':
      return `must be ${KINDS[String(params.type)] ?? String(params.type)}, but is ${show(value)}`;
    case 'enum':
      return `has an unknown value, ${show(value)}`;
    case 'pattern':
      return `must be ${EXPECTS[String(params.pattern)] ?? `like ${String(params.pattern)}`}, but is ${show(value)}`;
    case 'minimum':
      return `must be at least ${exactly(params.limit)}, but is ${show(value)}`;
    case 'maximum':
      return `must be at most ${exactly(params.limit)}, but is ${show(value)}`;
    case 'minItems':
      return 'must not be empty';
    default:
      return `does not fit the schema (${keyword})`;
  }
}

function advice({ keyword, params }: SchemaBreach, value: unknown): string | undefined {
  if (keyword === 'enum') return `one of ${(params.allowedValues as readonly string[]).join(', ')}`;
  if (keyword === 'type' && value === null) return 'leave the property out instead of setting it to null';
  return undefined;
}

/** A bound as the schema has it: those of 64 bits are one off as JavaScript numbers. */
function exactly(limit: unknown): string {
  const bound = BigInt(limit as number);
  return String(bound >= 2n ** 63n ? bound - 1n : bound);
}

/** A value as a few words. */
function show(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
  }
  if (typeof value === 'number') return `the number ${value}`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** The value at a JSON pointer that is known to lead somewhere. */
function at(root: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((value, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return (value as Readonly<Record<string, unknown>>)[key];
  }, root);
}
