/** JSON with whole numbers of any size: JSON.stringify knows no bigint. Called for limits and counters. */

/** The text of a value whose numbers may be bigints; its strings never begin with an @ before a digit and end with one. */
export function exactJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `@${one}@` : one));
  return marked.replace(/"@(-?\d+)@"/g, '$1');
}
