/**
 * Acts into bytes: the writing half of the wire format (addon/wire/wire.json), the reading half is addon/native/plan.
 * Called by lib/container for each program of a plan. Pure.
 */
import { type Act, type FieldKind, MAGIC, SHAPES, VERSION } from './wire.gen.js';

const HEADER_BYTES = 24;
const RECORD_BYTES = 8;
const FIELD_BYTES = 8;

/** Room for the acts and, behind them, the pool of what they refer to. Grows by doubling. */
class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #at: number;
  readonly #utf8 = new TextEncoder();

  constructor(poolStart: number) {
    this.#bytes = new Uint8Array(Math.max(8192, poolStart * 2));
    this.#view = new DataView(this.#bytes.buffer);
    this.#at = poolStart;
  }

  u32(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }

  u64(offset: number, value: number | bigint): void {
    if (typeof value === 'bigint') this.#view.setBigUint64(offset, value, true);
    else {
      this.u32(offset, value % 0x1_0000_0000);
      this.u32(offset + 4, Math.floor(value / 0x1_0000_0000));
    }
  }

  string(offset: number, text: string): void {
    this.#reserve(text.length * 3 + 1);
    const { written } = this.#utf8.encodeInto(text, this.#bytes.subarray(this.#at));
    this.#refer(offset, written);
    this.#at += written + 1;
  }

  bytes(offset: number, bytes: Uint8Array): void {
    this.#align();
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#refer(offset, bytes.length);
    this.#at += bytes.length;
  }

  strings(offset: number, texts: readonly string[]): void {
    this.#align();
    const array = this.#at;
    const size = (texts.length + 1) * FIELD_BYTES;
    this.#reserve(size);
    this.#refer(offset, texts.length);
    this.#at += size;
    texts.forEach((text, index) => this.string(array + index * FIELD_BYTES, text));
  }

  finish(acts: number, trace: boolean): Uint8Array {
    [MAGIC, VERSION, this.#at, acts, trace ? 1 : 0, 0].forEach((word, index) => this.u32(index * 4, word));
    return this.#bytes.subarray(0, this.#at);
  }

  #refer(offset: number, length: number): void {
    this.u32(offset, this.#at);
    this.u32(offset + 4, length);
  }

  #align(): void {
    this.#at = (this.#at + 7) & ~7;
  }

  /** Makes room for size bytes, and the alignment that may follow; what is beyond #at is zero. */
  #reserve(size: number): void {
    const needed = this.#at + size + FIELD_BYTES;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

function writeField(writer: Writer, offset: number, kind: FieldKind, value: unknown): void {
  switch (kind) {
    case 'string':
      return writer.string(offset, value as string);
    case 'strings':
      return writer.strings(offset, value as readonly string[]);
    case 'bytes':
      return writer.bytes(offset, value as Uint8Array);
    case 'u64':
    case 'slot':
      return writer.u64(offset, value as number | bigint);
  }
}

function recordBytes(act: Act): number {
  return RECORD_BYTES + SHAPES[act.op].fields.length * FIELD_BYTES;
}

/**
 * Encodes one program.
 * @param trace whether init is to note the time of each act
 */
export function encodePlan(acts: readonly Act[], trace = false): Uint8Array {
  let offset = HEADER_BYTES;
  const writer = new Writer(acts.reduce((sum, act) => sum + recordBytes(act), HEADER_BYTES));
  for (const act of acts) {
    const { code, fields } = SHAPES[act.op];
    writer.u32(offset, code);
    writer.u32(offset + 4, recordBytes(act));
    offset += RECORD_BYTES;
    for (const [name, kind] of fields) {
      writeField(writer, offset, kind, (act as unknown as Record<string, unknown>)[name]);
      offset += FIELD_BYTES;
    }
  }
  return writer.finish(acts.length, trace);
}
