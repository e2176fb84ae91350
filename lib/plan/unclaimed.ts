/**
 * Holds a config against the table of claims (claims.ts). Called by lib/container before a plan is compiled; decides
 * nothing about single leaves.
 */
import { RuntimeError } from '../errors.js';
import type { Spec } from '../spec/types.gen.js';
import { type Claim, CLAIMS } from './claims.js';

/** A node of the table, without the types that hold it to the schema. */
type Node = Claim | { readonly each: Node } | Fields;
interface Fields {
  readonly [name: string]: Node;
}

/**
 * Refuses a config that asks for what nobody carries out.
 * @param claims the table, or a part of another one (tests)
 * @returns warnings: the properties that the specification does not know, which are ignored as it demands
 * @throws RuntimeError config-unsupported with the pointer of the first such leaf
 */
export function refuseUnclaimed(spec: Spec, claims: unknown = CLAIMS): readonly string[] {
  const unknown: string[] = [];
  const table = claims as Node;
  if (!isClaimed(spec, table)) walk(spec, table, '', unknown);
  return unknown;
}

/**
 * Whether there is nothing to say about a value, which is how it is on nearly every create: one plain function, without
 * the pointers that only a message needs. May say no too often.
 */
function isClaimed(value: unknown, node: Node): boolean {
  if (typeof node === 'string') return true;
  if (isClaim(node)) return asksNothing(value, node.nothing);
  if (Array.isArray(value)) {
    const { each } = node as { readonly each: Node };
    for (const item of value) if (!isClaimed(item, each)) return false;
    return true;
  }
  const map = value as Readonly<Record<string, unknown>>;
  for (const name in map) {
    const child = 'each' in node ? node.each : node[name];
    if (typeof child === 'string') continue;
    // What every object inherits are functions, but for `__proto__`. Not by hasOwn, whose first call takes 25 microseconds.
    if (typeof child !== 'object' || name === '__proto__' || !isClaimed(map[name], child)) return false;
  }
  return true;
}

/** Every leaf of the table with its claim, in its order; `*` stands for an index or a map's key. */
export function* claimedLeaves(node: unknown = CLAIMS, pointer = ''): Generator<[pointer: string, claim: Claim]> {
  const table = node as Node;
  if (isClaim(table)) yield [pointer, table];
  else if (isEach(table)) yield* claimedLeaves(table.each, `${pointer}/*`);
  else for (const [name, child] of Object.entries(table)) yield* claimedLeaves(child, below(pointer, name));
}

function isClaim(node: Node): node is Claim {
  return typeof node === 'string' || 'unsupported' in node;
}

function isEach(node: Exclude<Node, Claim>): node is { readonly each: Node } {
  return 'each' in node;
}

/** The spec fits the schema, so the shapes of value and table agree. */
function walk(value: unknown, node: Node, pointer: string, unknown: string[]): void {
  if (isClaim(node)) refuse(value, node, pointer);
  else if (!isEach(node)) walkFields(value as Readonly<Record<string, unknown>>, node, pointer, unknown);
  else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) walk(value[i], node.each, `${pointer}/${i}`, unknown);
  } else {
    const map = value as Readonly<Record<string, unknown>>;
    for (const name in map) walk(map[name], node.each, below(pointer, name), unknown);
  }
}

function walkFields(
  value: Readonly<Record<string, unknown>>,
  fields: Fields,
  pointer: string,
  unknown: string[],
): void {
  for (const name in value) {
    const child = fields[name];
    if (typeof child === 'string') continue;
    // hasOwn: a property may be called `constructor`.
    if (child !== undefined && Object.hasOwn(fields, name)) walk(value[name], child, below(pointer, name), unknown);
    else unknown.push(`${below(pointer, name)}: not a property that runtime-spec 1.3.0 knows; ignored`);
  }
}

function refuse(value: unknown, claim: Claim, pointer: string): void {
  if (typeof claim !== 'object' || asksNothing(value, claim.nothing)) return;
  throw new RuntimeError('config-unsupported', claim.unsupported, { pointer });
}

function asksNothing(value: unknown, nothing: readonly unknown[]): boolean {
  if (value === '' || nothing.includes(value)) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** JSON pointer of a child, RFC 6901. */
function below(pointer: string, name: string): string {
  const escaped = name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
  return pointer === '' ? escaped : `${pointer}/${escaped}`;
}
