// Documents as text: the mutants hold integers that JSON.stringify has no digits for.

/** JSON, with integers that a number cannot hold as bigints. */
export type Json = null | boolean | number | bigint | string | Json[] | Tree;
export interface Tree {
  [name: string]: Json;
}

/** JSON, with bigints as plain digits. A property called `__proto__` is one like the others. */
export function toText(value: Json): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(toText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, child]) => `${JSON.stringify(name)}:${toText(child)}`)
    .join(',')}}`;
}
