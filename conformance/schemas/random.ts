// Mutants by chance: what people and programs do wrong to a config. Many stay good.

import type { Mutant } from './aimed.js';
import type { Base } from './bases.js';
import type { Json } from './text.js';
import { type Dice, pick } from './dice.js';
import { read, remove, type Slot, slotsOf, write } from './slots.js';

/** What a mutation works with. */
interface Bench {
  readonly roll: Dice;
  readonly document: Json;
  readonly slots: readonly Slot[];
  /** Every value of all bases, by place. */
  readonly values: ReadonlyMap<string, readonly Json[]>;
}

/** @returns what was done; undefined if the document has nothing for it */
type Mutation = (bench: Bench) => string | undefined;

const WORDS: readonly string[] = [
  ...['', ' ', '/', '.', '..', '/proc', 'proc', '/dev/shm', 'rootfs', '../rootfs', '/a/../b', '//', 'a\nb'],
  ...[
    'sh',
    'PATH=/bin',
    'PATH',
    '=x',
    'A=b=c',
    'x\0y',
    '\ud800',
    'é'.repeat(33),
    'x'.repeat(65),
    'CAP_KILL',
    'CAP_NONE',
  ],
  ...['pid', 'network', 'user', 'time', 'uts', 'slave', 'rslave', 'rprivate', 'rshared', 'runbindable', 'paused'],
  ...['bind', 'rbind', 'ro', 'rw', 'idmap', 'ridmap', 'tmpfs', 'c', 'b', 'p', 'u', 'a', 'r', 'rwm', 'rwx'],
  ...['1.0.0', '1.3.0', '2.0.0', 'banana', '1.3.0-dev', '0-3', '3-0', '0-3,', '1GB', 'MB:0=1', 'eth0', 'eth%d', 'a/b'],
  ...['SCMP_ACT_NOTIFY', 'SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO', 'RLIMIT_NOFILE', 'RLIMIT_NONE', 'net.core.somaxconn'],
];

const NUMBERS: readonly (number | bigint)[] = [
  ...[0, 1, -1, 5, 6, 7, 8, 19, 20, -20, 99, 100, 101, 511, 512, 1000, 1001, -1000, -1001, 4095, 65535, 65536],
  ...[0.5, 1e9, 1e10, 1e20, 1e300, -1e300, 999999999, 1000000000, 2147483647, 2147483648, 4294967295, 4294967296],
  ...[2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, -(2n ** 63n), -(2n ** 63n) - 1n],
];

const ODD: readonly Json[] = [null, true, false, 0, '', [], {}, ['x'], [[]], { x: 1 }];

const NAMES: readonly string[] = [
  '',
  '\n',
  '__proto__',
  'constructor',
  'toString',
  '$schema',
  'x/y',
  'a~b',
  'windows',
  'limit',
];

const kind = (value: Json): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);
const isNumber = (value: Json): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

/** One of the slots that fit. */
function choose({ roll, slots }: Bench, fits: (slot: Slot, value: Json) => boolean): Slot | undefined {
  const fitting = slots.filter((slot) => fits(slot, read(slot)));
  return fitting.length === 0 ? undefined : pick(roll, fitting);
}

/** A mutation that writes a new value into one slot. */
const rewrite =
  (
    what: string,
    fits: (slot: Slot, value: Json) => boolean,
    value: (bench: Bench, old: Json, slot: Slot) => Json,
  ): Mutation =>
  (bench) => {
    const slot = choose(bench, fits);
    if (slot === undefined) return undefined;
    write(slot, structuredClone(value(bench, read(slot), slot)));
    return `${what} ${slot.place}`;
  };

const always = (): boolean => true;
const isList = (_slot: Slot, value: Json): boolean => Array.isArray(value) && value.length > 0;
const isText = (_slot: Slot, value: Json): boolean => typeof value === 'string';

function typo(roll: Dice, word: string): string {
  const at = roll(word.length + 1);
  const changes = [
    word.slice(0, at) + word.slice(at + 1),
    `${word.slice(0, at)}x${word.slice(at)}`,
    word.toUpperCase() === word ? word.toLowerCase() : word.toUpperCase(),
    word.replace(/^\//, ''),
    `/${word}`,
  ];
  return pick(roll, changes);
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  word: rewrite('word', isText, ({ roll }) => pick(roll, WORDS)),
  typo: rewrite('typo', isText, ({ roll }, old) => typo(roll, old as string)),
  number: rewrite(
    'number',
    (_slot, value) => isNumber(value),
    ({ roll }) => pick(roll, NUMBERS),
  ),
  near: rewrite(
    'near',
    (_slot, value) => isNumber(value),
    ({ roll }, old) => {
      const by = pick(roll, [1, -1, 2, 10]);
      return typeof old === 'bigint' ? old + BigInt(by) : (old as number) + by;
    },
  ),
  type: rewrite('type', always, ({ roll }) => pick(roll, ODD)),
  flag: rewrite(
    'flag',
    (_slot, value) => typeof value === 'boolean',
    (_bench, old) => old !== true,
  ),
  /** What another base has in the same place. */
  neighbour: rewrite(
    'neighbour',
    ({ place }) => !place.startsWith('process/args'),
    ({ roll, values }, old, { place }) => pick(roll, values.get(place) ?? [old]),
  ),
  twice: rewrite('twice', isList, ({ roll }, old) => {
    const list = old as Json[];
    const item = structuredClone(pick(roll, list));
    return roll(2) === 0 ? [...list, item] : [item, ...list];
  }),
  fewer: rewrite('fewer', isList, ({ roll }, old) => (old as Json[]).toSpliced(roll((old as Json[]).length), 1)),
  turned: rewrite('turned', isList, (_bench, old) => (old as Json[]).toReversed()),
  emptied: rewrite(
    'emptied',
    (_slot, value) => typeof value === 'object',
    (_bench, old) => (Array.isArray(old) ? [] : {}),
  ),
  removed: (bench) => {
    const slot = choose(bench, always);
    if (slot === undefined) return undefined;
    remove(slot);
    return `removed ${slot.place}`;
  },
  renamed: (bench) => {
    const slot = choose(bench, ({ owner }) => !Array.isArray(owner));
    if (slot === undefined) return undefined;
    const value = read(slot);
    remove(slot);
    write({ ...slot, key: typo(bench.roll, slot.key) }, value);
    return `renamed ${slot.place}`;
  },
  added: (bench) => {
    const slot = choose(bench, ({ owner }) => !Array.isArray(owner));
    if (slot === undefined) return undefined;
    const key = pick(bench.roll, NAMES);
    write({ ...slot, key }, structuredClone(pick(bench.roll, [...ODD, ...WORDS])));
    return `added ${JSON.stringify(key)} beside ${slot.place}`;
  },
  swapped: (bench) => {
    const one = choose(bench, (_slot, value) => typeof value !== 'object');
    if (one === undefined) return undefined;
    const other = choose(bench, (_slot, value) => kind(value) === kind(read(one)));
    if (other === undefined) return undefined;
    const [first, second] = [read(one), read(other)];
    write(one, second);
    write(other, first);
    return `swapped ${one.place} and ${other.place}`;
  },
};

/** Those that can leave a document good are rolled more often. */
const CUPS: readonly string[] = [
  ...Object.keys(MUTATIONS),
  ...['neighbour', 'neighbour', 'word', 'fewer', 'turned', 'flag', 'removed', 'renamed', 'renamed', 'added', 'swapped'],
];

function valuesOf(bases: readonly Base[], known: ReadonlySet<string>): Map<string, Json[]> {
  const values = new Map<string, Json[]>();
  for (const { document } of bases) {
    for (const slot of slotsOf(document, known)) {
      const list = values.get(slot.place) ?? [];
      values.set(slot.place, [...list, read(slot)]);
    }
  }
  return values;
}

/** `count` mutants, each of one base by one to three changes. */
export function* random(
  bases: readonly Base[],
  known: ReadonlySet<string>,
  roll: Dice,
  count: number,
): Generator<Mutant> {
  const values = valuesOf(bases, known);
  for (let left = count; left > 0;) {
    const base = pick(roll, bases);
    const document = structuredClone(base.document);
    const done: string[] = [];
    for (let changes = pick(roll, [1, 1, 1, 2, 2, 3]); changes > 0; changes--) {
      const bench = { roll, document, slots: slotsOf(document, known), values };
      const did = MUTATIONS[pick(roll, CUPS)]?.(bench);
      if (did !== undefined) done.push(did);
    }
    if (done.length === 0) continue;
    left--;
    yield { document, made: `${base.name}: ${done.join(', ')}` };
  }
}
