/**
 * Takes out of a config what does not fit the schema, so that the rules can look at the rest and everything is told at
 * once. Loaded only when there is such a thing.
 */
import { breachesOfConfig } from './breaches.gen.js';
import type { Known } from './rules/rule.js';
import type { Spec } from './types.gen.js';

type Tree = Record<string, unknown>;

/** What stands for a required property that is not there, where its owner has much else to be looked at. */
const STAND_INS: Readonly<Record<string, readonly [name: string, value: string]>> = {
  '': ['ociVersion', '1.3.0'],
  '/process': ['cwd', '/'],
  '/root': ['path', 'rootfs'],
};

/** An item whose required property is missing goes as a whole, and so on upwards: never more often than there are levels. */
const MOST_ROUNDS = 16;

/**
 * Prunes a config in place.
 * @returns the config, which fits, and the pointers in it as they were before
 */
export function prune(config: object): { readonly spec: Spec; readonly known: Known } {
  const indexes = new Map<unknown, number[]>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const breaches = breachesOfConfig(config);
    if (breaches.length === 0) return { spec: config as Spec, known: (pointer) => known(config, indexes, pointer) };
    const cuts = new Set<string>();
    for (const { instancePath, keyword, params } of breaches) {
      if (keyword === 'required') standIn(config, instancePath, String(params.missingProperty), cuts);
      else cuts.add(instancePath);
    }
    // From the end: what is cut out of a list moves what is behind it.
    for (const path of [...cuts].map(stepsOf).sort(laterFirst)) cut(config, path, indexes);
  }
  // Cannot be: each round takes out what the one before has left without something it needs.
  return { spec: { ociVersion: '1.3.0' }, known: (pointer) => pointer };
}

function standIn(config: object, instancePath: string, missing: string, cuts: Set<string>): void {
  const [name, value] = STAND_INS[instancePath] ?? [];
  const owner = follow(config, stepsOf(instancePath));
  if (name === missing && owner !== undefined) owner[name] = value;
  else cuts.add(instancePath);
}

function cut(config: object, path: readonly string[], indexes: Map<unknown, number[]>): void {
  const owner = follow(config, path.slice(0, -1));
  const last = path.at(-1) ?? '';
  if (Array.isArray(owner)) {
    const before = indexes.get(owner) ?? owner.map((_, index) => index);
    before.splice(Number(last), 1);
    owner.splice(Number(last), 1);
    indexes.set(owner, before);
  } else if (owner !== undefined) Reflect.deleteProperty(owner, last);
}

function known(config: object, indexes: ReadonlyMap<unknown, readonly number[]>, pointer: string): string {
  let node: unknown = config;
  const steps = pointer.split('/').map((step) => {
    const before = indexes.get(node)?.[Number(step)];
    node = typeof node === 'object' && node !== null ? (node as Tree)[unescape(step)] : undefined;
    return before === undefined ? step : before.toString();
  });
  return steps.join('/');
}

function stepsOf(path: string): string[] {
  return path.split('/').slice(1).map(unescape);
}

function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The object or array at a path; undefined when it is gone already. */
function follow(config: object, path: readonly string[]): Tree | undefined {
  let node: unknown = config;
  for (const step of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return undefined;
    node = (node as Tree)[step];
  }
  return typeof node === 'object' && node !== null ? (node as Tree) : undefined;
}

function laterFirst(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const one = a[at] ?? '';
    const other = b[at] ?? '';
    if (one === other) continue;
    // The order of numbers, for which the longer one is the greater.
    return other.length - one.length || (one < other ? 1 : -1);
  }
  return b.length - a.length;
}
