// Places of a document as things that can be changed.

import type { Json, Tree } from './text.js';

/** One property or item. */
export interface Slot {
  readonly owner: Tree | Json[];
  readonly key: string;
  /** As points.ts names places. */
  readonly place: string;
}

/**
 * Every property and item of a document, depth first.
 * @param known the places of the schema
 */
export function slotsOf(document: Json, known: ReadonlySet<string>, place = ''): Slot[] {
  if (typeof document !== 'object' || document === null) return [];
  const prefix = place === '' ? '' : `${place}/`;
  return Object.keys(document).flatMap((key) => {
    const own = !Array.isArray(document) && known.has(prefix + key) ? prefix + key : `${prefix}*`;
    const slot = { owner: document, key, place: own };
    return [slot, ...slotsOf(read(slot), known, own)];
  });
}

export function read({ owner, key }: Slot): Json {
  return Array.isArray(owner) ? owner[Number(key)]! : owner[key]!;
}

export function write({ owner, key }: Slot, value: Json): void {
  if (Array.isArray(owner)) owner[Number(key)] = value;
  // `__proto__` would be no property, if it were assigned.
  else Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Takes a property or an item out. */
export function remove({ owner, key }: Slot): void {
  if (Array.isArray(owner)) owner.splice(Number(key), 1);
  else Reflect.deleteProperty(owner, key);
}

/** A slot by its JSON pointer, which need not exist yet; its owner must. */
export function slotAt(document: Tree, pointer: string): Slot {
  const steps = pointer.split('/');
  const key = steps.pop() ?? '';
  const owner = steps.reduce<Json>((node, step) => (node as Tree)[step]!, document);
  if (typeof owner !== 'object' || owner === null) throw new Error(`no ${pointer} in this document`);
  return { owner, key, place: pointer };
}
