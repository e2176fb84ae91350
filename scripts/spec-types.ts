/** The schemas of schemas/ as readonly TypeScript types, for generate-spec.ts. */
import type { Schema } from './spec-schema.js';

/** The lines of a doc comment: title and unit, what there is to explain, section. */
function docLines(schema: Schema): string[] {
  const unit = schema['x-unit'] === undefined ? '' : `, in ${schema['x-unit']}`;
  const title = schema.title === undefined ? [] : [`${schema.title}${unit}.`];
  const about = schema.description === undefined ? [] : [schema.description];
  const section = schema['x-section'] === undefined ? [] : [`@see ${schema['x-section']}`];
  return [...title, ...about, ...section];
}

function doc(schema: Schema, indent: string): string {
  const lines = docLines(schema);
  if (lines.length === 0) return '';
  if (lines.length === 1) return `${indent}/** ${lines[0] ?? ''} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

/** A schema as a type expression. Objects with properties have a name of their own, so there are no nested ones. */
function expression(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, '');
  if (schema.enum !== undefined) return schema.enum.map((word) => `'${word}'`).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return schema.type;
    case 'integer':
      return schema['x-exact'] ? 'number | bigint' : 'number';
    case 'array':
      return `readonly ${expression(schema.items ?? {})}[]`;
    case 'object':
      if (schema.properties !== undefined) throw new Error(`schemas: "${schema.title ?? ''}" needs a name in $defs`);
      return `Readonly<Record<string, ${schema.additionalProperties ? expression(schema.additionalProperties) : 'unknown'}>>`;
    default:
      throw new Error(`schemas: no type for ${JSON.stringify(schema)}`);
  }
}

function member(name: string, schema: Schema, required: boolean): string {
  return `${doc(schema, '  ')}  readonly ${name}${required ? '' : '?'}: ${expression(schema)};\n`;
}

function declaration(name: string, schema: Schema): string {
  if (schema.properties === undefined) return `${doc(schema, '')}export type ${name} = ${expression(schema)};\n`;
  const members = Object.entries(schema.properties).map(([key, child]) =>
    member(key, child, schema.required?.includes(key) ?? false),
  );
  return `${doc(schema, '')}export interface ${name} {\n${members.join('')}}\n`;
}

/** Declarations of a schema file: the type named by its title, then its `$defs`. */
export function typesOf(schema: Schema): string {
  const { title = '', ...root } = schema;
  const named = Object.entries(schema.$defs ?? {}).map(([name, def]) => declaration(name, def));
  return [declaration(title, root), ...named].join('\n');
}
