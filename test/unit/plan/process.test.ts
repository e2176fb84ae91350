import { describe, expect, test } from '@jest/globals';
import { capabilityMask, capabilitySets } from '../../../lib/plan/capabilities.js';
import { limits } from '../../../lib/plan/limits.js';
import { processSteps } from '../../../lib/plan/process.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Process, Spec } from '../../../lib/spec/types.gen.js';

const BASE = defaultSpec({ cgroupNamespace: false });
const withProcess = (change: Partial<Process>): Spec => ({ ...BASE, process: { ...BASE.process!, ...change } });

describe('environment', () => {
  const env = (list: string[]) => processSteps(withProcess({ env: list })).exec[0]?.act;

  test('the last of two with the same name counts', () => {
    expect(env(['A=1', 'B=2', 'A=3'])).toMatchObject({ env: ['B=2', 'A=3'] });
  });

  test('PATH of the container is where the program is searched', () => {
    const [find] = processSteps(withProcess({ env: ['PATH=/a:/b', 'PATH=/c'], args: ['x'] })).executable;
    expect(find?.act).toEqual({ op: 'find-executable', name: 'x', searchPath: '/c' });
  });
});

describe('capabilities', () => {
  test('are masks by the numbers of the kernel', () => {
    expect(capabilityMask('CAP_CHOWN')).toBe(1);
    expect(capabilityMask('CAP_CHECKPOINT_RESTORE')).toBe(2 ** 40);
  });

  test('no object grants none; an unknown name is left out', () => {
    const { capabilities: _, ...rest } = BASE.process!;
    expect(capabilitySets({ ...BASE, process: rest })).toMatchObject({ bounding: 0, effective: 0 });
    const odd = capabilitySets(withProcess({ capabilities: { bounding: ['CAP_KILL', 'CAP_NEW'] } }));
    expect(odd.bounding).toBe(capabilityMask('CAP_KILL'));
  });

  test('CAP_SYS_ADMIN is kept for a filter without no_new_privs', () => {
    const spec = {
      ...withProcess({ noNewPrivileges: false }),
      linux: { ...BASE.linux, seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } },
    } as Spec;
    const steps = processSteps(spec);
    expect(steps.identity.find(({ act }) => act.op === 'capabilities')?.act).toMatchObject({
      keep: capabilityMask('CAP_SYS_ADMIN'),
    });
    const without = processSteps({ ...spec, process: { ...spec.process!, noNewPrivileges: true } });
    expect(without.identity.find(({ act }) => act.op === 'capabilities')?.act).toMatchObject({ keep: 0 });
  });
});

describe('limits', () => {
  test('keep 64 bits', () => {
    const spec = withProcess({ rlimits: [{ type: 'RLIMIT_CORE', soft: 0, hard: 0xffff_ffff_ffff_ffffn }] });
    expect(limits(spec, false).init[0]?.act).toEqual({
      op: 'rlimit',
      resource: 4,
      soft: 0,
      hard: 0xffff_ffff_ffff_ffffn,
    });
  });

  test('are given from outside to init in a user namespace, which cannot raise them', () => {
    const spec = withProcess({ rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1, hard: 2 }] });
    expect(limits(spec, true)).toEqual({
      init: [],
      parent: [{ pointer: 'process/rlimits/0', act: { op: 'limit', resource: 7, soft: 1, hard: 2 } }],
    });
  });
});
