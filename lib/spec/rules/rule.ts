/** The shape of a rule, for the tables beside this file and lib/spec/rules.ts. */
import type { Spec } from '../types.gen.js';

/** Tells a breach: where (a JSON pointer without leading slash), what is wrong, and what would be right. */
export type Report = (pointer: string, message: string, hint?: string) => void;

export interface Rule {
  /** Where it looks; `*` stands for any index. */
  readonly pointer: string;
  /** What it demands, as a sentence about the value there. */
  readonly demands: string;
  /** Where that is written. */
  readonly section: string;
  /** A breach is a warning, not an error. */
  readonly warning?: true;
  /** Reports every breach. The spec fits the schema. */
  readonly check: (spec: Spec, report: Report) => void;
}

export interface Breach {
  readonly rule: Rule;
  readonly pointer: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Whether a path is absolute. */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

/**
 * Visits each entry of a list that may be absent. For lists of objects, which are short: what is called some hundred times
 * is compiled by the engine, which costs 0.1 ms. The same holds for built-ins such as forEach at their first use.
 */
export function each<T>(list: readonly T[] | undefined, visit: (entry: T, index: number) => void): void {
  if (list === undefined) return;
  for (let i = 0; i < list.length; i++) visit(list[i] as T, i);
}

/** Tells of each entry whose key an earlier one has had: its index, and that of the first. */
export function eachTwin<T>(
  list: readonly T[] | undefined,
  key: (entry: T) => string,
  tell: (entry: T, index: number, first: number) => void,
): void {
  const seen = new Map<string, number>();
  each(list, (entry, index) => {
    const first = seen.get(key(entry));
    if (first === undefined) seen.set(key(entry), index);
    else tell(entry, index, first);
  });
}
