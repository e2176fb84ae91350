// caisson's verdict on a document, in parts that have names: breaches of the schema, of the exact parse, of the rules.

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isRuntimeError } from '../../lib/errors.js';
import { breachesOfConfig } from '../../lib/spec/breaches.gen.js';
import { makeExact } from '../../lib/spec/exact.js';
import { findingsOf } from '../../lib/spec/findings.js';
import { loadSpec } from '../../lib/spec/load.js';
import { breachesOfRules } from '../../lib/spec/rules.js';
import type { Rule } from '../../lib/spec/rules/rule.js';
import type { Spec } from '../../lib/spec/types.gen.js';
import { fitsConfig } from '../../lib/spec/validate.gen.js';
import { type Family, nameOf, type Node, placeOf, placesOf } from './points.js';

/** One thing that is wrong with a document. */
export interface Breach {
  /** JSON pointer, with its leading slash. */
  readonly pointer: string;
  readonly place: string;
  /** `linux/cgroupsPath type`: place and keyword, for breaches of the schema the same in both families. */
  readonly name: string;
}

/** All that is wrong with a document that JSON.parse has read. */
export type Judge = (value: unknown) => readonly Breach[];

export interface Ruling {
  readonly schema: readonly Breach[];
  /** What is refused behind the schema and is no rule: numbers that cannot be read exactly. */
  readonly beyond: readonly Breach[];
  /** Errors and warnings. */
  readonly rules: readonly { readonly rule: Rule; readonly pointer: string }[];
}

const FILES = ['config', 'state', 'features'].map((name) => `${name}.schema.json`);

export function readOurs(): Family {
  return {
    files: Object.fromEntries(FILES.map((file) => [file, JSON.parse(readFileSync(`schemas/${file}`, 'utf8')) as Node])),
  };
}

/** The verdict of schemas/NAME.schema.json by ajv itself: state and features are compiled into nothing. */
export function schemaJudge(family: Family, name: 'state' | 'features'): Judge {
  const ajv = new Ajv2020({ allErrors: true, strict: true, messages: false });
  for (const word of ['x-section', 'x-unit', 'x-expects', 'x-exact']) ajv.addKeyword(word);
  for (const [file, schema] of Object.entries(family.files)) ajv.addSchema(schema, file);
  const file = `${name}.schema.json`;
  const validate = ajv.getSchema(file);
  if (validate === undefined) throw new Error(`there is no schemas/${file}`);
  const places = placesOf(family, file);
  return (value) => (validate(value) === true ? [] : named(validate.errors ?? [], places));
}

interface AjvError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function named(errors: readonly AjvError[], places: ReadonlySet<string>): Breach[] {
  return errors.map(({ instancePath, keyword, params }) => {
    const place = placeOf(instancePath, places);
    const property = params.missingProperty as string | undefined;
    return { pointer: instancePath, place, name: nameOf(place, keyword, property) };
  });
}

/**
 * The verdict on a config, by what caisson is made of: the two compiled validators, the exact parse, the rules; held
 * against the functions that `create` and `validate` call.
 * @throws Error when they do not agree with each other
 */
export function configJudge(family: Family): (text: string) => Promise<Ruling> {
  const places = placesOf(family, 'config.schema.json');
  return async (text) => {
    const ruling = rule(text, places);
    const errors = ruling.schema.length + ruling.beyond.length + ruling.rules.filter(isError).length;
    const warnings = await loaded(text);
    if (errors > 0 !== (warnings === 'refused')) {
      throw new Error(
        `loadSpec ${errors > 0 ? 'accepts what its parts refuse' : 'refuses what its parts accept'}: ${text}`,
      );
    }
    if (warnings === 'refused') return ruling;
    const told = findingsOf(text, 'config.json').filter(({ rule: name }) => name !== 'unknown-property');
    if (warnings !== ruling.rules.length || told.length !== warnings || told.some(({ level }) => level === 'error')) {
      throw new Error(`create, validate and the rules do not warn of the same: ${text}`);
    }
    return ruling;
  };
}

export const isError = ({ rule }: { readonly rule: Rule }): boolean => rule.warning !== true;

function rule(text: string, places: ReadonlySet<string>): Ruling {
  const value: unknown = JSON.parse(text);
  const fits = fitsConfig(value);
  const schema = named(breachesOfConfig(value), places);
  if ((fits === 'no') !== schema.length > 0) throw new Error(`the two validators disagree on ${text}`);
  if (fits === 'no') return { schema, beyond: [], rules: [] };
  const spec = value as Spec;
  const inexact = fits === 'rounded' ? makeExact(spec, text) : [];
  const beyond = inexact.map(({ pointer }): Breach => {
    const place = placeOf(`/${pointer}`, places);
    return { pointer: `/${pointer}`, place, name: nameOf(place, 'exact') };
  });
  return { schema, beyond, rules: beyond.length > 0 ? [] : breachesOfRules(spec) };
}

/** How many warnings loadSpec has, if it does not refuse. */
async function loaded(text: string): Promise<number | 'refused'> {
  let warnings = 0;
  try {
    await loadSpec(text, 'config.json', () => warnings++);
  } catch (error) {
    if (!isRuntimeError(error) || error.code !== 'config-invalid') throw error;
    return 'refused';
  }
  return warnings;
}
