import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deviceProgram } from '../../../lib/plan/deviceProgram.js';
import { deviceRules, type Rule } from '../../../lib/plan/deviceRules.js';
import { everyQuestion, mayUse, type Question, someRules } from './deviceModel.js';

interface Instruction {
  readonly op: number;
  readonly to: number;
  readonly from: number;
  readonly offset: number;
  readonly value: number;
}

function decode(bytes: Uint8Array): Instruction[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, index) => ({
    op: view.getUint8(index * 8),
    to: view.getUint8(index * 8 + 1) & 0xf,
    from: view.getUint8(index * 8 + 1) >> 4,
    offset: view.getInt16(index * 8 + 2, true),
    value: view.getInt32(index * 8 + 4, true),
  }));
}

/** An interpreter for the few instructions that are used; anything else is a fault. 64-bit registers as bigint. */
function execute(program: readonly Instruction[], question: Question): boolean {
  const { type, major, minor, access } = question;
  const argument = [(access << 16) | (type === 'block' ? 1 : 2), major, minor];
  const registers: (bigint | undefined)[] = [];
  const value = (register: number): bigint => {
    const found = registers[register];
    if (found === undefined) throw new Error(`register ${register} is read before it was set`);
    return found;
  };
  for (let at = 0; at < program.length; at++) {
    const { op, to, from, offset, value: immediate } = program[at]!;
    const wide = BigInt(immediate);
    const half = (result: bigint) => (registers[to] = BigInt.asUintN(32, result));
    if (op === 0x61 && from === 1) half(BigInt(argument[offset / 4]!));
    else if (op === 0xb4) half(wide);
    else if (op === 0xbc) half(value(from));
    else if (op === 0x54) half(value(to) & BigInt.asUintN(32, wide));
    else if (op === 0x74) half(value(to) >> wide);
    else if (op === 0x05) at += offset;
    else if (op === 0x55) at += value(to) !== BigInt.asUintN(64, wide) ? offset : 0;
    else if (op === 0x45) at += (value(to) & BigInt.asUintN(64, wide)) !== 0n ? offset : 0;
    else if (op === 0x95) return value(0) !== 0n;
    else throw new Error(`unknown opcode ${op}`);
    if (offset < 0) throw new Error('a jump back could go on for ever');
  }
  throw new Error('the program runs off its end');
}

/** Instructions that no path leads to: the verifier refuses them before Linux 5.2. */
function unreachable(program: readonly Instruction[]): number[] {
  const reached = new Set<number>();
  const visit = (at: number): void => {
    if (reached.has(at)) return;
    reached.add(at);
    const { op, offset } = program[at]!;
    if (op === 0x95) return;
    if (op !== 0x05) visit(at + 1);
    if (op === 0x05 || op === 0x55 || op === 0x45) visit(at + 1 + offset);
  };
  visit(0);
  return [...program.keys()].filter((index) => !reached.has(index));
}

const compiled = (rules: readonly Rule[]) => decode(deviceProgram(rules));

describe('the device program', () => {
  test('decides what the rules mean, for every set of accesses', () => {
    const questions = everyQuestion([1, 2, 3, 4, 5, 6, 7]);
    fc.assert(
      fc.property(someRules, (rules) => {
        const program = compiled(rules);
        expect(questions.find((one) => execute(program, one) !== mayUse(rules, one))).toBeUndefined();
      }),
    );
  });

  test('has nothing that cannot be reached, and jumps nowhere outside', () => {
    fc.assert(fc.property(someRules, (rules) => expect(unreachable(compiled(rules))).toEqual([])));
  });

  test('of the default rules: /dev/null yes, a disk no, a node of the disk yes', () => {
    const program = compiled(deviceRules([{ allow: false, access: 'rwm' }]));
    expect(execute(program, { type: 'character', major: 1, minor: 3, access: 6 })).toBe(true);
    expect(execute(program, { type: 'block', major: 8, minor: 0, access: 2 })).toBe(false);
    expect(execute(program, { type: 'block', major: 8, minor: 0, access: 1 })).toBe(true);
    expect(execute(program, { type: 'character', major: 136, minor: 77, access: 6 })).toBe(true);
  });

  test('of no rules denies', () => {
    const program = compiled([]);
    expect(execute(program, { type: 'character', major: 1, minor: 3, access: 2 })).toBe(false);
  });

  test('a rule about everything leaves out all before it', () => {
    const all = deviceRules([{ allow: true, access: 'rwm' }]).slice(0, 1);
    expect(compiled([...deviceRules(), ...all])).toEqual(compiled(all));
  });

  test('bytes, by hand: allow character 1:3 for reading', () => {
    const [rule] = deviceRules([{ allow: true, type: 'c', major: 1, minor: 3, access: 'r' }]);
    expect(
      Buffer.from(deviceProgram([rule!]))
        .toString('hex')
        .match(/.{16}/g),
    ).toEqual([
      '6112000000000000', // r2 = *(u32 *)(r1 + 0)
      'bc23000000000000', // w3 = w2
      '7403000010000000', // w3 >>= 16
      '54020000ffff0000', // w2 &= 0xffff
      '6114040000000000', // r4 = *(u32 *)(r1 + 4)
      '6115080000000000', // r5 = *(u32 *)(r1 + 8)
      '5502060002000000', // if r2 != 2 goto +6
      '5504050001000000', // if r4 != 1 goto +5
      '5505040003000000', // if r5 != 3 goto +4
      '5403000005000000', // w3 &= ~read
      '5503020000000000', // if r3 != 0 goto +2
      'b400000001000000', // w0 = 1
      '9500000000000000', // exit
      'b400000000000000', // w0 = 0
      '9500000000000000', // exit
    ]);
  });
});
