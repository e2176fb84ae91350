/**
 * The addon rewrites what libseccomp compiles (addon/src/seccomp_join.cpp). Here its program is asked about every system
 * call with many arguments, and must say what libseccomp's own for that architecture says, and what the rules say.
 * (Not what libseccomp makes of several architectures at once: 2.5.4 forgets to load the number there, when the first rule
 * is of a system call that none of them has.)
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arch } from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { native } from '../../../lib/native/load.js';
import { engineProfile, systemCallNumbers, systemCalls } from '../../support/seccomp.js';
import { AUDIT_ARCH, KILL_THREAD, verdict } from './bpf.js';

let directory = '';
const oracle = () => join(directory, 'oracle');

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'caisson-seccomp-'));
  const words = ['-O1', '-o', oracle(), join(import.meta.dirname, 'libseccomp.c'), '-lseccomp'];
  const compiler = spawnSync('cc', words, { encoding: 'utf8' });
  if (compiler.status !== 0) throw new Error(compiler.stderr);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** SCMP_ACT_* and SCMP_CMP_* of seccomp.h, with what they are to the kernel and to libseccomp. */
const ACTIONS = {
  SCMP_ACT_ALLOW: 0x7fff0000,
  SCMP_ACT_ERRNO: 0x0005_0007,
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_LOG: 0x7ffc0000,
};
const OPERATORS = { NE: 1, LT: 2, LE: 3, EQ: 4, GE: 5, GT: 6, MASKED_EQ: 7 };
type Action = keyof typeof ACTIONS;

interface Arg {
  readonly index: number;
  readonly op: keyof typeof OPERATORS;
  readonly value: bigint;
  readonly valueTwo: bigint;
}
interface Rule {
  readonly names: readonly string[];
  readonly action: Action;
  readonly args: readonly Arg[];
}
interface Profile {
  readonly defaultAction: Action;
  readonly architectures: readonly string[];
  readonly rules: readonly Rule[];
}

const hex = (value: number | bigint) => value.toString(16);

function byLibseccomp({ defaultAction, rules }: Profile, architecture: string): Uint8Array {
  const lines = [`default ${hex(ACTIONS[defaultAction])}`, `only ${architecture}`];
  for (const { names, action, args } of rules.filter((rule) => rule.action !== defaultAction)) {
    const words = args.map(({ index, op, value, valueTwo }) =>
      [index, OPERATORS[op], value, valueTwo].map(hex).join(' '),
    );
    for (const name of names) lines.push(['rule', hex(ACTIONS[action]), name, ...words].join(' '));
  }
  const outcome = spawnSync(oracle(), { input: `${lines.join('\n')}\n` });
  if (outcome.status !== 0) throw new Error(outcome.stderr.toString());
  return outcome.stdout;
}

function byCaisson({ rules, ...profile }: Profile): Uint8Array {
  return native().compileSeccomp({
    ...profile,
    defaultErrno: 7,
    unknownFails: false,
    rules: rules.map(({ args, ...rule }) => ({
      ...rule,
      errno: 7,
      args: args.map((arg) => ({ ...arg, op: `SCMP_CMP_${arg.op}` })),
    })),
  }).program;
}

const X32 = 0x40000000;
/** Numbers of no system call. */
const ODD = [600, 0xf0002, X32 - 1];

interface Machine {
  /** As libseccomp calls it. */
  readonly name: string;
  readonly word: string;
  readonly audit: number;
  /** What its numbers begin at. */
  readonly first: number;
}
const MACHINES: readonly Machine[] =
  arch === 'x64'
    ? [
        { name: 'x86_64', word: 'SCMP_ARCH_X86_64', audit: AUDIT_ARCH.x64!, first: 0 },
        { name: 'x86', word: 'SCMP_ARCH_X86', audit: AUDIT_ARCH.ia32!, first: 0 },
        { name: 'x32', word: 'SCMP_ARCH_X32', audit: AUDIT_ARCH.x64!, first: X32 },
      ]
    : [
        { name: 'aarch64', word: 'SCMP_ARCH_AARCH64', audit: AUDIT_ARCH.arm64!, first: 0 },
        { name: 'arm', word: 'SCMP_ARCH_ARM', audit: AUDIT_ARCH.arm!, first: 0 },
      ];

/** Every number of a machine and some more. */
function numbersOf({ first }: Machine): number[] {
  return [...Array.from({ length: 560 }, (_, number) => first + number), ...ODD.map((number) => first + number)];
}

/** Numbers of a machine about which the joined program and libseccomp's own say different things. */
function disagreements(profile: Profile, machine: Machine, args: readonly bigint[]): number[] {
  const ours = byCaisson(profile);
  const listed = machine === MACHINES[0] || profile.architectures.includes(machine.word);
  const theirs = listed ? byLibseccomp(profile, machine.name) : undefined;
  return numbersOf(machine).filter((number) => {
    const call = { number, architecture: machine.audit, args };
    return verdict(ours, call) !== (theirs === undefined ? KILL_THREAD : verdict(theirs, call));
  });
}

/** Whether an argument fits, in the words of seccomp_rule_add(3). */
function fits({ index, op, value, valueTwo }: Arg, args: readonly bigint[]): boolean {
  const found = args[index] ?? 0n;
  switch (op) {
    case 'NE':
      return found !== value;
    case 'LT':
      return found < value;
    case 'LE':
      return found <= value;
    case 'EQ':
      return found === value;
    case 'GE':
      return found >= value;
    case 'GT':
      return found > value;
    case 'MASKED_EQ':
      return (found & value) === (valueTwo & value);
  }
}

/** What a profile with one rule a name says of a system call. */
function meant({ defaultAction, rules }: Profile, name: string, args: readonly bigint[]): number {
  const rule = rules.find(({ names }) => names.includes(name));
  const action = rule?.args.every((arg) => fits(arg, args)) === true ? rule.action : defaultAction;
  return ACTIONS[action];
}

describe("a profile like docker's", () => {
  const { defaultAction, architectures = [], syscalls = [] } = engineProfile();
  const profile: Profile = {
    defaultAction: defaultAction as Action,
    architectures,
    rules: syscalls.map(({ names, action, args = [] }) => ({
      names,
      action: action as Action,
      args: args.map(({ op, value, valueTwo = 0, index }) => ({
        index,
        op: op.slice('SCMP_CMP_'.length) as Arg['op'],
        value: BigInt(value),
        valueTwo: BigInt(valueTwo),
      })),
    })),
  };

  test.each(MACHINES)('on $name', (machine) => {
    for (const first of [0n, 8n, 40n, 0x11n, 0x7e020000n, 0xffffffffn]) {
      expect(disagreements(profile, machine, [first])).toEqual([]);
    }
  });

  test('in a fraction of the instructions', () => {
    const theirs = MACHINES.reduce((sum, { name }) => sum + byLibseccomp(profile, name).length, 0);
    expect(byCaisson(profile).length).toBeLessThan(theirs / 3);
  });
});

describe('profiles that nobody would write', () => {
  const value = fc.oneof(fc.constantFrom(0n, 1n, 0xffffffffn, 0x1_0000_0000n), fc.bigInt(0n, 2n ** 64n - 1n));
  const arg = fc.record({
    index: fc.nat(5),
    op: fc.constantFrom(...(Object.keys(OPERATORS) as Arg['op'][])),
    value,
    valueTwo: value,
  });
  const action = fc.constantFrom(...(Object.keys(ACTIONS) as Action[]));
  const ruleOf = (name: string) =>
    fc.record({
      names: fc.constant([name]),
      action,
      args: fc.uniqueArray(arg, { maxLength: 3, selector: ({ index }) => index }),
    });
  // One rule a name: what several say of the same system call depends on their order, and is libseccomp's business.
  const profile = fc.record({
    defaultAction: action,
    architectures: fc.subarray(MACHINES.slice(1).map(({ word }) => word)),
    rules: fc
      .uniqueArray(fc.constantFrom(...systemCalls()), { maxLength: 60 })
      .chain((names) => fc.tuple(...names.map(ruleOf))),
  });
  const args = fc.array(value, { minLength: 6, maxLength: 6 });

  test.each(MACHINES)('on $name, as libseccomp', (machine) => {
    fc.assert(
      fc.property(profile, args, (one, values) => {
        expect(disagreements(one, machine, values)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('on the machine itself, as the rules say', () => {
    const architecture = MACHINES[0]!.audit;
    const calls = [...systemCallNumbers()];
    fc.assert(
      fc.property(profile, args, (one, values) => {
        const filter = byCaisson(one);
        const wrong = calls.filter(
          ([name, number]) => verdict(filter, { number, architecture, args: values }) !== meant(one, name, values),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
