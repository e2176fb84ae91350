import { describe, expect, test } from '@jest/globals';
import { seccompProfile } from '../../../lib/plan/seccomp.js';
import type { Seccomp, SeccompRule } from '../../../lib/spec/types.gen.js';

const PROFILE: Seccomp = { defaultAction: 'SCMP_ACT_ERRNO' };
const rules = (...syscalls: SeccompRule[]) => seccompProfile({ ...PROFILE, syscalls }).profile.rules;
const fault = (code: string, pointer: string) =>
  expect.objectContaining({ code, details: expect.objectContaining({ pointer: `linux/seccomp/${pointer}` }) });

describe('the profile', () => {
  test('the smallest one', () => {
    expect(seccompProfile(PROFILE)).toEqual({
      profile: { defaultAction: 'SCMP_ACT_ERRNO', defaultErrno: 1, architectures: [], rules: [] },
      flags: 4,
    });
  });

  test('errno: EPERM unless told, none where the action has none', () => {
    expect(seccompProfile({ ...PROFILE, defaultErrnoRet: 38 }).profile.defaultErrno).toBe(38);
    expect(seccompProfile({ defaultAction: 'SCMP_ACT_ALLOW' }).profile.defaultErrno).toBe(0);
    const [first, second] = rules(
      { names: ['mount'], action: 'SCMP_ACT_TRACE' },
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
    );
    expect([first?.errno, second?.errno]).toEqual([1, 38]);
  });

  test('conditions stay as they are, 64 bits and all', () => {
    const value = 2n ** 64n - 1n;
    const [rule] = rules({
      names: ['personality', 'nosuchcall'],
      action: 'SCMP_ACT_ALLOW',
      args: [
        { index: 0, value, op: 'SCMP_CMP_EQ' },
        { index: 1, value: 7, valueTwo: 1, op: 'SCMP_CMP_MASKED_EQ' },
      ],
    });
    expect(rule).toEqual({
      names: ['personality', 'nosuchcall'],
      action: 'SCMP_ACT_ALLOW',
      errno: 0,
      args: [
        { index: 0, value, valueTwo: 0, op: 'SCMP_CMP_EQ' },
        { index: 1, value: 7, valueTwo: 1, op: 'SCMP_CMP_MASKED_EQ' },
      ],
      pointer: 'linux/seccomp/syscalls/0',
    });
  });

  test('two conditions on one argument are alternatives', () => {
    const found = rules({
      names: ['personality'],
      action: 'SCMP_ACT_ALLOW',
      args: [
        { index: 0, value: 0, op: 'SCMP_CMP_EQ' },
        { index: 0, value: 8, op: 'SCMP_CMP_EQ' },
      ],
    });
    expect(found.map(({ args, pointer }) => [args.map(({ value }) => value), pointer])).toEqual([
      [[0], 'linux/seccomp/syscalls/0'],
      [[8], 'linux/seccomp/syscalls/0'],
    ]);
  });

  test('what happens anyway is left out, and pointers still tell the rule', () => {
    const found = rules(
      { names: ['a'], action: 'SCMP_ACT_ERRNO' },
      { names: ['b'], action: 'SCMP_ACT_ERRNO', errnoRet: 2 },
      { names: ['c'], action: 'SCMP_ACT_ALLOW' },
    );
    expect(found.map(({ pointer }) => pointer)).toEqual(['linux/seccomp/syscalls/1', 'linux/seccomp/syscalls/2']);
  });
});

describe('the flags', () => {
  test.each([
    [undefined, 4],
    [[], 0],
    [['SECCOMP_FILTER_FLAG_LOG'], 2],
    [['SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW', 'SECCOMP_FILTER_FLAG_LOG'], 6],
  ] as [Seccomp['flags'], number][])('%j', (flags, number) => {
    expect(seccompProfile({ ...PROFILE, ...(flags && { flags }) }).flags).toBe(number);
  });
});

describe('refused', () => {
  test.each([
    [{ defaultAction: 'SCMP_ACT_NOTIFY' }, 'config-unsupported', 'defaultAction'],
    [{ ...PROFILE, listenerPath: '/run/x' }, 'config-unsupported', 'listenerPath'],
    [{ ...PROFILE, listenerMetadata: 'x' }, 'config-unsupported', 'listenerMetadata'],
    [
      { ...PROFILE, flags: ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] },
      'config-unsupported',
      'flags/1',
    ],
    [
      { ...PROFILE, syscalls: [{ names: ['a'], action: 'SCMP_ACT_NOTIFY' }] },
      'config-unsupported',
      'syscalls/0/action',
    ],
    [{ ...PROFILE, defaultErrnoRet: 4096 }, 'config-invalid', 'defaultErrnoRet'],
    [
      { ...PROFILE, syscalls: [{ names: ['a'], action: 'SCMP_ACT_TRACE', errnoRet: 65536 }] },
      'config-invalid',
      'syscalls/0/errnoRet',
    ],
  ] as [Seccomp, string, string][])('%j', (seccomp, code, pointer) => {
    expect(() => seccompProfile(seccomp)).toThrow(fault(code, pointer));
  });
});
