import { describe, expect, test } from '@jest/globals';
import { filterFlags, seccompProfile, usesListener } from '../../../lib/plan/seccomp.js';
import type { Seccomp, SeccompRule } from '../../../lib/spec/types.gen.js';

const PROFILE: Seccomp = { defaultAction: 'SCMP_ACT_ERRNO' };
const rules = (...syscalls: SeccompRule[]) => seccompProfile({ ...PROFILE, syscalls }).rules;

describe('the profile', () => {
  test('the smallest one', () => {
    expect(seccompProfile(PROFILE)).toEqual({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrno: 1,
      architectures: [],
      rules: [],
      unknownFails: true,
    });
  });

  test('errno: EPERM unless told, none where the action has none', () => {
    expect(seccompProfile({ ...PROFILE, defaultErrnoRet: 38 }).defaultErrno).toBe(38);
    expect(seccompProfile({ defaultAction: 'SCMP_ACT_ALLOW' }).defaultErrno).toBe(0);
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

  test('conditions on one argument twice are alternatives, and so are the others beside them', () => {
    const found = rules({
      names: ['personality'],
      action: 'SCMP_ACT_ALLOW',
      args: [
        { index: 0, value: 0, op: 'SCMP_CMP_EQ' },
        { index: 1, value: 7, op: 'SCMP_CMP_EQ' },
        { index: 0, value: 8, op: 'SCMP_CMP_EQ' },
      ],
    });
    expect(found.map(({ args, pointer }) => [args.map(({ value }) => value), pointer])).toEqual([
      [[0], 'linux/seccomp/syscalls/0'],
      [[7], 'linux/seccomp/syscalls/0'],
      [[8], 'linux/seccomp/syscalls/0'],
    ]);
  });

  test.each([
    ['SCMP_ACT_ALLOW', false],
    ['SCMP_ACT_LOG', false],
    ['SCMP_ACT_TRACE', false],
    ['SCMP_ACT_NOTIFY', false],
    ['SCMP_ACT_ERRNO', true],
    ['SCMP_ACT_TRAP', true],
    ['SCMP_ACT_KILL', true],
    ['SCMP_ACT_KILL_THREAD', true],
    ['SCMP_ACT_KILL_PROCESS', true],
  ] as const)('with %s as default, what is too new fails: %p', (defaultAction, fails) => {
    expect(seccompProfile({ defaultAction }).unknownFails).toBe(fails);
  });
});

const notifying: Partial<Seccomp> = { syscalls: [{ names: ['a'], action: 'SCMP_ACT_NOTIFY' }] };

describe('the flags', () => {
  test.each([
    [{}, 0, 4],
    [{ flags: [] }, 0, 0],
    [{ flags: ['SECCOMP_FILTER_FLAG_LOG'] }, 2, 0],
    [{ flags: ['SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW', 'SECCOMP_FILTER_FLAG_LOG'] }, 2 | 4, 0],
    [{ flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] }, 0, 0],
    [{ ...notifying, flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] }, 32, 0],
  ] as [Partial<Seccomp>, number, number][])('%j', (more, flags, optional) => {
    expect(filterFlags({ ...PROFILE, ...more })).toEqual({ flags, optional });
  });
});

test('a listener is for what is notified', () => {
  expect(usesListener(PROFILE)).toBe(false);
  expect(usesListener({ ...PROFILE, ...notifying })).toBe(true);
  expect(usesListener({ defaultAction: 'SCMP_ACT_NOTIFY' })).toBe(true);
});
