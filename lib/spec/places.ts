/**
 * Where in the text of a config its values stand, and which names are there twice. Loaded only when there is something to
 * say. Reads tokens, one after another: a text may be nested without end.
 */
import { createScanner } from 'jsonc-parser';
import { below } from './rules/rule.js';

/** Token kinds of jsonc-parser's scanner, whose enum is gone at run time. */
const TOKEN = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, comma: 5, colon: 6, string: 10, end: 17 };

/** Deeper, nothing is known: the specification has 8 levels. */
const DEEPEST = 32;

/** A 1-based place in a text; columns count UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A name that an object has had before. */
export interface Duplicate {
  readonly pointer: string;
  /** Offset of the name. */
  readonly offset: number;
  /** Offset of the name's first time in this object. */
  readonly first: number;
}

export interface Places {
  /** Offset of the value at a pointer, or of its name where `name` is asked for; of what is nearest above it if it is not there. */
  readonly offsetOf: (pointer: string, of: 'value' | 'name') => number;
  readonly duplicates: readonly Duplicate[];
}

/** An object or array that is being read. */
interface Frame {
  /** Undefined below the deepest level. */
  readonly pointer: string | undefined;
  /** Offsets of the names of an object; undefined in an array. */
  readonly names: Map<string, number> | undefined;
  /** The name or index of the value that is due, and the offset of its name. */
  key: string;
  keyOffset: number;
  index: number;
}

/**
 * Finds places.
 * @param text is JSON
 * @param pointers those whose places are wanted
 */
export function placesOf(text: string, pointers: Iterable<string>): Places {
  const wanted = withAncestors(pointers);
  const values = new Map<string, number>();
  const names = new Map<string, number>();
  const duplicates = readThrough(text, (pointer, value, name) => {
    if (!wanted.has(pointer)) return;
    values.set(pointer, value);
    if (name >= 0) names.set(pointer, name);
  });
  const offsetOf = (pointer: string, of: 'value' | 'name'): number => {
    const found = (of === 'name' ? names.get(pointer) : undefined) ?? values.get(pointer);
    return found ?? (pointer === '' ? 0 : offsetOf(above(pointer), 'value'));
  };
  return { offsetOf, duplicates };
}

/** Lines and columns of offsets. */
export function positionsIn(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function above(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

function withAncestors(pointers: Iterable<string>): ReadonlySet<string> {
  const all = new Set(['']);
  for (const pointer of pointers) for (let one = pointer; one !== ''; one = above(one)) all.add(one);
  return all;
}

/** Tells of each value with its offset and that of its name (-1 in an array); gives the duplicate names. */
function readThrough(text: string, tell: (pointer: string, value: number, name: number) => void): Duplicate[] {
  const scanner = createScanner(text, true);
  const duplicates: Duplicate[] = [];
  const frames: Frame[] = [];
  for (let token: number = scanner.scan(); token !== TOKEN.end; token = scanner.scan()) {
    const frame = frames.at(-1);
    const offset = scanner.getTokenOffset();
    if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) frames.pop();
    else if (token === TOKEN.comma) nextValue(frame);
    else if (token === TOKEN.string && frame?.names !== undefined && frame.keyOffset < 0) {
      takeName(frame, scanner.getTokenValue(), offset, duplicates);
    } else if (token !== TOKEN.colon) {
      const pointer = pointerOf(frame, frames.length);
      if (pointer !== undefined) tell(pointer, offset, frame?.keyOffset ?? -1);
      if (token === TOKEN.openBrace) frames.push(frameOf(pointer, true));
      else if (token === TOKEN.openBracket) frames.push(frameOf(pointer, false));
    }
  }
  return duplicates;
}

function frameOf(pointer: string | undefined, object: boolean): Frame {
  return { pointer, names: object ? new Map<string, number>() : undefined, key: '', keyOffset: -1, index: 0 };
}

function nextValue(frame: Frame | undefined): void {
  if (frame === undefined) return;
  frame.index++;
  frame.keyOffset = -1;
}

function takeName(frame: Frame, name: string, offset: number, duplicates: Duplicate[]): void {
  frame.key = name;
  frame.keyOffset = offset;
  const first = frame.names?.get(name);
  if (first === undefined) frame.names?.set(name, offset);
  else if (frame.pointer !== undefined) duplicates.push({ pointer: below(frame.pointer, name), offset, first });
}

function pointerOf(frame: Frame | undefined, depth: number): string | undefined {
  if (frame === undefined) return '';
  if (frame.pointer === undefined || depth > DEEPEST) return undefined;
  return below(frame.pointer, frame.names === undefined ? frame.index.toString() : frame.key);
}
