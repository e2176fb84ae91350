/** The writing half of the wire format, read back by hand. */
import { expect, test } from '@jest/globals';
import { encodePlan } from '../../../lib/plan/encode.js';
import { MAGIC, SHAPES, VERSION } from '../../../lib/plan/wire.gen.js';

const HEADER = 24;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What a string reference at an offset refers to, and the byte behind it. */
function textAt(bytes: Uint8Array, offset: number): [string, number | undefined] {
  const [start, length] = [view(bytes).getUint32(offset, true), view(bytes).getUint32(offset + 4, true)];
  return [new TextDecoder().decode(bytes.subarray(start, start + length)), bytes[start + length]];
}

test('header: magic, version, size, number of acts, trace', () => {
  const bytes = encodePlan([{ op: 'pivot' }, { op: 'signals' }], true);
  const words = [0, 4, 8, 12, 16, 20].map((offset) => view(bytes).getUint32(offset, true));
  expect(words).toEqual([MAGIC, VERSION, bytes.length, 2, 1, 0]);
});

test('an act: code, length, strings with a NUL behind them, numbers', () => {
  const bytes = encodePlan([{ op: 'make-cgroup', mount: '/sys/ü', path: '', cpuset: 7 }]);
  expect(view(bytes).getUint32(HEADER, true)).toBe(SHAPES['make-cgroup'].code);
  expect(view(bytes).getUint32(HEADER + 4, true)).toBe(8 + 3 * 8);
  expect(textAt(bytes, HEADER + 8)).toEqual(['/sys/ü', 0]);
  expect(textAt(bytes, HEADER + 16)).toEqual(['', 0]);
  expect(view(bytes).getBigUint64(HEADER + 24, true)).toBe(7n);
});

test('any text: what is not ASCII beside what is', () => {
  const texts = ['plain', 'ümläut', '漢字', '😀', ''];
  const bytes = encodePlan([{ op: 'exec', args: texts, env: ['A=é'] }]);
  const start = view(bytes).getUint32(HEADER + 8, true);
  expect(texts.map((_, index) => textAt(bytes, start + index * 8))).toEqual(texts.map((text) => [text, 0]));
});

test('numbers are exact up to 64 bits', () => {
  const bytes = encodePlan([{ op: 'rlimit', resource: 7, soft: 2 ** 52 + 1, hard: 0xffff_ffff_ffff_ffffn }]);
  expect(view(bytes).getBigUint64(HEADER + 16, true)).toBe(2n ** 52n + 1n);
  expect(view(bytes).getBigUint64(HEADER + 24, true)).toBe(0xffff_ffff_ffff_ffffn);
});

test('arrays of strings are aligned, end with zero, and may be large', () => {
  const env = Array.from({ length: 10_000 }, (_, index) => `NAME_${index}=${'v'.repeat(index % 50)}`);
  const args = ['x', 'y'.repeat(131_072)];
  const bytes = encodePlan([{ op: 'exec', args, env }]);
  const at = (field: number): [number, number] => [
    view(bytes).getUint32(HEADER + 8 + field * 8, true),
    view(bytes).getUint32(HEADER + 12 + field * 8, true),
  ];
  for (const [field, texts] of [args, env].entries()) {
    const [start, count] = at(field);
    expect(start % 8).toBe(0);
    expect(count).toBe(texts.length);
    expect(texts.map((_, index) => textAt(bytes, start + index * 8)[0])).toEqual(texts);
    expect(view(bytes).getBigUint64(start + count * 8, true)).toBe(0n);
  }
  expect(view(bytes).getUint32(8, true)).toBe(bytes.length);
});

test('bytes are aligned and copied', () => {
  const bytes = encodePlan([{ op: 'seccomp', filter: Uint8Array.of(1, 2, 3), flags: 4, optional: 0 }]);
  const start = view(bytes).getUint32(HEADER + 8, true);
  expect(start % 8).toBe(0);
  expect([...bytes.subarray(start, start + 3)]).toEqual([1, 2, 3]);
});
