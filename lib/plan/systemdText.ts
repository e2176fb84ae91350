/**
 * A value as GVariant writes it → what D-Bus sends. Called by systemdScope.ts for annotations `org.systemd.property.NAME`.
 * Pure. What D-Bus can send is read, without maybes, dictionaries and variants, which no property of a unit is.
 * Source: the text format of GVariant (docs.gtk.org/glib).
 */

/** A D-Bus signature, and a value in its shape. */
export interface Typed {
  readonly signature: string;
  readonly value: unknown;
}

/** Signature and range of each kind of number; the ones that exceed a double are bigint. */
const NUMBERS: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
  y: [0n, 255n],
  n: [-(2n ** 15n), 2n ** 15n - 1n],
  q: [0n, 2n ** 16n - 1n],
  i: [-(2n ** 31n), 2n ** 31n - 1n],
  u: [0n, 2n ** 32n - 1n],
  x: [-(2n ** 63n), 2n ** 63n - 1n],
  t: [0n, 2n ** 64n - 1n],
};

const KEYWORDS: Readonly<Record<string, string>> = {
  boolean: 'b',
  byte: 'y',
  int16: 'n',
  uint16: 'q',
  int32: 'i',
  uint32: 'u',
  int64: 'x',
  uint64: 't',
  double: 'd',
  string: 's',
  objectpath: 'o',
  signature: 'g',
};

const TOKEN = /\s*(?:([[\](),])|@([a-z()]+)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|([+-]?[\w.+-]+))/y;

/** What is wrong, as the end of a sentence about the text. */
export class TextFault extends Error {}

/** @throws TextFault */
export function parseText(text: string): Typed {
  const reader = new Reader(text);
  const found = reader.value(undefined);
  reader.end();
  return found;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param wanted the signature that was said before; undefined where the value says it itself */
  value(wanted: string | undefined): Typed {
    const [, mark, type, quoted, word] = this.#next();
    if (type !== undefined) return this.value(type);
    if (mark === '[') return this.#list(wanted);
    if (mark === '(') return this.#tuple(wanted);
    if (quoted !== undefined) return text(wanted ?? 's', unquoted(quoted));
    if (word !== undefined) return KEYWORDS[word] === undefined ? bare(wanted, word) : this.value(KEYWORDS[word]);
    throw new TextFault(`has ${JSON.stringify(mark)} where a value should be`);
  }

  end(): void {
    if (this.#text.slice(this.#at).trim() !== '') throw new TextFault('goes on behind its end');
  }

  #list(wanted: string | undefined): Typed {
    if (wanted !== undefined && !wanted.startsWith('a')) throw new TextFault(`is a list, and not ${wanted}`);
    let of = wanted?.slice(1);
    const values: unknown[] = [];
    while (!this.#closes(']', values.length)) {
      const one = this.value(of);
      of ??= one.signature;
      values.push(one.value);
    }
    if (of === undefined) throw new TextFault('is an empty list of nothing in particular: write @as []');
    return { signature: `a${of}`, value: values };
  }

  #tuple(wanted: string | undefined): Typed {
    const parts = wanted === undefined ? undefined : partsOf(wanted);
    const all: Typed[] = [];
    while (!this.#closes(')', all.length)) all.push(this.value(parts?.[all.length]));
    const signature = `(${all.map((one) => one.signature).join('')})`;
    if (wanted !== undefined && wanted !== signature) throw new TextFault(`is ${signature}, and not ${wanted}`);
    return { signature, value: all.map((one) => one.value) };
  }

  /** Takes the end of a list, or the comma before a further value. */
  #closes(mark: string, values: number): boolean {
    const before = this.#at;
    const [, found] = this.#next();
    if (found === mark) return true;
    if (values === 0) this.#at = before;
    else if (found !== ',') throw new TextFault(`lacks a comma or ${mark}`);
    return false;
  }

  #next(): RegExpExecArray {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text);
    if (found === null) throw new TextFault('ends too early, or has a character that is not expected');
    this.#at = TOKEN.lastIndex;
    return found;
  }
}

/** The signatures in that of a tuple of plain values. */
function partsOf(tuple: string): string[] {
  if (!/^\([a-z]+\)$/.test(tuple)) throw new TextFault(`is a tuple, and not ${tuple}`);
  return tuple.slice(1, -1).match(/a*[a-z]/g) ?? [];
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one === 't' ? '\t' : one));
}

function text(signature: string, value: string): Typed {
  if ('sog'.includes(signature)) return { signature, value };
  throw new TextFault(`has the text ${JSON.stringify(value)} where ${signature} should be`);
}

/** A number, or true or false. */
function bare(wanted: string | undefined, word: string): Typed {
  const signature = wanted ?? usual(word);
  if (signature === 'b' && (word === 'true' || word === 'false')) return { signature, value: word === 'true' };
  if (signature === 'd' && Number.isFinite(Number(word))) return { signature, value: Number(word) };
  const range = NUMBERS[signature];
  if (range !== undefined && /^[+-]?(\d+|0x[\da-f]+)$/i.test(word)) {
    const value = word.startsWith('-') ? -BigInt(word.slice(1)) : BigInt(word.replace('+', ''));
    if (value >= range[0] && value <= range[1]) {
      return { signature, value: signature === 'x' || signature === 't' ? value : Number(value) };
    }
  }
  throw new TextFault(`has ${JSON.stringify(word)}, which is not of the type ${signature}`);
}

/** Of a value that says no type: as GVariant takes it. */
function usual(word: string): string {
  if (word === 'true' || word === 'false') return 'b';
  return /^[+-]?\d*\.\d|e/i.test(word) && !/^[+-]?0x/i.test(word) ? 'd' : 'i';
}
