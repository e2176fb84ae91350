// The official schemas (draft-04) and fixtures, read from the Go module that go.mod pins. They are judged by ajv; the
// module's own validator, a Go program, is asked for a part (opinions.ts).

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import draft04 from 'ajv-draft-04';
import type { Judge } from './judge.js';
import { type Family, nameOf, type Node, placeOf, placesOf } from './points.js';

export type SchemaName = 'config' | 'state' | 'features';
export const SCHEMA_NAMES: readonly SchemaName[] = ['config', 'state', 'features'];

/** What the module has in schema/test. */
export interface Fixture {
  readonly schema: SchemaName;
  readonly name: string;
  readonly path: string;
  /** By its folder. */
  readonly good: boolean;
  readonly text: string;
}

export const officialFile = (name: SchemaName): string => `${name}-schema.json`;

/** @param module directory of github.com/opencontainers/runtime-spec */
export function readOfficial(module: string): Family {
  const folder = join(module, 'schema');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return {
    files: Object.fromEntries(
      names.map((name) => [name, JSON.parse(mended(readFileSync(join(folder, name), 'utf8'))) as Node]),
    ),
  };
}

/** One reference of 1.3.0 (to the numbers of interrupts of a virtual machine) lacks its first slash. */
const mended = (text: string): string => text.replaceAll('"#definitions/', '"#/definitions/');

export function readFixtures(module: string): Fixture[] {
  return SCHEMA_NAMES.flatMap((schema) =>
    ['good', 'bad'].flatMap((kind) => {
      const folder = join(module, 'schema', 'test', schema, kind);
      return readdirSync(folder).map((name) => {
        const path = join(folder, name);
        return {
          schema,
          name: `${schema}/${kind}/${name}`,
          path,
          good: kind === 'good',
          text: readFileSync(path, 'utf8'),
        };
      });
    }),
  );
}

/** The official verdict on documents of one kind. */
export function officialJudge(family: Family, name: SchemaName): Judge {
  // Not strict: the files have an unknown word or two, which draft-04 lets pass.
  const ajv = new draft04.default({ allErrors: true, strict: false, messages: false });
  for (const [file, schema] of Object.entries(family.files)) ajv.addSchema(schema, file);
  const validate = ajv.getSchema(officialFile(name));
  if (validate === undefined) throw new Error(`the official schemas have no ${officialFile(name)}`);
  const places = placesOf(family, officialFile(name));
  return (value) => {
    if (validate(value) === true) return [];
    return (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== 'anyOf')
      .map(({ instancePath, keyword, params }) => {
        const place = placeOf(instancePath, places);
        const property = (params as { missingProperty?: string }).missingProperty;
        return { pointer: instancePath, place, name: nameOf(place, keyword, property) };
      });
  };
}
