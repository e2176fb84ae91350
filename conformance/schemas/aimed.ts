// Mutants that are aimed at one assertion of our schemas: some break it and nothing else, others come as close as a
// good value can.

import type { Base } from './bases.js';
import { type Json, toText, type Tree } from './text.js';
import type { Point } from './points.js';
import { read, remove, type Slot, slotAt, slotsOf, write } from './slots.js';

export interface Mutant {
  readonly document: Json;
  /** How it was made, for a message. */
  readonly made: string;
}

const OF_ALL_TYPES: readonly Json[] = [null, true, 0, -1, 1.5, '', 'x', '0', [], ['x'], [0], {}, { x: 1 }];

/** 64-bit bounds of the schema, which a number has not exactly. */
const LEAST_INT64 = -(2n ** 63n);
const MOST_INT64 = 2n ** 63n - 1n;
const MOST_UINT64 = 2n ** 64n - 1n;

function bound(value: number): bigint {
  if (value === Number(MOST_UINT64)) return MOST_UINT64;
  if (value === Number(MOST_INT64)) return MOST_INT64;
  if (value === Number(LEAST_INT64)) return LEAST_INT64;
  return BigInt(value);
}

/** The next number that doubles tell from a bound. */
const FAR = 10000n;

const misspelt = (word: string): Json[] => [
  word.toLowerCase() === word ? word.toUpperCase() : word.toLowerCase(),
  word.slice(1),
  `${word} `,
  `${word}\n`,
];

/** Values for a place, around one of its assertions. */
function values({ keyword, node }: Point): readonly Json[] {
  switch (keyword) {
    case 'type':
      return OF_ALL_TYPES;
    case 'enum':
      return [...(node.enum ?? []), ...(node.enum ?? []).flatMap(misspelt)];
    case 'pattern':
      return [
        '',
        ' ',
        '0-3,7',
        'cc',
        'C',
        'RLIMIT_',
        'RLIMIT_nofile',
        'RLIMIT_CORE\n',
        '0MB',
        '1mb',
        '01GB',
        '1TB',
        'MB:\n',
        'CAP_x',
        'é',
      ];
    case 'minimum': {
      const least = bound(node.minimum ?? 0);
      return [least - FAR, least - 1n, least, least + 1n];
    }
    case 'maximum': {
      const most = bound(node.maximum ?? 0);
      return [most - 1n, most, most + 1n, most + FAR];
    }
    case 'minItems':
      return [[]];
    case 'required':
      return [];
  }
}

/** A copy of a document with one slot of it changed. */
function changed(document: Json, pick: (copy: Json) => Slot | undefined, change: (slot: Slot) => void): Json {
  const copy = structuredClone(document);
  const slot = pick(copy);
  if (slot !== undefined) change(slot);
  return copy;
}

/**
 * All mutants that are aimed at assertions.
 * @throws Error for an assertion of whose place no base has an example
 */
export function* aimed(
  points: readonly Point[],
  bases: readonly Base[],
  known: ReadonlySet<string>,
): Generator<Mutant> {
  const examples = new Map<string, Base>();
  for (const base of bases) {
    for (const { place } of slotsOf(base.document, known)) if (!examples.has(place)) examples.set(place, base);
  }
  for (const point of points) {
    const base = point.place === '' ? bases[0] : examples.get(point.place);
    const around = examples.get(point.place.replace(/\/\*$/, ''));
    if (base !== undefined) yield* atPoint(point, base, known);
    else if (around !== undefined) yield* inEmptyList(point, around, known);
    else throw new Error(`no base has ${point.place}: add it to conformance/schemas/bases.ts`);
  }
}

function* atPoint(point: Point, base: Base, known: ReadonlySet<string>): Generator<Mutant> {
  const { place, property } = point;
  const find = (copy: Json): Slot | undefined => slotsOf(copy, known).find((slot) => slot.place === place);
  if (property !== undefined) {
    const document = structuredClone(base.document);
    const owner = place === '' ? document : (read(find(document)!) as Tree);
    remove(slotAt(owner, property));
    yield { document, made: `${base.name}: without ${place}/${property}` };
  } else if (place === '') {
    for (const value of OF_ALL_TYPES) yield { document: value, made: 'another type' };
  } else {
    for (const value of values(point)) {
      const document = changed(base.document, find, (slot) => write(slot, structuredClone(value)));
      yield { document, made: `${base.name}: ${place} = ${toText(value)}` };
    }
  }
}

/** For an item of which there is no good example: it is put into a list that has none. */
function* inEmptyList(point: Point, base: Base, known: ReadonlySet<string>): Generator<Mutant> {
  const list = point.place.replace(/\/\*$/, '');
  for (const value of values(point)) {
    const document = structuredClone(base.document);
    write(
      slotsOf(document, known).find(({ place }) => place === list)!,
      [structuredClone(value)],
    );
    yield { document, made: `${base.name}: ${list} = [${toText(value)}]` };
  }
}
