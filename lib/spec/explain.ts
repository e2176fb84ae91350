/**
 * Breaches of the schema in words a person can act on. Loaded when a config does not fit; decides nothing.
 */
import { nearest } from '../nearest.js';
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

/** A breach of the schema. */
export interface Misfit {
  readonly keyword: string;
  /** Without leading slash; of a missing property, where it should be. */
  readonly pointer: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Every breach of the schema, one for each place. */
export function misfitsOf(config: unknown): Misfit[] {
  const found = new Map<string, Misfit>();
  for (const breach of breachesOfConfig(config)) {
    const pointer = place(breach);
    // What is of the wrong type has no right value either.
    if (found.has(pointer)) continue;
    const value = at(config, breach.instancePath);
    const { keyword } = breach;
    found.set(pointer, { keyword, pointer, message: demand(breach, value), hint: advice(breach, value) });
  }
  return [...found.values()];
}

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
  if (keyword === 'enum') return oneOf(params.allowedValues as readonly string[], value);
  if (keyword === 'type' && value === null) return 'leave the property out instead of setting it to null';
  return undefined;
}

function oneOf(words: readonly string[], value: unknown): string {
  const all = `one of ${words.join(', ')}`;
  const close = typeof value === 'string' ? nearest(value, words) : undefined;
  return close === undefined ? all : `did you mean ${close}? ${all}`;
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
