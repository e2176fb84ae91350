/**
 * Writes from schemas/*.json what lib/spec needs of them and nobody should write by hand:
 *   types.gen.ts     the types of config.json, state and features
 *   validate.gen.ts  does config.json fit? Only the verdict, since every start of a container waits for it
 *   breaches.gen.ts  what does not fit, every place of it; loaded when the verdict is no
 *   words.gen.ts     what messages and the exact parse need to know; loaded only then
 * The two validators are ajv's standalone code: no ajv at run time.
 * `--check` writes nothing and fails when a committed file differs. Run from the project's directory.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { _, Ajv, type CodeKeywordDefinition } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { leavesOf, readSchema, type Schema, SCHEMA_NAMES } from './spec-schema.js';
import { typesOf } from './spec-types.js';

const HEAD = '// Generated from schemas/ by scripts/generate-spec.ts. Do not edit.\n';

/** Keys that say nothing about what fits. */
const ANNOTATIONS = /^(title|description|examples|\$schema|x-(?!exact).*)$/;

/** A map of schemas by name, each without its annotations. */
function bareAll(schemas: Readonly<Record<string, Schema>> | undefined): Record<string, Schema> | undefined {
  return schemas && Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]));
}

/**
 * What most lists of a config are. Each becomes a reference to this one, so that one small function has the loop: a loop
 * in a large one makes the engine compile all of it.
 */
const STRINGS: Schema = { type: 'array', items: { type: 'string' } };

/** A schema without titles and x-words: ajv would copy them into the validator. */
function bare(schema: Schema): Schema {
  if (schema.type === 'array' && schema.items?.type === 'string' && schema.items.enum === undefined) {
    return {
      $ref: '#/$defs/strings',
      ...(schema.minItems !== undefined && { type: 'array', minItems: schema.minItems }),
    };
  }
  const { items, additionalProperties, ...rest } = schema;
  const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !ANNOTATIONS.test(key)));
  const properties = bareAll(schema.properties);
  const $defs = bareAll(schema.$defs);
  return {
    ...kept,
    ...(properties && { properties }),
    ...($defs && { $defs: { ...$defs, strings: STRINGS } }),
    ...(items && { items: bare(items) }),
    ...(additionalProperties && { additionalProperties: bare(additionalProperties) }),
  };
}

/**
 * ajv's code for config.json, as functions, and which of them is for the whole; without imports and without the
 * schemas that it carries along and never reads. ajv's draft-07 class is used, since the keywords of schemas/ mean the
 * same in both drafts and its code does no bookkeeping for 2020-12's unevaluatedProperties.
 */
function compiled(allErrors: boolean): { readonly name: string; readonly body: string } {
  const code = { source: true, esm: true, lines: true };
  const exact: CodeKeywordDefinition = {
    keyword: 'x-exact',
    code: ({ gen, data }) => (allErrors ? undefined : gen.code(_`meet(${data})`)),
  };
  const ajv = new Ajv({ code, keywords: [exact], allErrors, strict: true, messages: false, inlineRefs: false });
  const text = standalone.default(ajv, ajv.compile(bare(readSchema('config'))));
  if (/\brequire\(/.test(text)) throw new Error('the validator needs a module of ajv: write the schema without it');
  const name = /^export const validate = (\w+);$/m.exec(text)?.[1] ?? '';
  const body = text
    .replace(/^"use strict";\n?/, '')
    .replace(/^export .*;\n/gm, '')
    .replace(/^const (schema\d+) = .*;$/gm, (line, schema) => (text.includes(`${String(schema)}.`) ? line : ''))
    .replace(/\n{2,}/g, '\n');
  return { name, body: body.trim() };
}

/** ajv's bookkeeping, which says nothing once the first breach ends the check: what it looks like, what it becomes. */
const BOOKKEEPING: readonly (readonly [RegExp, string])[] = [
  [/^validate\d+\.errors = \[.*\];\n/gm, ''],
  [/^vErrors = vErrors === null \? .*;\nerrors = vErrors\.length;\n/gm, 'return false;\n'],
  [/^const _errs\d+ = errors;\n/gm, ''],
  [/^var valid\d+ = .*;\n/gm, ''],
  [/^else \{\n\}\n/gm, ''],
  [/^if\(!valid\d+\)\{\nbreak;\n\}\n/gm, ''],
  [/^if\((valid\d+|errors === \w+)\)\{/gm, '{'],
  [/^let vErrors = null;\nlet errors = 0;\n/gm, ''],
  [/^validate\d+\.errors = vErrors;\nreturn errors === 0;\n/gm, 'return true;\n'],
  [/^(function validate\d+\(data), \{.*\}=\{\}\)\{/gm, '$1){'],
  [/(validate\d+\([\w.[\]]+), \{.*\}\)/g, '$1)'],
];

/**
 * What JSON.parse never makes (NaN), what is asked twice, and names for messages: every byte of this code is decoded on
 * every create.
 */
const REDUNDANT: readonly (readonly [RegExp, string])[] = [
  // Infinity, which 1e999 is, has no remainder either.
  [
    /\(\(typeof ([\w.[\]]+) == "number"\) && \(!\(\1 % 1\) && !isNaN\(\1\)\)\) && \(isFinite\(\1\)\)/g,
    'typeof $1 == "number" && $1 % 1 === 0',
  ],
  [/^if\(\(typeof [\w.[\]]+ == "number"\) && \(isFinite\([\w.[\]]+\)\)\)\{/gm, '{'],
  [/ \|\| isNaN\([\w.[\]]+\)/g, ''],
  [/ && \(missing\d+ = "\w+"\)/g, ''],
  [/^let missing\d+;\n/gm, ''],
  [/^const schema\d+ = .*;\n/gm, ''],
];

/**
 * The usual values before the pattern: the engine's first regular expression costs it 50 microseconds, and each further
 * one ten where it is made.
 * @throws Error for an example that does not fit
 */
function examplesFirst(code: string): string {
  const examples = new Map([...all(readSchema('config'))].map(({ pattern, examples: usual = [] }) => [pattern, usual]));
  const patterns = new Map<string, string>();
  return code
    .replace(/^const (pattern\d+) = new RegExp\((".*"), "u"\);\n/gm, (_, name: string, pattern: string) => {
      patterns.set(name, JSON.parse(pattern) as string);
      return '';
    })
    .replace(/(pattern\d+)\.test\(([\w.[\]]+)\)/g, (_, name: string, value: string) => {
      const pattern = patterns.get(name) ?? '';
      const usual = examples.get(pattern) ?? [];
      const odd = usual.filter((word) => !new RegExp(pattern, 'u').test(word));
      if (odd.length > 0) throw new Error(`schemas: ${odd.join()} is no example of ${pattern}`);
      return `(${[...usual.map((word) => `${value} === ${JSON.stringify(word)}`), `/${pattern}/u.test(${value})`].join(' || ')})`;
    });
}

/** The verdict alone: a third of the code, and half the time on the first call. Tests compare it with the whole one. */
function verdict(): string {
  const { name, body } = compiled(false);
  const short = [...BOOKKEEPING, ...REDUNDANT].reduce((text, [what, becomes]) => text.replace(what, becomes), body);
  const code = examplesFirst(short);
  const left = /vErrors|\berrors\b|_errs\d|\bvalid\d|instancePath|isNaN|isFinite|missing|schema\d|new RegExp/.exec(
    code,
  );
  if (left !== null) throw new Error(`ajv's code has changed: ${left[0]} is left in the verdict`);
  return `${HEAD}// @ts-nocheck
/**
 * Whether a value fits schemas/config.schema.json: \`no\`, \`yes\`, or \`rounded\`: yes, and a number of 64 bits is so
 * large that JSON.parse may have rounded it.
 */
export const fitsConfig: (value: unknown) => 'no' | 'yes' | 'rounded' = /* @__PURE__ */ (() => {
let rounded = false;
function meet(number) {
if (!Number.isSafeInteger(number)) rounded = true;
}
${code}
return (value) => {
rounded = false;
if (!${name}(value)) return 'no';
return rounded ? 'rounded' : 'yes';
};
})();
`;
}

function breaches(): string {
  const { name, body } = compiled(true);
  return `${HEAD}// @ts-nocheck
/** One breach of the schema, as ajv tells it. */
export interface SchemaBreach {
  /** JSON pointer, with its leading slash. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const validate = /* @__PURE__ */ (() => {
${body}
return ${name};
})();

/** Every place where a value does not fit schemas/config.schema.json, in the order of the schema. */
export function breachesOfConfig(value: unknown): readonly SchemaBreach[] {
  return validate(value) ? [] : validate.errors;
}
`;
}

/** Every schema below this one, itself included. */
function* all(schema: Schema): Generator<Schema> {
  yield schema;
  const below = [schema.properties, schema.$defs].flatMap((map) => Object.values(map ?? {}));
  for (const child of [...below, schema.items, schema.additionalProperties]) if (child) yield* all(child);
}

function words(): string {
  const config = readSchema('config');
  const patterns = [...all(config)].flatMap(({ pattern, 'x-expects': expects }) => {
    if (pattern === undefined) return [];
    if (expects === undefined) throw new Error(`schemas: the pattern ${pattern} has no x-expects`);
    return [[pattern, expects] as const];
  });
  const exact = [...leavesOf(config)].filter(({ schema }) => schema['x-exact']);
  return `${HEAD}
/** What fits a pattern of the schema, in words. */
export const EXPECTS: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(patterns), null, 2)};

/** A leaf of 64 bits, and its bounds. */
export interface ExactLeaf {
  readonly path: readonly string[];
  readonly least: bigint;
  readonly most: bigint;
}

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };
const UINT64 = { least: 0n, most: 2n ** 64n - 1n };

/** The leaves that a JavaScript number may not hold; \`*\` is any index. */
export const EXACT_LEAVES: readonly ExactLeaf[] = [
${exact.map(({ pointer, schema }) => `  { path: ${JSON.stringify(pointer.split('/'))}, ...${schema.minimum === 0 ? 'UINT64' : 'INT64'} },`).join('\n')}
];
`;
}

const outputs: Readonly<Record<string, string>> = {
  'lib/spec/types.gen.ts': `${HEAD}\n${SCHEMA_NAMES.map((name) => typesOf(readSchema(name))).join('\n')}`,
  'lib/spec/validate.gen.ts': verdict(),
  'lib/spec/breaches.gen.ts': breaches(),
  'lib/spec/words.gen.ts': words(),
};

for (const [file, text] of Object.entries(outputs)) {
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is not what schemas/ says: run \`npm run generate\``);
    process.exitCode = 1;
  }
}
