// Is anything missing in our schemas? Holds their places against those of the official schemas and of the Go types, the
// widths of their numbers against the Go types', and the sections they name against the text.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../lib/spec/rules.js';
import { leavesOf, readSchema } from '../../scripts/spec-schema.js';
import { type Family, isForeign, placesOf } from './points.js';
import { officialFile, type SchemaName, SCHEMA_NAMES } from './official.js';

/** A struct's fields: JSON name and Go type. */
type Structs = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Places that one side has under another name, or on purpose alone. */
const EXCEPTIONS: readonly (readonly [place: RegExp, reason: string])[] = [
  [/^config \$schema$/, 'a word of editors'],
  [/^config linux\/timeOffsets\/(\*|monotonic|boottime)(\/|$)/, 'a map in Go, whose keys the text names'],
  [
    /^features linux\/(memoryPolicy|intelRdt\/(schemata|monitoring))/,
    'in the text and in Go, not in the official schema',
  ],
];

const ROOTS: Readonly<Record<SchemaName, string>> = { config: 'Spec', state: 'State', features: 'Features' };

/** The fields of every struct of a package of the module; embedded structs are taken in. */
export function readStructs(module: string, schema: SchemaName): Structs {
  const folder = join(module, schema === 'features' ? 'specs-go/features' : 'specs-go');
  const structs = new Map<string, Map<string, string>>();
  const embedded: [string, string][] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.go'))) {
    const text = readFileSync(join(folder, file), 'utf8').replace(/\/\/.*$/gm, '');
    for (const [, name = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      const fields = [...body.matchAll(/^\s*\w+\s+(\S+)\s+`json:"(\w+)[^`]*`/gm)];
      structs.set(name, new Map(fields.map(([, type = '', json = '']) => [json, type])));
      for (const [, base = ''] of body.matchAll(/^\s*(\w+)\s*$/gm)) embedded.push([name, base]);
    }
  }
  for (const [name, base] of embedded) {
    for (const [json, type] of structs.get(base) ?? []) structs.get(name)?.set(json, type);
  }
  return structs;
}

/** Places of a Go type, with the types of the plain ones. */
function goPlaces(structs: Structs, type: string, place = ''): [place: string, type: string][] {
  const bare = type.replace(/^\*/, '');
  const here: [string, string][] = place === '' ? [] : [[place, bare]];
  const item = /^(?:\[\]|map\[string\])(.*)$/.exec(bare)?.[1];
  if (item !== undefined) return [...here, ...goPlaces(structs, item, `${place}/*`)];
  const fields = [...(structs.get(bare) ?? [])];
  return [
    ...here,
    ...fields.flatMap(([name, child]) => goPlaces(structs, child, place === '' ? name : `${place}/${name}`)),
  ];
}

const isOurs = (place: string): boolean => place !== '' && !isForeign(place);
const isExcepted = (place: string): boolean => EXCEPTIONS.some(([pattern]) => pattern.test(place));

function missing(schema: SchemaName, from: Iterable<string>, to: ReadonlySet<string>, what: string): string[] {
  return [...from]
    .filter((place) => isOurs(place) && !to.has(place) && !isExcepted(`${schema} ${place}`))
    .map((place) => `${schema}: ${place} ${what}`);
}

/** Places that one of the three has and another has not. */
export function missingPlaces(module: string, official: Family, ours: Family): { count: number; faults: string[] } {
  let count = 0;
  const faults = SCHEMA_NAMES.flatMap((schema) => {
    const own = placesOf(ours, `${schema}.schema.json`);
    const theirs = placesOf(official, officialFile(schema));
    const go = new Set(goPlaces(readStructs(module, schema), ROOTS[schema]).map(([place]) => place));
    count += own.size;
    return [
      ...missing(schema, theirs, own, 'is in the official schema alone'),
      ...missing(schema, go, own, 'is in the Go types alone'),
      ...missing(schema, own, theirs, 'is not in the official schema'),
      ...missing(schema, own, go, 'is not in the Go types'),
    ];
  });
  return { count, faults };
}

/** Numbers that Go gives 64 bits and that need few: the kernel or the official schema says so. */
const SMALL: readonly RegExp[] = [
  /^process\/consoleSize\//,
  /^process\/(oomScoreAdj|ioPriority\/priority)$/,
  /^hooks\/\w+\/\*\/timeout$/,
  /\/(major|minor)$/,
  /^linux\/seccomp\/(defaultErrnoRet|syscalls\/\*\/(errnoRet|args\/\*\/index))$/,
];

/** Numbers that Go holds in 64 bits and we do not, or the other way round. */
export function wrongWidths(module: string): { count: number; faults: string[] } {
  const types = new Map(
    goPlaces(readStructs(module, 'config'), 'Spec').map(([place, type]) => [
      place.replace(/timeOffsets\/\*/, 'timeOffsets/monotonic'),
      type,
    ]),
  );
  const numbers = [...leavesOf(readSchema('config'))].filter(({ schema }) => schema.type === 'integer');
  const faults = numbers.flatMap(({ pointer, schema }) => {
    const type = types.get(pointer.replace('timeOffsets/boottime', 'timeOffsets/monotonic')) ?? 'nothing';
    const wide = /^u?int(64)?$/.test(type) && !SMALL.some((pattern) => pattern.test(pointer));
    return wide === (schema['x-exact'] === true)
      ? []
      : [`config: ${pointer} is ${type} in Go, and ${wide ? 'not ' : ''}exact here`];
  });
  return { count: numbers.length, faults };
}

/** GitHub's anchor of a heading. */
function anchor(heading: string): string {
  const words = heading
    .replace(/<[^>]*>/g, '')
    .trim()
    .toLowerCase();
  return words.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

/** Sections that schemas and rules name and the text has not. */
export function missingSections(module: string): { count: number; faults: string[] } {
  const known = new Set<string>();
  for (const file of readdirSync(module).filter((name) => name.endsWith('.md'))) {
    known.add(file);
    const text = readFileSync(join(module, file), 'utf8');
    for (const [, heading = ''] of text.matchAll(/^#+ (.*)$/gm)) known.add(`${file}#${anchor(heading)}`);
  }
  const named = new Set(RULES.map(({ section }) => section));
  for (const name of SCHEMA_NAMES) {
    const text = readFileSync(`schemas/${name}.schema.json`, 'utf8');
    for (const [, section = ''] of text.matchAll(/"x-section": "([^"]*)"/g)) named.add(section);
  }
  const faults = [...named].filter((section) => !known.has(section)).map((section) => `the text has no ${section}`);
  return { count: named.size, faults };
}
