import { describe, expect, test } from '@jest/globals';
import { capabilityMask, capabilitySets } from '../../../lib/plan/capabilities.js';
import { limits } from '../../../lib/plan/limits.js';
import { processSteps } from '../../../lib/plan/process.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Process, Spec } from '../../../lib/spec/types.gen.js';
import { hostWith } from '../../plans/cases/world.js';

const BASE = defaultSpec({ cgroupNamespace: false });
const withProcess = (change: Partial<Process>): Spec => ({ ...BASE, process: { ...BASE.process!, ...change } });
const FACTS = hostWith('v2');

describe('environment', () => {
  const env = (list: string[]) => processSteps(withProcess({ env: list }), FACTS).exec[0]?.act;
  const looked = (list: string[]) =>
    processSteps(withProcess({ env: list, user: { uid: 7 } }), FACTS).identity.filter(({ act }) => act.op === 'home');

  test('the last of two with the same name counts', () => {
    expect(env(['A=1', 'HOME=/h', 'B=2', 'A=3'])).toMatchObject({ env: ['HOME=/h', 'B=2', 'A=3'] });
  });

  test.each([[['A=1']], [['HOME=/x', 'A=1', 'HOME=']]])('%j: HOME is looked up', (list) => {
    expect(env(list)).toMatchObject({ env: ['A=1', 'HOME=/'] });
    expect(looked(list)[0]?.act).toEqual({ op: 'home', uid: 7 });
  });

  test('HOME that is there is taken as it is', () => {
    expect(looked(['HOME=relative'])).toEqual([]);
    expect(env(['HOME=relative'])).toMatchObject({ env: ['HOME=relative'] });
  });

  test('PATH of the container is where the program is searched', () => {
    const [find] = processSteps(withProcess({ env: ['PATH=/a:/b', 'PATH=/c'], args: ['x'] }), FACTS).executable;
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
    expect(capabilitySets({ ...BASE, process: rest }, undefined)).toMatchObject({ bounding: 0, effective: 0 });
    const odd = capabilitySets(withProcess({ capabilities: { bounding: ['CAP_KILL', 'CAP_NEW'] } }), undefined);
    expect(odd.bounding).toBe(capabilityMask('CAP_KILL'));
  });

  const every = ['CAP_CHOWN', 'CAP_KILL', 'CAP_CHECKPOINT_RESTORE'];
  const all = { bounding: every, effective: every, permitted: every, inheritable: every, ambient: every };
  const mask = (...names: string[]): number => names.reduce((sum, name) => sum + capabilityMask(name), 0);

  test('what the caller has not is left out of each set, with a warning', () => {
    const held = { permitted: mask('CAP_CHOWN', 'CAP_KILL'), bounding: mask('CAP_CHOWN', 'CAP_CHECKPOINT_RESTORE') };
    const sets = capabilitySets(withProcess({ capabilities: all }), held);
    expect(sets).toMatchObject({
      bounding: mask('CAP_CHOWN', 'CAP_CHECKPOINT_RESTORE'),
      permitted: mask('CAP_CHOWN', 'CAP_KILL'),
      effective: mask('CAP_CHOWN', 'CAP_KILL'),
      inheritable: mask('CAP_CHOWN'),
      ambient: mask('CAP_CHOWN'),
    });
    const not = 'caisson does not have it itself';
    expect(sets.warnings).toEqual([
      `process/capabilities/bounding/1: CAP_KILL is not granted: ${not}`,
      `process/capabilities/permitted/2: CAP_CHECKPOINT_RESTORE is not granted: ${not}`,
      `process/capabilities/effective/2: CAP_CHECKPOINT_RESTORE is not granted: ${not}`,
      'process/capabilities/inheritable/1: CAP_KILL is not granted: it is not in the bounding set',
      `process/capabilities/inheritable/2: CAP_CHECKPOINT_RESTORE is not granted: ${not}`,
      'process/capabilities/ambient/1: CAP_KILL is not granted: it is not in the inheritable set',
      `process/capabilities/ambient/2: CAP_CHECKPOINT_RESTORE is not granted: ${not}`,
    ]);
  });

  test('sets that contradict each other', () => {
    const capabilities = { bounding: every, effective: ['CAP_CHOWN'], ambient: ['CAP_KILL', 'CAP_KILL'] };
    const { effective, ambient, warnings } = capabilitySets(withProcess({ capabilities }), undefined);
    expect([effective, ambient]).toEqual([0, 0]);
    expect(warnings).toEqual([
      'process/capabilities/effective/0: CAP_CHOWN is not granted: it is not in the permitted set',
      'process/capabilities/ambient/0: CAP_KILL is not granted: it is not in the permitted set',
      'process/capabilities/ambient/1: CAP_KILL is not granted: it is not in the permitted set',
    ]);
  });

  test('in a new user namespace there is everything', () => {
    const facts = { ...FACTS, capabilities: { permitted: 0, bounding: 0 } };
    const spec = withProcess({ capabilities: all });
    expect(processSteps(spec, facts).warnings).toHaveLength(every.length * 5);
    const user = { ...spec, linux: { namespaces: [{ type: 'user' as const }] } };
    expect(processSteps(user, facts).warnings).toEqual([]);
  });

  test('CAP_SYS_ADMIN is kept for a filter without no_new_privs', () => {
    const spec = {
      ...withProcess({ noNewPrivileges: false }),
      linux: { ...BASE.linux, seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } },
    } as Spec;
    const steps = processSteps(spec, FACTS);
    expect(steps.identity.find(({ act }) => act.op === 'capabilities')?.act).toMatchObject({
      keep: capabilityMask('CAP_SYS_ADMIN'),
    });
    const without = processSteps({ ...spec, process: { ...spec.process!, noNewPrivileges: true } }, FACTS);
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
