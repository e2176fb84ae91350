/**
 * Reads schemas/*.json as what they are: a small, known part of JSON Schema 2020-12 (no anyOf, no patternProperties).
 * For generate-spec.ts and the tests that hold the schema against something; anything outside that part is an error.
 */
import { readFileSync } from 'node:fs';

/** One schema, in the part of the language that schemas/ is written in. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer';
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** Values that fit a pattern, the usual ones: they are found without it. */
  readonly examples?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly $defs?: Readonly<Record<string, Schema>>;
  /** What fits, in words, where a pattern says it: `a name such as RLIMIT_NOFILE`. */
  readonly 'x-expects'?: string;
  /** Unit of a number. */
  readonly 'x-unit'?: string;
  /** Place in the specification: `config-linux.md#memory`. */
  readonly 'x-section'?: string;
  /** The number does not fit a JavaScript number: it is a bigint beyond 2^53. */
  readonly 'x-exact'?: true;
}

export type SchemaName = 'config' | 'state' | 'features';
export const SCHEMA_NAMES: readonly SchemaName[] = ['config', 'state', 'features'];

/** A leaf of config.json: something that has a value of its own. `*` stands for an index or a map's key. */
export interface Leaf {
  readonly pointer: string;
  /** As the property has it: title, unit, section. */
  readonly property: Schema;
  /** The same, or what its `$ref` leads to. */
  readonly schema: Schema;
}

/** schemas/NAME.schema.json, from the project's directory. */
export function readSchema(name: SchemaName): Schema {
  return JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as Schema;
}

/** The schema that a `$ref` leads to, in its own file or in config.schema.json; others are returned as they are. */
export function follow(root: Schema, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const found = /^(config\.schema\.json)?#\/\$defs\/(\w+)$/.exec(schema.$ref);
  const home = found?.[1] === undefined ? root : readSchema('config');
  const target = home.$defs?.[found?.[2] ?? ''];
  if (target === undefined) throw new Error(`schemas: ${schema.$ref} leads nowhere`);
  return target;
}

/**
 * All leaves below a schema, in its order. A list or map of plain values is one leaf; of objects, its items' leaves
 * stand below `*`.
 */
export function* leavesOf(root: Schema, schema: Schema = root, pointer = ''): Generator<Leaf> {
  const found = follow(root, schema);
  const item = found.items ?? found.additionalProperties;
  if (found.properties !== undefined) {
    for (const [name, child] of Object.entries(found.properties)) {
      yield* leavesOf(root, child, pointer === '' ? name : `${pointer}/${name}`);
    }
  } else if (item !== undefined && follow(root, item).type === 'object') {
    yield* leavesOf(root, item, `${pointer}/*`);
  } else {
    yield { pointer, property: schema, schema: found };
  }
}
