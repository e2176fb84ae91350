/**
 * Rules of device access → an eBPF program for cgroup v2 (BPF_PROG_TYPE_CGROUP_DEVICE). Called by cgroups.ts. Pure:
 * bytes only, the addon loads and attaches them.
 *
 * The kernel asks the program about one device and a set of accesses, of which all must be allowed. The last rule that
 * speaks of an access decides, so the program goes through the rules from the last to the first, and keeps what is
 * still undecided in a register. Sources: linux/bpf.h (struct bpf_cgroup_dev_ctx), Linux 4.15, bpf/standardization/instruction-set.rst.
 */
import { ACCESS, ANY, isTotal, type Rule } from './deviceRules.js';

/** The opcodes that are used: class | size or operation | source. */
const OP = {
  /** dst = *(u32 *)(src + offset) */
  load: 0x61,
  /** dst = imm, dst = src, dst &= imm, dst >>= imm; the 32-bit forms, which clear the upper half. */
  set: 0xb4,
  copy: 0xbc,
  and: 0x54,
  shiftRight: 0x74,
  /** Jumps: always, if dst != imm, if dst & imm. */
  jump: 0x05,
  jumpUnlike: 0x55,
  jumpAny: 0x45,
  exit: 0x95,
} as const;

/** The registers: r1 is the kernel's argument, r0 what is returned. */
const R = { result: 0, argument: 1, type: 2, access: 3, major: 4, minor: 5 } as const;

/** Offsets in struct bpf_cgroup_dev_ctx; the first holds access << 16 | type. */
const FIELD = { accessAndType: 0, major: 4, minor: 8 } as const;

/** BPF_DEVCG_DEV_*. */
const DEVICE_TYPE = { block: 1, character: 2 } as const;

interface Instruction {
  readonly op: number;
  readonly to: number;
  readonly from: number;
  readonly offset: number;
  readonly value: number;
}

const BYTES = 8;

/** A program of struct bpf_insn[], little-endian. */
export function deviceProgram(rules: readonly Rule[]): Uint8Array {
  const program = [...start()];
  // Behind a rule about everything the program would be unreachable, which the verifier refuses before Linux 5.2.
  const total = rules.findLastIndex(isTotal);
  for (const rule of rules.slice(total + 1).reverse()) program.push(...ruleCode(rule));
  program.push(...verdict(total >= 0 && (rules[total]?.allow ?? false)));
  return assemble(program);
}

function start(): Instruction[] {
  return [
    instruction(OP.load, R.type, R.argument, FIELD.accessAndType),
    instruction(OP.copy, R.access, R.type),
    instruction(OP.shiftRight, R.access, 0, 0, 16),
    instruction(OP.and, R.type, 0, 0, 0xffff),
    instruction(OP.load, R.major, R.argument, FIELD.major),
    instruction(OP.load, R.minor, R.argument, FIELD.minor),
  ];
}

/** Conditions that jump behind the rule where it does not speak of the device, then what it says. */
function ruleCode(rule: Rule): Instruction[] {
  const body = rule.allow ? allow(rule.access) : deny(rule.access);
  const tests: [register: number, value: number][] = [];
  if (rule.type !== 'all') tests.push([R.type, DEVICE_TYPE[rule.type]]);
  if (rule.major !== ANY) tests.push([R.major, rule.major]);
  if (rule.minor !== ANY) tests.push([R.minor, rule.minor]);
  const conditions = tests.map(([register, value], index) =>
    instruction(OP.jumpUnlike, register, 0, tests.length - index - 1 + body.length, value),
  );
  return [...conditions, ...body];
}

/** Takes these accesses off the undecided ones; where none is left the device may be used. */
function allow(access: number): Instruction[] {
  const granted = verdict(true);
  if (access === ACCESS.all) return granted;
  return [
    instruction(OP.and, R.access, 0, 0, ACCESS.all & ~access),
    instruction(OP.jumpUnlike, R.access, 0, granted.length, 0),
    ...granted,
  ];
}

/** One undecided access that is denied denies the whole. */
function deny(access: number): Instruction[] {
  const denied = verdict(false);
  if (access === ACCESS.all) return denied;
  return [instruction(OP.jumpAny, R.access, 0, 1, access), instruction(OP.jump, 0, 0, denied.length), ...denied];
}

function verdict(allowed: boolean): Instruction[] {
  return [instruction(OP.set, R.result, 0, 0, allowed ? 1 : 0), instruction(OP.exit)];
}

function instruction(op: number, to = 0, from = 0, offset = 0, value = 0): Instruction {
  return { op, to, from, offset, value };
}

function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * BYTES);
  const view = new DataView(bytes.buffer);
  program.forEach(({ op, to, from, offset, value }, index) => {
    const at = index * BYTES;
    view.setUint8(at, op);
    view.setUint8(at + 1, (from << 4) | to);
    view.setInt16(at + 2, offset, true);
    view.setInt32(at + 4, value, true);
  });
  return bytes;
}
