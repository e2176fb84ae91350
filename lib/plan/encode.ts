/**
 * Acts into bytes: the writing half of the wire format (addon/wire/wire.json), the reading half is addon/native/plan.
 * Called by lib/container for each program of a plan. Pure. Plain loops: the first use of a built-in such as map costs a cold engine
 * more than the whole encoding.
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
    let entry = array;
    for (const text of texts) {
      this.string(entry, text);
      entry += FIELD_BYTES;
    }
  }

  finish(acts: number, trace: boolean): Uint8Array {
    this.u32(0, MAGIC);
    this.u32(4, VERSION);
    this.u32(8, this.#at);
    this.u32(12, acts);
    this.u32(16, trace ? 1 : 0);
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
    case 'string': {
      writer.string(offset, value as string);
      return;
    }
    case 'strings': {
      writer.strings(offset, value as readonly string[]);
      return;
    }
    case 'bytes': {
      writer.bytes(offset, value as Uint8Array);
      return;
    }
    case 'u64':
    case 'slot': {
      writer.u64(offset, value as number | bigint);
      return;
    }
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
  let pool = HEADER_BYTES;
  for (const act of acts) pool += recordBytes(act);
  const writer = new Writer(pool);
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
