/** The comparison with the official schemas: the parts that need neither Go nor the schemas themselves. */
import { describe, expect, test } from '@jest/globals';
import { aimed } from '../../../conformance/schemas/aimed.js';
import { bases } from '../../../conformance/schemas/bases.js';
import { compare, Tally, type Verdicts } from '../../../conformance/schemas/compare.js';
import { dice } from '../../../conformance/schemas/dice.js';
import { type Breach, readOurs } from '../../../conformance/schemas/judge.js';
import { type Family, nameOf, placeOf, placesOf, pointsOf } from '../../../conformance/schemas/points.js';
import { random } from '../../../conformance/schemas/random.js';
import { slotAt, slotsOf, write } from '../../../conformance/schemas/slots.js';
import { toText } from '../../../conformance/schemas/text.js';
import { twisted } from '../../../conformance/schemas/twists.js';

/** A family in two files, with everything that the official schemas are written in. */
const FAMILY: Family = {
  files: {
    'a.json': {
      type: 'object',
      required: ['list'],
      properties: {
        list: { type: 'array', minItems: 1, items: { anyOf: [{ $ref: 'b.json#/definitions/both' }] } },
        map: { type: 'object', patternProperties: { '.+': { type: 'string' } } },
        windows: { type: 'object', required: ['x'], properties: { x: { type: 'string' } } },
      },
    },
    'b.json': {
      definitions: {
        number: { type: 'integer', minimum: 0 },
        both: { allOf: [{ $ref: '#/definitions/one' }, { properties: { two: { $ref: '#/definitions/number' } } }] },
        one: { type: 'object', required: ['one'], properties: { one: { enum: ['x'] } } },
      },
    } as never,
  },
};

const namesOf = (family: Family, file: string): string[] =>
  pointsOf(family, file).map(({ place, keyword, property }) => nameOf(place, keyword, property));

describe('points', () => {
  test('are found behind references, in allOf and anyOf, and not in what is foreign', () => {
    expect(namesOf(FAMILY, 'a.json').sort()).toEqual([
      ' required list',
      ' type',
      'list minItems',
      'list type',
      'list/* required one',
      'list/* type',
      'list/*/one enum',
      'list/*/two minimum',
      'list/*/two type',
      'map type',
      'map/* type',
      'windows type',
    ]);
  });

  test('a pointer has a place, whatever the keys of maps are', () => {
    const known = placesOf(FAMILY, 'a.json');
    expect(placeOf('/list/3/two', known)).toBe('list/*/two');
    expect(placeOf('/map/a~1b', known)).toBe('map/*');
    expect(placeOf('', known)).toBe('');
  });

  test.each([
    [{ type: 'object', oneOf: [] }, /nobody knows "oneOf"/],
    [{ anyOf: [{ type: 'string' }, { type: 'object' }] }, /alternatives/],
    [{ $ref: 'c.json#/x' }, /leads nowhere/],
  ])('%j is not passed over', (schema, message) => {
    expect(() => pointsOf({ files: { 'a.json': schema } }, 'a.json')).toThrow(message);
  });
});

test('text has every digit, and any name', () => {
  const tree = { a: [2n ** 64n - 1n, 1.5, null], '"': 'é\n' };
  write(slotAt(tree, '__proto__'), 1);
  expect(toText(tree)).toBe('{"a":[18446744073709551615,1.5,null],"\\"":"é\\n","__proto__":1}');
});

describe('mutants', () => {
  const places = placesOf(readOurs(), 'config.schema.json');
  const from = bases('config');

  test('are the same for the same seed, and differ from their base', () => {
    const texts = (seed: number) => [...random(from, places, dice(seed), 50)].map(({ document }) => toText(document));
    expect(texts(1)).toEqual(texts(1));
    expect(texts(1)).not.toEqual(texts(2));
  });

  test('are aimed at every assertion', () => {
    const points = pointsOf(readOurs(), 'config.schema.json');
    expect([...aimed(points, from, places)].length).toBeGreaterThan(points.length * 3);
  });

  test('leave their bases alone', () => {
    const before = from.map(({ document }) => toText(document));
    expect([...twisted(from)].length).toBeGreaterThan(400);
    expect(from.map(({ document }) => toText(document))).toEqual(before);
  });

  test('come from bases that have every place', () => {
    const used = new Set(from.flatMap(({ document }) => slotsOf(document, places).map(({ place }) => place)));
    const bare = [...places].filter((place) => place !== '' && !used.has(place));
    // No flag of a personality is defined.
    expect(bare).toEqual(['linux/personality/flags/*']);
  });
});

describe('a comparison', () => {
  const breach = (name: string): Breach => ({ pointer: `/${name.split(' ')[0] ?? ''}`, place: '', name });
  const verdicts = (official: readonly string[], ours: readonly string[]): Verdicts => ({
    schema: 'config',
    made: 'by hand',
    text: '{}',
    value: {},
    official: official.map(breach),
    ours: { schema: ours.map(breach), beyond: [], rules: [] },
  });
  const tried = (official: readonly string[], ours: readonly string[]): Tally => {
    const tally = new Tally();
    compare(verdicts(official, ours), tally);
    return tally;
  };

  test('of the same breaches finds nothing', () => {
    const tally = tried(['root type'], ['root type']);
    expect([tally.unlisted.size, tally.byDecision.size, tally.valid]).toEqual([0, 0, 0]);
    expect([...tally.hitOurs, ...tally.hitOfficial]).toEqual(['config root type', 'config root type']);
  });

  test.each([
    [['root type'], [], 'config: root type, refused by official alone'],
    [[], ['root type'], 'config: root type, refused by caisson alone'],
    [['root type'], ['hostname type', 'root type'], 'config: hostname type, refused by caisson alone'],
  ])('tells of a difference that nobody decided on: %j, %j', (official, ours, name) => {
    expect([...tried(official, ours).unlisted.keys()]).toEqual([name]);
  });

  test('knows the decisions', () => {
    const tally = tried(['linux/resources/pids required limit'], []);
    expect([...tally.byDecision.keys()].map(({ name }) => name)).toEqual(['pids without a limit']);
    expect(tally.unlisted.size).toBe(0);
  });

  test('takes a wrong type for one thing, also where a list of words stands', () => {
    const both = [breach('root type'), breach('root enum')].map((one) => ({ ...one, place: 'root' }));
    const tally = new Tally();
    compare({ ...verdicts([], []), official: both, ours: { schema: both, beyond: [], rules: [] } }, tally);
    expect([...tally.hitOurs]).toEqual(['config root type']);
  });
});
