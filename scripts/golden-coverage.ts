/**
 * Which golden plan shows which leaf of config.json: one whose text becomes another when the leaf has another value, or is left
 * out. Found by trying, so that no golden is named that has a leaf in its config and says nothing of it. Called by spec-coverage.ts.
 */
import { isRuntimeError } from '../lib/errors.js';
import { GOLDENS } from '../test/plans/cases.js';
import type { Golden } from '../test/plans/cases/world.js';
import type { Leaf } from './spec-schema.js';

type Tree = Record<string, unknown>;

/** Leaves that no plan speaks of, and why. */
export const WITHOUT_GOLDEN: Readonly<Record<string, string>> = {
  'linux/resources/memory/checkBeforeUpdate': 'speaks of update alone',
  'linux/seccomp/listenerPath': 'is connected to when the program starts: the record keeps it',
  'linux/seccomp/listenerMetadata': 'is told to the listener when the program starts: the record keeps it',
  'linux/personality/flags': 'the specification has no flags: a warning when the config is read',
};

/** The places of a leaf in a config: mounts/N/source of every N that there is. */
function placesOf(value: unknown, steps: readonly string[], before: readonly string[] = []): string[][] {
  const [name, ...rest] = steps;
  if (name === undefined) return value === undefined ? [] : [[...before]];
  if (typeof value !== 'object' || value === null) return [];
  const names = name === '*' ? Object.keys(value) : [name];
  return names.flatMap((one) => placesOf((value as Tree)[one], rest, [...before, one]));
}

/** Other values than the one that is there. */
function otherValues(value: unknown, { schema }: Leaf): unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1, value - 1];
  if (typeof value === 'bigint') return [value - 1n];
  if (Array.isArray(value)) return [value.slice(1)];
  if (typeof value !== 'string') return [];
  return [...(schema.enum ?? schema.examples ?? []), `${value}1`, value.slice(0, -1)].filter((one) => one !== value);
}

/** The config with another value at a place; undefined for none, as in a config that lacks it. */
function replaced(spec: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  const part = rest.length === 0 ? value : replaced((spec as Tree)[name], rest, value);
  if (Array.isArray(spec)) return spec.map((item: unknown, index) => (index === Number(name) ? part : item));
  return { ...(spec as Tree), [name]: part };
}

/** What a golden says of a config, or nothing where there is no plan for it: a required leaf cannot be left out. */
function wordsOf({ prose }: Golden, spec: unknown): string | undefined {
  try {
    return prose(spec as Golden['spec']).join('\n');
  } catch (error) {
    if (isRuntimeError(error) || error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Whether a golden's text depends on a leaf.
 * @param others what may stand in its place; undefined for nothing
 */
function dependsOn(golden: Golden, leaf: Leaf, others: (value: unknown) => readonly unknown[]): boolean {
  const places = placesOf(golden.spec, leaf.pointer.split('/'));
  if (places.length === 0) return false;
  const whole = wordsOf(golden, golden.spec);
  return places.some((place) => {
    const value = place.reduce<unknown>((tree, name) => (tree as Tree)[name], golden.spec);
    const words = others(value).map((other) => wordsOf(golden, replaced(golden.spec, place, other)));
    return words.some((one) => one !== undefined && one !== whole);
  });
}

/** The first golden that shows a leaf: best by what would be missing without it. */
export function goldenOf(leaf: Leaf): Golden | undefined {
  return (
    GOLDENS.find((golden) => dependsOn(golden, leaf, () => [undefined])) ??
    GOLDENS.find((golden) => dependsOn(golden, leaf, (value) => otherValues(value, leaf)))
  );
}
