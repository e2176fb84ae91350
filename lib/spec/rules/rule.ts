/** The shape of a rule, and what the tables beside this file share. */
import type { Namespace, Spec } from '../types.gen.js';

/** Tells a breach: where (a JSON pointer without leading slash), what is wrong, and what would be right. */
export type Report = (pointer: string, message: string, hint?: string) => void;

/**
 * The pointer of a place as the reader of the config knows it, for messages that name a second place: a config that does
 * not fit the schema is looked at without what does not fit.
 */
export type Known = (pointer: string) => string;

export interface Rule {
  /** Stands for the rule in `caisson validate --json`; never changed. */
  readonly name: string;
  /** Where it reports; `*` stands for any index or key, `**` for anywhere. */
  readonly pointers: readonly string[];
  /** What it demands, as a sentence about the value there. */
  readonly demands: string;
  /** Where that is written. */
  readonly section: string;
  /** A breach is a warning, not an error. */
  readonly warning?: true;
  /**
   * Other places that it looks at, of which a `*` is the one of the breach: while something there does not fit the schema,
   * the rule says nothing.
   */
  readonly needs?: readonly string[];
  /** Reports every breach. The spec fits the schema. */
  readonly check: (spec: Spec, report: Report, known: Known) => void;
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

/** Visits each entry of a list that may be absent. */
export function each<T>(list: readonly T[] | undefined, visit: (entry: T, index: number) => void): void {
  (list ?? []).forEach(visit);
}

/** Visits each entry of a map that may be absent, with its key and its pointer below `pointer`. */
export function eachEntry<T>(
  map: Readonly<Record<string, T>> | undefined,
  pointer: string,
  visit: (entry: T, key: string, pointer: string) => void,
): void {
  for (const [key, entry] of Object.entries(map ?? {})) visit(entry, key, below(pointer, key));
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

/** The pointer of a child, RFC 6901. */
export function below(pointer: string, key: string): string {
  const step = key.replaceAll('~', '~0').replaceAll('/', '~1');
  return pointer === '' ? step : `${pointer}/${step}`;
}

/** The entry of a namespace, new or joined. */
export function namespaceOf({ linux }: Spec, type: Namespace['type']): Namespace | undefined {
  return linux?.namespaces?.find((entry) => entry.type === type);
}

/** Whether the container gets a namespace of its own, instead of joining one. */
export function isNew(namespace: Namespace | undefined): boolean {
  return namespace !== undefined && (namespace.path ?? '') === '';
}

/** Whether a number is there and is not 0, which is how engines written in Go say that nothing is set. */
export function isSet(value: number | bigint | undefined): value is number | bigint {
  return value !== undefined && Number(value) !== 0;
}

/** A word as it stands in a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
