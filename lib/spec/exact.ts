/**
 * Puts the 64-bit numbers that JSON.parse rounds back to what the text says. Loaded by load.ts when there is a number
 * beyond 2^53: 18446744073709551615 (RLIM_INFINITY), or a mask of a seccomp rule.
 */
import { RuntimeError } from '../errors.js';
import type { Spec } from './types.gen.js';
import { EXACT_LEAVES, type ExactLeaf } from './words.gen.js';

type Tree = Record<string, unknown>;

/** A string, which is passed over, or a number. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * Sets the leaves of 64 bits that a number cannot hold to bigints, in place. The text is parsed a second time with its
 * long integers in quotes: in C++, and not by recursion, unlike the parsers that know bigints.
 * @param spec what JSON.parse made of `text`; fits the schema, so that a string at such a leaf is one we have quoted
 * @throws RuntimeError config-invalid for one out of range, or written as a fraction or with an exponent
 */
export function makeExact(spec: Spec, text: string): void {
  const quoted = text.replace(STRING_OR_NUMBER, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));
  const exact = JSON.parse(quoted) as Tree;
  for (const leaf of EXACT_LEAVES) overlay(spec as unknown as Tree, exact, leaf, '');
}

/** Goes down both trees along what is left of the leaf's path. */
function overlay(plain: Tree, exact: Tree, leaf: ExactLeaf, pointer: string): void {
  const [step = '', ...rest] = leaf.path;
  for (const key of step === '*' ? Object.keys(plain) : [step]) {
    if (!Object.hasOwn(plain, key)) continue;
    const place = pointer === '' ? key : `${pointer}/${key}`;
    if (rest.length === 0) plain[key] = checked(exact[key], leaf, place);
    else overlay(plain[key] as Tree, exact[key] as Tree, { ...leaf, path: rest }, place);
  }
}

function checked(found: unknown, { least, most }: ExactLeaf, pointer: string): number | bigint {
  if (typeof found !== 'string') {
    if (Number.isSafeInteger(found)) return found as number;
    throw new RuntimeError('config-invalid', 'is a number that cannot be read exactly', {
      pointer,
      hint: 'write it as a whole number in plain digits',
    });
  }
  const value = BigInt(found);
  if (value < least)
    throw new RuntimeError('config-invalid', `must be at least ${least}, but is ${value}`, { pointer });
  if (value > most) throw new RuntimeError('config-invalid', `must be at most ${most}, but is ${value}`, { pointer });
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
