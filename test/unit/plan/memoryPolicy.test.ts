import { describe, expect, test } from '@jest/globals';
import { memoryPolicy } from '../../../lib/plan/memoryPolicy.js';
import { personality } from '../../../lib/plan/personality.js';
import type { Linux, Spec } from '../../../lib/spec/types.gen.js';

const withLinux = (linux: Linux): Spec => ({ ociVersion: '1.3.0', linux });
const bits = (nodes: string): number[] => {
  const [step] = memoryPolicy(withLinux({ memoryPolicy: { mode: 'MPOL_BIND', nodes } }));
  const mask = (step!.act as { nodes: Uint8Array }).nodes;
  expect(mask.length % 8).toBe(0);
  return [...mask].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => at * 8 + bit),
  );
};

describe('nodes', () => {
  test.each([
    ['', []],
    ['0', [0]],
    ['63,64', [63, 64]],
    ['7, 1-3,2', [1, 2, 3, 7]],
    ['32767', [32_767]],
  ])('%j', (nodes, expected) => {
    expect(bits(nodes)).toEqual(expected);
  });
});

test('flags are added up', () => {
  const flags = ['MPOL_F_STATIC_NODES', 'MPOL_F_NUMA_BALANCING'] as const;
  const [step] = memoryPolicy(withLinux({ memoryPolicy: { mode: 'MPOL_BIND', nodes: '0', flags } }));
  expect(step?.act).toMatchObject({ policy: 2, flags: 0xa000 });
});

test('nothing asked for, nothing done', () => {
  expect(memoryPolicy(withLinux({ memoryPolicy: {} }))).toEqual([]);
  expect(personality(withLinux({ personality: {} }))).toEqual([]);
});
