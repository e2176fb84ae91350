/** What a failed filter, or mapping, is told as. The rest of the table is met by integration tests. */
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

test('mappings that the kernel refuses are named by their ranges', () => {
  const map = { op: 'write-process', name: 'uid_map', value: '0 100000 65536\n65536 7 1\n' } as const;
  const refused = failure({ program: 'parent', errno: 'EPERM', syscall: 'write' });
  const { code, message, details } = explain(refused, [step('linux/uidMappings', map)]);
  expect(code).toBe('namespace-failed');
  expect(message).toBe('map the ids 0 to 65535 as 100000 to 165535, 65536 to 65536 as 7 to 7 of the user namespace');
  expect(details).toMatchObject({ pointer: 'linux/uidMappings', hint: expect.stringMatching(/caisson itself has/) });
});
