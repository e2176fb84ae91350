/** Profiles that cannot be: each is refused with its place, and leaves nothing. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson, type Outcome } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
const ALLOW_ALL = { defaultAction: 'SCMP_ACT_ALLOW' };

beforeAll(() => void makeBundle(bundle, shellSpec('true')));
afterAll(() => caisson.clean());

function run(seccomp: unknown): Outcome {
  const spec = shellSpec('true');
  spec.linux.seccomp = seccomp;
  writeSpec(bundle, spec);
  return caisson.call(['run', '-b', bundle, caisson.id()]);
}

const rule = (names: string[], action: string, more: object = {}) => ({ names, action: `SCMP_ACT_${action}`, ...more });
const denying = (...syscalls: object[]) => ({ ...ALLOW_ALL, syscalls });

describe('refused, with the place', () => {
  const cases: [string, unknown, RegExp][] = [
    ['no default', { syscalls: [] }, /linux\/seccomp\/defaultAction/],
    ['an unknown action', { defaultAction: 'SCMP_ACT_MAYBE' }, /linux\/seccomp\/defaultAction/],
    ['an unknown action of a rule', denying(rule(['getppid'], 'MAYBE')), /linux\/seccomp\/syscalls\/0\/action/],
    ['an unknown flag', { ...ALLOW_ALL, flags: ['SECCOMP_FILTER_FLAG_NEW'] }, /linux\/seccomp\/flags\/0/],
    [
      'an unknown architecture',
      { ...ALLOW_ALL, architectures: ['SCMP_ARCH_PDP11'] },
      /linux\/seccomp\/architectures\/0/,
    ],
    ['no names', denying(rule([], 'ERRNO')), /linux\/seccomp\/syscalls\/0\/names/],
    [
      'an errno without use',
      denying(rule(['getppid'], 'TRAP', { errnoRet: 1 })),
      /syscalls\/0\/errnoRet: must not be set/,
    ],
    [
      'an errno too large',
      denying(rule(['getppid'], 'ERRNO', { errnoRet: 4096 })),
      /syscalls\/0\/errnoRet: must be at most 4095/,
    ],
    [
      'an unknown comparison',
      denying(rule(['getppid'], 'ERRNO', { args: [{ index: 0, op: 'SCMP_CMP_LIKE', value: 1 }] })),
      /linux\/seccomp\/syscalls\/0\/args\/0\/op/,
    ],
    [
      'a seventh argument',
      denying(rule(['getppid'], 'ERRNO', { args: [{ index: 6, op: 'SCMP_CMP_EQ', value: 1 }] })),
      /linux\/seccomp\/syscalls\/0\/args\/0\/index/,
    ],
    [
      'rules that contradict each other',
      denying(
        ...['ERRNO', 'TRAP'].map((action) =>
          rule(['personality'], action, { args: [{ index: 0, op: 'SCMP_CMP_EQ', value: 1 }] }),
        ),
      ),
      /linux\/seccomp\/syscalls\/1: personality: an earlier rule gives it another action/,
    ],
    [
      'more conditions than a filter holds',
      denying(
        ...Array.from({ length: 6000 }, (_, value) =>
          rule(['personality'], 'ERRNO', { args: [{ index: 0, op: 'SCMP_CMP_EQ', value: value * 3 }] }),
        ),
      ),
      /linux\/seccomp: the filter has more than 4096 instructions/,
    ],
    [
      'a notification without a listener',
      denying(rule(['getppid'], 'NOTIFY')),
      /linux\/seccomp\/listenerPath: is required/,
    ],
    ['words for no listener', { ...ALLOW_ALL, listenerMetadata: 'x' }, /linux\/seccomp\/listenerMetadata/],
  ];

  test.each(cases)('%s', (_, seccomp, message) => {
    const outcome = run(seccomp);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(outcome.status).toBe(1);
    expect(existsSync(caisson.root) ? readdirSync(caisson.root).filter((name) => !name.startsWith('.')) : []).toEqual(
      [],
    );
  });
});
