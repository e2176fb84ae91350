/**
 * Acts into bytes: the writing half of the wire format (addon/wire/wire.json), the reading half is addon/native/plan.
 * Called by lib/container for each program of a plan. Pure.
 *
 * Header, acts, arrays and blobs are 32-bit words; the strings are gathered as one text behind them and made bytes in one
 * step. A cold engine takes a tenth of the time for that which a call for each string takes. Plain loops, for the same reason.
 */
import { RuntimeError } from '../errors.js';
import { type Act, MAGIC, SHAPES, VERSION } from './wire.gen.js';

const HEADER_BYTES = 24;
const RECORD_BYTES = 8;
const FIELD_BYTES = 8;
const WORD_BYTES = 4;
const WORD = 0x1_0000_0000;

type Fields = Readonly<Record<string, unknown>>;

const utf8 = new TextEncoder();

/** UTF-8 with a character for each byte. */
function bytewise(value: string): string {
  let text = '';
  for (const byte of utf8.encode(value)) text += String.fromCharCode(byte);
  return text;
}

/** Bytes that acts take: in the list of acts, and in the arrays and blobs behind it. */
function measure(acts: readonly Act[]): { list: number; arrays: number } {
  let list = HEADER_BYTES;
  let arrays = 0;
  for (const act of acts) {
    const { fields } = SHAPES[act.op];
    list += RECORD_BYTES + fields.length * FIELD_BYTES;
    for (const [name, kind] of fields) {
      if (kind === 'strings') arrays += ((act as Fields)[name] as readonly string[]).length * FIELD_BYTES + FIELD_BYTES;
      if (kind === 'bytes') arrays += (((act as Fields)[name] as Uint8Array).length + 7) & ~7;
    }
  }
  return { list, arrays };
}

class Writer {
  readonly #words: Uint32Array;
  /** Where the next array or blob goes. */
  #behind: number;
  /** Where the text begins. */
  readonly #textStart: number;
  /** Whether a character of the text stands for a byte: what else than ASCII needs. */
  readonly #wide: boolean;
  #text = '';

  constructor({ list, arrays }: { list: number; arrays: number }, wide: boolean) {
    this.#words = new Uint32Array((list + arrays) / WORD_BYTES);
    this.#behind = list;
    this.#textStart = list + arrays;
    this.#wide = wide;
  }

  pair(offset: number, first: number, second: number): void {
    this.#words[offset / WORD_BYTES] = first;
    this.#words[offset / WORD_BYTES + 1] = second;
  }

  field(offset: number, kind: string, value: unknown): void {
    if (kind === 'string') this.#string(offset, value as string);
    else if (kind === 'strings') this.#strings(offset, value as readonly string[]);
    else if (kind === 'bytes') this.#blob(offset, value as Uint8Array);
    else this.#number(offset, value as number | bigint);
  }

  /** Everything as bytes; undefined when it would have to be wide. */
  finish(acts: number, trace: boolean): Uint8Array | undefined {
    const size = this.#textStart + this.#text.length;
    this.pair(0, MAGIC, VERSION);
    this.pair(8, size, acts);
    this.pair(16, trace ? 1 : 0, 0);
    const bytes = new Uint8Array(size);
    bytes.set(new Uint8Array(this.#words.buffer));
    return this.#putText(bytes) ? bytes : undefined;
  }

  #putText(bytes: Uint8Array): boolean {
    const text = this.#text;
    if (!this.#wide) return utf8.encodeInto(text, bytes.subarray(this.#textStart)).read === text.length;
    for (let index = 0; index < text.length; index++) bytes[this.#textStart + index] = text.charCodeAt(index);
    return true;
  }

  #string(offset: number, value: string): void {
    const text = this.#wide ? bytewise(value) : value;
    this.pair(offset, this.#textStart + this.#text.length, text.length);
    this.#text += `${text}\0`;
  }

  #strings(offset: number, texts: readonly string[]): void {
    this.pair(offset, this.#behind, texts.length);
    let entry = this.#behind;
    this.#behind += (texts.length + 1) * FIELD_BYTES;
    for (const text of texts) {
      this.#string(entry, text);
      entry += FIELD_BYTES;
    }
  }

  #blob(offset: number, bytes: Uint8Array): void {
    this.pair(offset, this.#behind, bytes.length);
    new Uint8Array(this.#words.buffer).set(bytes, this.#behind);
    this.#behind += (bytes.length + 7) & ~7;
  }

  #number(offset: number, value: number | bigint): void {
    if (typeof value === 'bigint') this.pair(offset, Number(value & 0xffff_ffffn), Number(value >> 32n));
    else this.pair(offset, value % WORD, Math.floor(value / WORD));
  }
}

function write(acts: readonly Act[], trace: boolean, wide: boolean): Uint8Array | undefined {
  const writer = new Writer(measure(acts), wide);
  let offset = HEADER_BYTES;
  for (const act of acts) {
    const { code, fields } = SHAPES[act.op];
    writer.pair(offset, code, RECORD_BYTES + fields.length * FIELD_BYTES);
    offset += RECORD_BYTES;
    for (const [name, kind] of fields) {
      writer.field(offset, kind, (act as Fields)[name]);
      offset += FIELD_BYTES;
    }
  }
  return writer.finish(acts.length, trace);
}

/**
 * Encodes one program.
 * @param trace whether init is to note the time of each act
 */
export function encodePlan(acts: readonly Act[], trace = false): Uint8Array {
  const bytes = write(acts, trace, false) ?? write(acts, trace, true);
  if (bytes === undefined) throw new RuntimeError('internal', 'a plan does not become bytes');
  return bytes;
}
