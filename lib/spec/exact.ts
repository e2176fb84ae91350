/**
 * Puts the 64-bit numbers that JSON.parse rounds back to what the text says. Loaded by load.ts when there is a number
 * beyond 2^53: 18446744073709551615 (RLIM_INFINITY), or a mask of a seccomp rule.
 */
import { below } from './rules/rule.js';
import type { Spec } from './types.gen.js';
import { EXACT_LEAVES, type ExactLeaf } from './words.gen.js';

type Tree = Record<string, unknown>;

/** A number that is out of range, or written as a fraction or with an exponent. */
export interface Inexact {
  readonly pointer: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** A string, which is passed over, or a number. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * Sets the leaves of 64 bits that a number cannot hold to bigints, in place. The text is parsed a second time with its
 * long integers in quotes: in C++, and not by recursion, unlike the parsers that know bigints.
 * @param spec what JSON.parse made of `text`; fits the schema, so that a string at such a leaf is one we have quoted
 * @returns the numbers that cannot be taken
 */
export function makeExact(spec: Spec, text: string): Inexact[] {
  const quoted = text.replace(STRING_OR_NUMBER, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));
  const exact = JSON.parse(quoted) as Tree;
  const faults: Inexact[] = [];
  for (const leaf of EXACT_LEAVES) overlay(spec as unknown as Tree, exact, leaf, '', faults);
  return faults;
}

/** Goes down both trees along what is left of the leaf's path. */
function overlay(plain: Tree, exact: Tree, leaf: ExactLeaf, pointer: string, faults: Inexact[]): void {
  const [step = '', ...rest] = leaf.path;
  for (const key of step === '*' ? Object.keys(plain) : [step]) {
    if (!Object.hasOwn(plain, key)) continue;
    const place = below(pointer, key);
    if (rest.length > 0) {
      overlay(plain[key] as Tree, exact[key] as Tree, { ...leaf, path: rest }, place, faults);
      continue;
    }
    const value = valueOf(exact[key], leaf);
    if (typeof value === 'object') faults.push({ ...value, pointer: place });
    else plain[key] = value;
  }
}

function valueOf(found: unknown, { least, most }: ExactLeaf): number | bigint | Omit<Inexact, 'pointer'> {
  if (typeof found !== 'string') {
    if (Number.isSafeInteger(found)) return found as number;
    return { message: 'is a number that cannot be read exactly', hint: 'write it as a whole number in plain digits' };
  }
  const value = BigInt(found);
  if (value < least) return { message: `must be at least ${least}, but is ${value}`, hint: undefined };
  if (value > most) return { message: `must be at most ${most}, but is ${value}`, hint: undefined };
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
