/** The table of claims: whole, and kept to. */
import { describe, expect, test } from '@jest/globals';
import { CLAIMS } from '../../../lib/plan/claims.js';
import { claimedLeaves, refuseUnclaimed } from '../../../lib/plan/unclaimed.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Linux, Process, Spec } from '../../../lib/spec/types.gen.js';
import { leavesOf, readSchema } from '../../../scripts/spec-schema.js';
import { wholeConfig } from '../../support/configs.js';

const base = defaultSpec({ cgroupNamespace: true });
const linux = (changes: Partial<Linux>): Spec => ({ ...base, linux: { ...base.linux, ...changes } });
const process = (changes: Partial<Process>): Spec => ({ ...base, process: { ...base.process!, ...changes } });

test('has every leaf of the schema, and nothing else', () => {
  const claimed = [...claimedLeaves()].map(([pointer]) => pointer);
  const known = [...leavesOf(readSchema('config'))].map(({ pointer }) => pointer);
  expect([...claimed].sort()).toEqual([...known].sort());
});

test('nothing that the specification knows is unsupported', () => {
  expect([...claimedLeaves()].filter(([, claim]) => typeof claim !== 'string')).toEqual([]);
});

/** The whole config with one leaf alone, besides what the schema requires next to it. */
function onlyLeaf(pointer: string): Spec {
  const keep = (value: unknown, steps: readonly string[]): unknown => {
    const [step, ...rest] = steps;
    if (step === undefined) return value;
    if (Array.isArray(value))
      return value
        .filter((item) => reaches(item, rest))
        .slice(0, 1)
        .map((item) => keep(item, rest));
    const owner = value as Record<string, unknown>;
    const key = step === '*' ? Object.keys(owner)[0]! : step;
    return { [key]: keep(owner[key], rest) };
  };
  return keep(wholeConfig(), pointer.split('/')) as Spec;
}

function reaches(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined || step === '*') return value !== undefined;
  return reaches((value as Record<string, unknown> | undefined)?.[step], rest);
}

describe('each leaf alone in a config', () => {
  test.each([...claimedLeaves()])('%s', (pointer, claim) => {
    const spec = onlyLeaf(pointer);
    expect(typeof claim).toBe('string');
    expect(refuseUnclaimed(spec)).toEqual([]);
  });
});

/** A table in which leaves are unsupported, as one of a later specification may be. */
const UNSUPPORTED = {
  ...CLAIMS,
  hostname: { unsupported: 'nobody calls it so', nothing: ['localhost'] },
  linux: {
    ...CLAIMS.linux,
    netDevices: { each: { name: { unsupported: 'not here', nothing: [] } } },
  },
};

describe('refuses what is unsupported, with the place', () => {
  test.each<[string, string, Spec]>([
    ['hostname', 'nobody calls it so', { ...base, hostname: 'web' }],
    ['linux/netDevices/a~1b/name', 'not here', { ...linux({ netDevices: { 'a/b': { name: 'x' } } }), hostname: '' }],
  ])('%s', (pointer, message, spec) => {
    const details = expect.objectContaining({ pointer });
    expect(() => refuseUnclaimed(spec, UNSUPPORTED)).toThrow(
      expect.objectContaining({ code: 'config-unsupported', message, details }),
    );
  });

  test('but not the values that ask for nothing', () => {
    const spec = { ...linux({ netDevices: { eth0: { name: '' } } }), hostname: 'localhost' };
    expect(refuseUnclaimed(spec, UNSUPPORTED)).toEqual([]);
  });
});

test('accepts what asks for nothing, as dockerd writes it', () => {
  const spec: Spec = {
    ...process({ apparmorProfile: '', selinuxLabel: '', oomScoreAdj: 0 }),
    hooks: { prestart: [] },
    ...{
      linux: {
        ...base.linux,
        sysctl: {},
        uidMappings: [],
        gidMappings: [],
        mountLabel: '',
        netDevices: {},
        timeOffsets: {},
        resources: {
          devices: [],
          memory: { disableOOMKiller: false },
          cpu: { shares: 0, cpus: '' },
          pids: {},
          blockIO: { weight: 0, weightDevice: [] },
          hugepageLimits: [],
          unified: {},
        },
      },
    },
  };
  expect(refuseUnclaimed(spec)).toEqual([]);
});

test('tells of properties that the specification does not know, whatever they are called', () => {
  const text =
    '{"extra":1,"__proto__":{"a":1},"process":{"cwd":"/","constructor":[],"a/b":0},"mounts":[{"destination":"/","x":1}]}';
  expect(refuseUnclaimed(JSON.parse(text) as Spec).map((warning) => warning.replace(/:.*/, ''))).toEqual([
    'extra',
    '__proto__',
    'process/constructor',
    'process/a~1b',
    'mounts/0/x',
  ]);
});

test('leaves other platforms alone', () => {
  expect(refuseUnclaimed({ ...base, windows: { layerFolders: [] }, vm: { x: 1 } })).toEqual([]);
});
