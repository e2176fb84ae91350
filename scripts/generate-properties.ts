/**
 * Writes lib/spec/properties.gen.ts from schemas/config.schema.json: which properties there are, and where the
 * specification has them. For messages about a config; loaded only when there is something to say.
 * `--check` writes nothing and fails when the committed file differs. Run from the project's directory.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readSchema, type Schema } from './spec-schema.js';

const FILE = 'lib/spec/properties.gen.ts';

/** The name of a schema in `$defs`, or '' for one that has none. */
const nameOf = (schema: Schema | undefined): string => schema?.$ref?.replace(/^.*\//, '') ?? '';

/** How the value of a property is to be looked into: the definition of it, or of what it holds. */
function holds(schema: Schema): { readonly kind: string; readonly of: string } {
  if (schema.items !== undefined) return { kind: 'list', of: nameOf(schema.items) };
  if (schema.additionalProperties !== undefined) return { kind: 'map', of: nameOf(schema.additionalProperties) };
  return { kind: 'value', of: nameOf(schema) };
}

function line(name: string, schema: Schema): string {
  const { kind, of } = holds(schema);
  const value = { section: schema['x-section'] ?? '', kind, of };
  return `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`;
}

function entry(name: string, schema: Schema): string {
  const lines = Object.entries(schema.properties ?? {}).map(([key, child]) => line(key, child));
  return `  ${JSON.stringify(name)}: {\n${lines.join('\n')}\n  },`;
}

const config = readSchema('config');
const objects = [
  ['Spec', config] as const,
  ...Object.entries(config.$defs ?? {}).filter(([, { properties }]) => properties !== undefined),
];

const text = `// Generated from schemas/ by scripts/generate-properties.ts. Do not edit.

/** One property: its place in the specification, and what it holds; \`of\` is a key of OBJECTS, or there is nothing to look into. */
export interface Property {
  readonly section: string;
  readonly kind: 'value' | 'list' | 'map';
  readonly of: string;
}

/** Every kind of object in config.json, by the name of its type. */
export const OBJECTS: Readonly<Record<string, Readonly<Record<string, Property>> | undefined>> = {
${objects.map(([name, schema]) => entry(name, schema)).join('\n')}
};
`;

if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} is not what schemas/ says: run \`npm run generate\``);
  process.exitCode = 1;
}
