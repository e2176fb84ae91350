/**
 * A seccomp filter run by hand: what the kernel would decide for a system call. Only the instructions that libseccomp
 * writes. Sources: linux/filter.h, linux/seccomp.h.
 */

/** struct seccomp_data, as far as filters read it. */
export interface Call {
  readonly number: number;
  /** AUDIT_ARCH_*. */
  readonly architecture: number;
  readonly args?: readonly bigint[];
}

export const AUDIT_ARCH: Readonly<Record<string, number>> = {
  x64: 0xc000003e,
  ia32: 0x40000003,
  arm64: 0xc00000b7,
  arm: 0x40000028,
  /** Of no machine. */
  none: 0x12345678,
};

export const KILL_THREAD = 0x00000000;
export const KILL_PROCESS = 0x80000000;
export const TRAP = 0x00030000;
export const ERRNO = 0x00050000;
export const TRACE = 0x7ff00000;
export const NOTIFY = 0x7fc00000;
export const LOG = 0x7ffc0000;
export const ALLOW = 0x7fff0000;

const INSTRUCTION_BYTES = 8;
const DATA_BYTES = 64;

function dataOf({ number, architecture, args = [] }: Call): DataView {
  const data = new DataView(new ArrayBuffer(DATA_BYTES));
  data.setUint32(0, number, true);
  data.setUint32(4, architecture, true);
  args.forEach((value, index) => data.setBigUint64(16 + index * 8, value, true));
  return data;
}

const jumps: Readonly<Record<number, (a: number, k: number) => boolean>> = {
  0x15: (a, k) => a === k,
  0x25: (a, k) => a > k,
  0x35: (a, k) => a >= k,
  0x45: (a, k) => (a & k) !== 0,
};

/** The verdict (SECCOMP_RET_*, with its number) of a filter. */
export function verdict(filter: Uint8Array, call: Call): number {
  const code = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  const data = dataOf(call);
  let accumulator = 0;
  for (let at = 0; at < filter.byteLength; at += INSTRUCTION_BYTES) {
    const op = code.getUint16(at, true);
    const k = code.getUint32(at + 4, true);
    const jump = jumps[op];
    if (op === 0x06) return k;
    if (op === 0x20) accumulator = data.getUint32(k, true);
    else if (op === 0x54) accumulator = (accumulator & k) >>> 0;
    else if (op === 0x05) at += k * INSTRUCTION_BYTES;
    else if (jump) at += code.getUint8(jump(accumulator, k) ? at + 2 : at + 3) * INSTRUCTION_BYTES;
    else throw new Error(`instruction ${op.toString(16)} is not one of libseccomp's`);
  }
  throw new Error('the filter has no end');
}
