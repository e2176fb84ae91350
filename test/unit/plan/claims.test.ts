/** The table of claims: whole, and kept to. */
import { describe, expect, test } from '@jest/globals';
import { unknownWarnings } from '../../../lib/container/unknown.js';
import { claimedLeaves } from '../../../lib/plan/claims.js';
import { refuseUnsupported, UNSUPPORTED } from '../../../lib/plan/unsupported.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Linux, Spec } from '../../../lib/spec/types.gen.js';
import { leavesOf, readSchema } from '../../../scripts/spec-schema.js';

const base = defaultSpec({ cgroupNamespace: true });
const linux = (changes: Partial<Linux>): Spec => ({ ...base, linux: { ...base.linux, ...changes } });

test('has every leaf of the schema, and nothing else', () => {
  const claimed = [...claimedLeaves()].map(([pointer]) => pointer);
  const known = [...leavesOf(readSchema('config'))].map(({ pointer }) => pointer);
  expect([...claimed].sort()).toEqual([...known].sort());
});

test('those that are unsupported are those that configs are held against', () => {
  const claimed = [...claimedLeaves()].filter(([, claim]) => claim === 'unsupported').map(([pointer]) => pointer);
  expect(claimed).toEqual(UNSUPPORTED.map(({ pointer }) => pointer));
});

/** Leaves that are unsupported, as those of a later specification may be. */
const LEAVES = [
  { pointer: 'hostname', why: 'nobody calls it so', nothing: ['localhost'] },
  { pointer: 'linux/netDevices/*/name', why: 'not here', nothing: [] },
];

describe('refuses what is unsupported, with the place', () => {
  test.each<[string, string, Spec]>([
    ['hostname', 'nobody calls it so', { ...base, hostname: 'web' }],
    ['linux/netDevices/a~1b/name', 'not here', { ...linux({ netDevices: { 'a/b': { name: 'x' } } }), hostname: '' }],
  ])('%s', (pointer, message, spec) => {
    const details = expect.objectContaining({ pointer });
    expect(() => refuseUnsupported(spec, LEAVES)).toThrow(
      expect.objectContaining({ code: 'config-unsupported', message, details }),
    );
  });

  test('but not the values that ask for nothing', () => {
    const spec = { ...linux({ netDevices: { eth0: { name: '' } } }), hostname: 'localhost' };
    expect(() => refuseUnsupported(spec, LEAVES)).not.toThrow();
  });
});

test('tells of properties that the specification does not know, whatever they are called', () => {
  const text =
    '{"extra":1,"__proto__":{"a":1},"process":{"cwd":"/","constructor":[],"a/b":0},"mounts":[{"destination":"/","x":1}]}';
  expect(unknownWarnings(JSON.parse(text) as Spec).map((warning) => warning.replace(/:.*/, ''))).toEqual([
    'extra',
    '__proto__',
    'process/constructor',
    'process/a~1b',
    'mounts/0/x',
  ]);
});

test('leaves other platforms alone', () => {
  expect(unknownWarnings({ ...base, windows: { layerFolders: [] }, vm: { x: 1 } })).toEqual([]);
});
