/** Whatever a config.json holds, reading it ends in a Spec or in a RuntimeError that a person can be shown; in nothing else. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bases } from '../../../conformance/schemas/bases.js';
import { dice } from '../../../conformance/schemas/dice.js';
import { random } from '../../../conformance/schemas/random.js';
import { toText } from '../../../conformance/schemas/text.js';
import { isRuntimeError } from '../../../lib/errors.js';
import { refuseUnsupported } from '../../../lib/plan/unsupported.js';
import { breachesOfConfig } from '../../../lib/spec/breaches.gen.js';
import { makeExact } from '../../../lib/spec/exact.js';
import { loadSpec } from '../../../lib/spec/load.js';
import type { Spec } from '../../../lib/spec/types.gen.js';
import { fitsConfig } from '../../../lib/spec/validate.gen.js';
import { EXACT_LEAVES } from '../../../lib/spec/words.gen.js';
import { leavesOf, readSchema } from '../../../scripts/spec-schema.js';
import { wholeConfig } from '../../support/configs.js';

/** The same documents at each run. */
const SEEDED = { seed: 20, verbose: 1 } as const;

const CODES: readonly string[] = ['config-syntax', 'config-invalid', 'config-unsupported'];

/** For properties: nothing but what `outcome` itself demands. */
const reads = async (text: string): Promise<void> => {
  await outcome(text);
};

/** What reading a text as create does comes to: `loaded`, or the code of the refusal. */
async function outcome(text: string): Promise<string> {
  try {
    refuseUnsupported(await loadSpec(text, '/b/config.json'));
    return 'loaded';
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    const words = `${error.message} ${error.details.hint ?? ''}`;
    if (!CODES.includes(error.code) || /undefined|\[object|NaN/.test(words))
      throw new Error(`${error.code}: ${words}`, { cause: error });
    return error.code;
  }
}

/** Names that objects have anyway, and others that are odd. */
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '\0',
  '\ud800',
  'a/b',
  '~',
  '*',
  '0',
  'length',
];

/** Any JSON value, with odd names and odd strings in it. */
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -0, 1.5, 1e300, -1, 2 ** 63, 2 ** 64),
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).value;

/** Every place of a value, as the steps that lead there. */
function placesIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [[key], ...placesIn(child).map((steps) => [key, ...steps])]);
}

/** Good configs that together use every leaf, as text: no object stands in two places. */
const GOOD = bases('config').map(({ document }) => toText(document));

/** Every place of them. */
const PLACES = GOOD.flatMap((text) => placesIn(JSON.parse(text)).map((steps) => ({ text, steps })));

/** A config as text with a value in one place, under another name if there is one. */
function withValue(text: string, steps: readonly string[], value: unknown, name?: string): string {
  const config = JSON.parse(text) as Record<string, unknown>;
  const owner = steps
    .slice(0, -1)
    .reduce<Record<string, unknown>>((node, step) => node[step] as Record<string, unknown>, config);
  const key = name !== undefined && !Array.isArray(owner) ? name : (steps.at(-1) ?? '');
  Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
  return JSON.stringify(config);
}

describe('any text', () => {
  test('that is JSON', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (value) => reads(JSON.stringify(value))),
      { ...SEEDED, numRuns: 700 },
    );
  });

  test('that is none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => reads(text)),
      { ...SEEDED, numRuns: 400 },
    );
  });

  test('that begins or ends as a config does', async () => {
    const whole = JSON.stringify(wholeConfig(), null, 1);
    const cut = fc.tuple(fc.nat(whole.length), fc.nat(whole.length), fc.string({ maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(cut, async ([from, to, between]) => reads(whole.slice(0, from) + between + whole.slice(to))),
      { ...SEEDED, numRuns: 400 },
    );
  });

  test.each([
    ['lists', '['],
    ['objects', '{"a":'],
    ['lists in a list of objects', '{"mounts":['],
  ])('of 100,000 levels of %s', async (_what, opening) => {
    await expect(outcome(opening.repeat(100_000))).resolves.toBe('config-syntax');
  });

  test.each(['linux', 'annotations', 'mounts', 'vm', 'x', 'process', 'hooks'])(
    'with 50,000 lists below %s',
    async (name) => {
      const text = withValue(GOOD[0] ?? '', [name], 0).replace(
        `"${name}":0`,
        `"${name}":${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      );
      expect(['loaded', 'config-invalid', 'config-unsupported']).toContain(await outcome(text));
    },
  );
});

test('any value in any place of a config', async () => {
  const found = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PLACES),
      json,
      fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
      async ({ text, steps }, value, name) => void found.add(await outcome(withValue(text, steps, value, name))),
    ),
    { ...SEEDED, numRuns: 700 },
  );
  expect([...found]).toEqual(expect.arrayContaining(['config-invalid', 'loaded']));
});

test('of 700 mutants some are loaded, some refused, and none ends in another error', async () => {
  const counts: Record<string, number> = {};
  const places = new Set([...leavesOf(readSchema('config'))].map(({ pointer }) => pointer));
  for (const { document } of random(bases('config'), places, dice(7), 700)) {
    const code = await outcome(toText(document));
    counts[code] = (counts[code] ?? 0) + 1;
  }
  expect(counts['config-invalid']).toBeGreaterThan(150);
  expect(counts.loaded).toBeGreaterThan(50);
});

test('the two validators agree on any value, and none throws', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(fitsConfig(value) === 'no').toBe(breachesOfConfig(value).length > 0);
    }),
    { ...SEEDED, numRuns: 700 },
  );
});

describe('numbers of 64 bits, as plain digits', () => {
  test.each(EXACT_LEAVES.map((leaf) => [leaf.path.join('/'), leaf] as const))('%s', (_name, { path, least, most }) => {
    const steps = path.map((step) => (step === '*' ? '0' : step));
    const whole = JSON.stringify(wholeConfig());
    /** What the number comes to; undefined if it is refused, with its place. */
    const read = (digits: bigint): bigint | undefined => {
      const text = withValue(whole, steps, '@').replace('"@"', digits.toString());
      const spec = JSON.parse(text) as Spec;
      const faults = makeExact(spec, text);
      if (faults.length > 0) expect(faults.map(({ pointer }) => pointer)).toEqual([steps.join('/')]);
      const value = steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], spec);
      return faults.length > 0 ? undefined : BigInt(value as number);
    };
    fc.assert(
      fc.property(fc.bigInt(least, most), (digits) => expect(read(digits)).toBe(digits)),
      { ...SEEDED, numRuns: 20 },
    );
    for (const digits of [least, most]) expect(read(digits)).toBe(digits);
    // Close to 0 a number is exact enough, and the schema has refused it.
    for (const digits of [least - 1n, most + 1n]) if (digits !== -1n) expect(read(digits)).toBeUndefined();
  });
});
