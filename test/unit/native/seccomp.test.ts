import { arch } from 'node:process';
import { describe, expect, test } from '@jest/globals';
import { native } from '../../../lib/native/load.js';
import type { SeccompFilter, SeccompProfile, SeccompRule } from '../../../lib/native/surface.js';
import { ALLOW, AUDIT_ARCH, ERRNO, KILL_PROCESS, KILL_THREAD, LOG, NOTIFY, TRACE, TRAP, verdict } from './bpf.js';

/** Numbers of system calls on the architectures that these tests run on. */
const NUMBERS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  x64: {
    getpid: 39,
    mkdir: 83,
    mkdirat: 258,
    personality: 135,
    socket: 41,
    clone: 56,
    fchmodat2: 452,
    futex_wait: 455,
  },
  arm64: { getpid: 172, mkdirat: 34, personality: 92, socket: 198, clone: 220, fchmodat2: 452, futex_wait: 455 },
};

function call(name: string, ...args: bigint[]) {
  return { number: NUMBERS[arch]![name]!, architecture: AUDIT_ARCH[arch]!, args };
}

function rule(names: string[], action: string, more: Partial<SeccompRule> = {}): SeccompRule {
  return { names, action, errno: 1, args: [], ...more };
}

function compile(rules: SeccompRule[], more: Partial<SeccompProfile> = {}): Uint8Array {
  return whole(rules, more).program;
}

function whole(rules: SeccompRule[], more: Partial<SeccompProfile> = {}): SeccompFilter {
  return native().compileSeccomp({
    defaultAction: 'SCMP_ACT_ALLOW',
    defaultErrno: 1,
    architectures: [],
    rules,
    unknownFails: false,
    ...more,
  });
}

function comparing(op: string, value: number | bigint, valueTwo: number | bigint = 0) {
  return { index: 0, value, valueTwo, op };
}

/** The rule that a profile is refused for, and why. */
function refusal(make: () => unknown): { rule: number; message: string } {
  try {
    make();
  } catch (error) {
    const { rule: number, message } = error as Error & { rule: number };
    return { rule: number, message };
  }
  throw new Error('it was taken');
}

describe('actions', () => {
  test.each([
    ['SCMP_ACT_KILL', KILL_THREAD],
    ['SCMP_ACT_KILL_THREAD', KILL_THREAD],
    ['SCMP_ACT_KILL_PROCESS', KILL_PROCESS],
    ['SCMP_ACT_TRAP', TRAP],
    ['SCMP_ACT_ERRNO', ERRNO | 38],
    ['SCMP_ACT_TRACE', TRACE | 38],
    ['SCMP_ACT_LOG', LOG],
    ['SCMP_ACT_NOTIFY', NOTIFY],
  ])('%s', (action, expected) => {
    const filter = compile([rule(['getpid'], action, { errno: 38 })]);
    expect(verdict(filter, call('getpid'))).toBe(expected >>> 0);
    expect(verdict(filter, call('mkdirat'))).toBe(ALLOW);
  });

  test('the default has an errno of its own', () => {
    const filter = compile([rule(['getpid'], 'SCMP_ACT_ALLOW')], { defaultAction: 'SCMP_ACT_ERRNO', defaultErrno: 13 });
    expect(verdict(filter, call('getpid'))).toBe(ALLOW);
    expect(verdict(filter, call('mkdirat'))).toBe(ERRNO | 13);
  });

  test('a rule that does what the default does is left out, under either name', () => {
    const filter = compile([rule(['getpid'], 'SCMP_ACT_KILL_THREAD'), rule(['mkdirat'], 'SCMP_ACT_ALLOW')], {
      defaultAction: 'SCMP_ACT_KILL',
    });
    expect(verdict(filter, call('getpid'))).toBe(KILL_THREAD);
    expect(verdict(filter, call('mkdirat'))).toBe(ALLOW);
  });

  test('of two unconditional rules the earlier counts, and it counts before one with conditions', () => {
    const args = [comparing('SCMP_CMP_EQ', 7)];
    const two = compile([rule(['getpid'], 'SCMP_ACT_LOG'), rule(['getpid'], 'SCMP_ACT_ERRNO')]);
    expect(verdict(two, call('getpid'))).toBe(LOG);
    const mixed = compile([rule(['getpid'], 'SCMP_ACT_ERRNO', { args }), rule(['getpid'], 'SCMP_ACT_LOG')]);
    expect(verdict(mixed, call('getpid', 7n))).toBe(LOG);
  });

  test('the same rule twice is one', () => {
    const filter = compile([rule(['getpid', 'getpid'], 'SCMP_ACT_ERRNO'), rule(['getpid'], 'SCMP_ACT_ERRNO')]);
    expect(verdict(filter, call('getpid'))).toBe(ERRNO | 1);
  });
});

describe('arguments', () => {
  test.each([
    ['SCMP_CMP_EQ', 7n, true],
    ['SCMP_CMP_EQ', 8n, false],
    ['SCMP_CMP_NE', 8n, true],
    ['SCMP_CMP_LT', 6n, true],
    ['SCMP_CMP_LT', 7n, false],
    ['SCMP_CMP_LE', 7n, true],
    ['SCMP_CMP_GE', 7n, true],
    ['SCMP_CMP_GE', 6n, false],
    ['SCMP_CMP_GT', 8n, true],
  ])('%s 7 with %p: %p', (op, value, holds) => {
    const filter = compile([rule(['personality'], 'SCMP_ACT_ERRNO', { args: [comparing(op, 7)] })]);
    expect(verdict(filter, call('personality', value))).toBe(holds ? ERRNO | 1 : ALLOW);
  });

  test('a masked comparison: value is the mask, valueTwo what must remain', () => {
    const newNamespaces = 0x7e020000;
    const args = [comparing('SCMP_CMP_MASKED_EQ', newNamespaces, 0)];
    const filter = compile([rule(['clone'], 'SCMP_ACT_ALLOW', { args })], { defaultAction: 'SCMP_ACT_ERRNO' });
    expect(verdict(filter, call('clone', 0x11n))).toBe(ALLOW);
    expect(verdict(filter, call('clone', 0x10000011n))).toBe(ERRNO | 1);
  });

  test('all 64 bits count', () => {
    const args = [comparing('SCMP_CMP_EQ', 0xffff_ffff_ffff_fffen)];
    const filter = compile([rule(['personality'], 'SCMP_ACT_ERRNO', { args })]);
    expect(verdict(filter, call('personality', 0xffff_ffff_ffff_fffen))).toBe(ERRNO | 1);
    expect(verdict(filter, call('personality', 0xffff_fffen))).toBe(ALLOW);
  });

  test('two arguments must both fit; two rules are alternatives', () => {
    const args = [comparing('SCMP_CMP_EQ', 2), { ...comparing('SCMP_CMP_EQ', 3), index: 1 }];
    const both = compile([rule(['socket'], 'SCMP_ACT_ERRNO', { args })]);
    expect([verdict(both, call('socket', 2n, 3n)), verdict(both, call('socket', 2n, 1n))]).toEqual([ERRNO | 1, ALLOW]);
    const either = compile(
      [16, 40].map((value) => rule(['socket'], 'SCMP_ACT_ERRNO', { args: [comparing('SCMP_CMP_EQ', value)] })),
    );
    expect([16n, 40n, 2n].map((family) => verdict(either, call('socket', family)))).toEqual([
      ERRNO | 1,
      ERRNO | 1,
      ALLOW,
    ]);
  });
});

describe('names and architectures', () => {
  test('a name that nobody knows is left out', () => {
    const filter = compile([rule(['no_such_call', 'getpid'], 'SCMP_ACT_ERRNO')]);
    expect(verdict(filter, call('getpid'))).toBe(ERRNO | 1);
  });

  test('a system call newer than the library is known by its number', () => {
    const filter = compile([rule(['fchmodat2', 'futex_wait'], 'SCMP_ACT_ALLOW')], { defaultAction: 'SCMP_ACT_ERRNO' });
    expect(['fchmodat2', 'futex_wait', 'getpid'].map((name) => verdict(filter, call(name)))).toEqual([
      ALLOW,
      ALLOW,
      ERRNO | 1,
    ]);
  });

  const onX64 = arch === 'x64' ? test : test.skip;
  onX64('other architectures of the machine get their own numbers', () => {
    const architectures = ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'];
    const filter = compile([rule(['mkdir', 'fchmodat2', 'chown32'], 'SCMP_ACT_ERRNO')], { architectures });
    const onI386 = (number: number) => verdict(filter, { number, architecture: AUDIT_ARCH.ia32! });
    expect([onI386(39), onI386(83), onI386(212)]).toEqual([ERRNO | 1, ALLOW, ERRNO | 1]);
    expect([verdict(filter, call('mkdir')), verdict(filter, call('getpid'))]).toEqual([ERRNO | 1, ALLOW]);
    expect(verdict(filter, call('fchmodat2'))).toBe(ERRNO | 1);
    expect(verdict(filter, { number: 0x40000000 + 83, architecture: AUDIT_ARCH.x64! })).toBe(ERRNO | 1);
  });

  test('an architecture that was not asked for is killed', () => {
    const filter = compile([rule(['getpid'], 'SCMP_ACT_ERRNO')]);
    const other = AUDIT_ARCH[arch === 'x64' ? 'ia32' : 'x64']!;
    expect(verdict(filter, { number: 20, architecture: other })).toBe(KILL_THREAD);
  });
});

describe('architectures', () => {
  test('that the machine cannot run make no difference', () => {
    const rules = [rule(['getpid'], 'SCMP_ACT_ERRNO')];
    const others = ['SCMP_ARCH_S390X', 'SCMP_ARCH_MIPS64', 'SCMP_ARCH_LOONGARCH64', 'SCMP_ARCH_M68K', ''];
    expect(compile(rules, { architectures: others })).toEqual(compile(rules));
  });

  test('named twice, or natively, are one', () => {
    const rules = [rule(['getpid'], 'SCMP_ACT_ERRNO')];
    const words = ['SCMP_ARCH_X86', 'SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_AARCH64'];
    expect(compile(rules, { architectures: words })).toEqual(compile(rules, { architectures: ['SCMP_ARCH_X86'] }));
  });
});

describe('what is newer than the profile', () => {
  const strict = { defaultAction: 'SCMP_ACT_ERRNO', unknownFails: true };
  const ENOSYS = ERRNO | 38;
  const number = (name: string, more: number) => ({ ...call(name), number: call(name).number + more });

  test('fails with ENOSYS, and what lies between has the default', () => {
    const filter = compile([rule(['getpid', 'personality'], 'SCMP_ACT_ALLOW')], strict);
    const newest = Math.max(call('getpid').number, call('personality').number);
    expect(verdict(filter, { ...call('getpid'), number: newest })).toBe(ALLOW);
    expect(verdict(filter, { ...call('getpid'), number: newest + 1 })).toBe(ENOSYS);
    expect(verdict(filter, { ...call('getpid'), number: 5000 })).toBe(ENOSYS);
    expect(verdict(filter, number('personality', -1))).toBe(ERRNO | 1);
  });

  test('whatever the newest rule does, even what happens anyway', () => {
    const filter = compile([rule(['getpid'], 'SCMP_ACT_ALLOW'), rule(['fchmodat2'], 'SCMP_ACT_ERRNO')], strict);
    expect(verdict(filter, call('fchmodat2'))).toBe(ERRNO | 1);
    expect(verdict(filter, number('fchmodat2', 1))).toBe(ENOSYS);
  });

  test('when a killing default would be worse still', () => {
    const filter = compile([rule(['fchmodat2'], 'SCMP_ACT_ALLOW')], { ...strict, defaultAction: 'SCMP_ACT_KILL' });
    expect(verdict(filter, number('fchmodat2', 1))).toBe(ENOSYS);
    expect(verdict(filter, call('getpid'))).toBe(KILL_THREAD);
  });

  test('not in a profile that names nothing, and not the number that a tracer sets to skip a call', () => {
    expect(verdict(compile([], strict), { ...call('getpid'), number: 5000 })).toBe(ERRNO | 1);
    const filter = compile([rule(['getpid'], 'SCMP_ACT_ALLOW')], strict);
    expect(verdict(filter, { ...call('getpid'), number: 0xffffffff })).toBe(ERRNO | 1);
  });

  const onX64 = arch === 'x64' ? test : test.skip;
  onX64('on each architecture by its own numbers', () => {
    const architectures = ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'];
    const filter = compile([rule(['pidfd_open', 'mkdir'], 'SCMP_ACT_ALLOW')], { ...strict, architectures });
    const of = (architecture: string, at: number) =>
      verdict(filter, { number: at, architecture: AUDIT_ARCH[architecture]! });
    const x32 = 0x40000000;
    expect([of('x64', 434), of('x64', 435), of('x64', 433)]).toEqual([ALLOW, ENOSYS, ERRNO | 1]);
    expect([of('ia32', 434), of('ia32', 435), of('ia32', 39)]).toEqual([ALLOW, ENOSYS, ALLOW]);
    expect([of('x64', x32 + 434), of('x64', x32 + 435), of('x64', x32 + 83)]).toEqual([ALLOW, ENOSYS, ALLOW]);
  });

  onX64('without x32, its numbers are killed', () => {
    const filter = compile([rule(['mkdir'], 'SCMP_ACT_ALLOW')], strict);
    expect(verdict(filter, { number: 0x40000000 + 83, architecture: AUDIT_ARCH.x64! })).toBe(KILL_THREAD);
    expect(verdict(filter, { number: 0x40000000 + 5000, architecture: AUDIT_ARCH.x64! })).toBe(KILL_THREAD);
  });

  onX64('a newer system call than the library knows is known on every architecture', () => {
    const architectures = ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'];
    const filter = compile([rule(['mseal'], 'SCMP_ACT_ALLOW')], { ...strict, architectures });
    const of = (architecture: string, at: number) =>
      verdict(filter, { number: at, architecture: AUDIT_ARCH[architecture]! });
    expect([of('x64', 462), of('ia32', 462), of('x64', 0x40000000 + 462)]).toEqual([ALLOW, ALLOW, ALLOW]);
    expect([of('x64', 463), of('ia32', 463), of('x64', 0x40000000 + 463)]).toEqual([ENOSYS, ENOSYS, ENOSYS]);
    const denied = compile([rule(['mseal'], 'SCMP_ACT_TRAP')], { architectures });
    const answer = (architecture: string) => verdict(denied, { number: 462, architecture: AUDIT_ARCH[architecture]! });
    expect([answer('x64'), answer('ia32')]).toEqual([TRAP, TRAP]);
  });
});

describe('notes', () => {
  test('name what nobody knows, by rule', () => {
    const rules = [rule(['getpid'], 'SCMP_ACT_ERRNO'), rule(['no_such', 'mkdirat', 'nor_this'], 'SCMP_ACT_ERRNO')];
    expect(whole(rules).notes).toEqual([{ rule: 1, text: 'unknown system calls, left out: no_such, nor_this' }]);
  });

  const onX64 = arch === 'x64' ? test : test.skip;
  onX64('name conditions that cannot be translated', () => {
    const rules = [rule(['mseal'], 'SCMP_ACT_ERRNO', { args: [comparing('SCMP_CMP_EQ', 1)] })];
    expect(whole(rules).notes).toEqual([]);
    expect(whole(rules, { architectures: ['SCMP_ARCH_X86'] }).notes).toEqual([
      { rule: 0, text: expect.stringMatching(/^left out on architectures .*: mseal$/) },
    ]);
  });
});

describe('refusals name the rule', () => {
  const good = rule(['getpid'], 'SCMP_ACT_ERRNO');
  test.each([
    ['an action', rule(['mkdirat'], 'SCMP_ACT_SOMETHING')],
    ['an errno', rule(['mkdirat'], 'SCMP_ACT_ERRNO', { errno: 4096 })],
    ['a message', rule(['mkdirat'], 'SCMP_ACT_TRACE', { errno: 65536 })],
    ['a comparison', rule(['mkdirat'], 'SCMP_ACT_LOG', { args: [comparing('SCMP_CMP_LIKE', 1)] })],
    ['an argument', rule(['mkdirat'], 'SCMP_ACT_LOG', { args: [{ ...comparing('SCMP_CMP_EQ', 1), index: 6 }] })],
  ])('%s that is not one', (_, bad) => {
    expect(refusal(() => compile([good, bad])).rule).toBe(1);
  });

  test('or the profile', () => {
    expect(refusal(() => compile([], { defaultAction: 'ALLOW' })).rule).toBe(-1);
  });

  test('one that an earlier rule contradicts', () => {
    const args = [comparing('SCMP_CMP_EQ', 7)];
    const rules = [good, rule(['mkdirat'], 'SCMP_ACT_LOG', { args }), rule(['mkdirat'], 'SCMP_ACT_ERRNO', { args })];
    expect(refusal(() => compile(rules))).toEqual({
      rule: 2,
      message: 'mkdirat: an earlier rule gives it another action',
    });
  });
});

test('the version of the library is told as it tells it', () => {
  expect(native().seccompVersion()).toMatch(/^\d+\.\d+\.\d+$/);
});
