/** What a failed filter is told as. The rest of the table is met by integration tests. */
import { describe, expect, test } from '@jest/globals';
import { explain } from '../../../lib/container/failure.js';
import type { ActFailure } from '../../../lib/native/surface.js';
import { step } from '../../../lib/plan/step.js';

const FILTER = { filter: new Uint8Array(), flags: 0, optional: 0 };

function failure(more: Partial<ActFailure>): ActFailure {
  const nothing = { act: 0, errno: '', syscall: 'seccomp', path: '', detail: '', status: 0 };
  return Object.assign(new Error('failed'), { kind: 'failed', program: 'init', ...nothing, ...more } as const);
}

describe.each(['seccomp', 'seccomp-listener'] as const)('%s', (op) => {
  const steps = [step('linux/seccomp', { op, ...FILTER })];

  test.each([
    // 524 of the kernel, which no header has: a kernel that demands compiled filters and has no room for them.
    ['ENOTSUPP', /net\.core\.bpf_jit_limit/],
    ['ENOMEM', /net\.core\.bpf_jit_limit/],
    ['EACCES', /noNewPrivileges/],
    ['EINVAL', /flags of linux\.seccomp/],
    ['EBUSY', /under a filter with a listener/],
    ['EAGAIN', /pids\.limit/],
  ])('%s', (errno, hint) => {
    const { code, details } = explain(failure({ errno }), steps);
    expect(code).toBe('seccomp-failed');
    expect(details).toMatchObject({ pointer: 'linux/seccomp', errno, hint: expect.stringMatching(hint) });
  });

  test('a wait that took too long', () => {
    const { code, details } = explain(failure({ kind: 'timeout', act: -1 }), steps);
    expect(code).toBe('timeout');
    expect(details.hint).toMatch(op === 'seccomp' ? /frozen/ : /listenerPath/);
  });
});
