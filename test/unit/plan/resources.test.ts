import { describe, expect, test } from '@jest/globals';
import { resourceWrites } from '../../../lib/plan/resources.js';
import type { Resources } from '../../../lib/spec/types.gen.js';

const lines = (resources: Resources, version: 1 | 2) =>
  resourceWrites(resources, () => version).map(({ controller, file, value }) => `${controller} ${file} ${value}`);

describe('limits', () => {
  test.each([
    [{ memory: { limit: 8388608 } }, ['memory memory.limit_in_bytes 8388608'], ['memory memory.max 8388608']],
    [{ memory: { limit: -1 } }, ['memory memory.limit_in_bytes -1'], ['memory memory.max max']],
    [
      { memory: { limit: 2n ** 63n - 1n } },
      ['memory memory.limit_in_bytes 9223372036854775807'],
      ['memory memory.max 9223372036854775807'],
    ],
    [{ memory: { limit: 0 } }, [], []],
    [{ memory: {} }, [], []],
    [{ pids: { limit: 20 } }, ['pids pids.max 20'], ['pids pids.max 20']],
    [{ pids: { limit: -1 } }, ['pids pids.max max'], ['pids pids.max max']],
    [{ pids: { limit: 0 } }, ['pids pids.max 1'], ['pids pids.max 1']],
    [{ pids: {} }, [], []],
    [{}, [], []],
  ] as [Resources, string[], string[]][])('%#', (resources, first, second) => {
    expect(lines(resources, 1)).toEqual(first);
    expect(lines(resources, 2)).toEqual(second);
  });

  test('memory stands before pids, each with its pointer', () => {
    const writes = resourceWrites({ pids: { limit: 1 }, memory: { limit: 1 } }, () => 2);
    expect(writes.map(({ pointer }) => pointer)).toEqual([
      'linux/resources/memory/limit',
      'linux/resources/pids/limit',
    ]);
  });

  test('a number that is no limit', () => {
    for (const resources of [{ memory: { limit: -2 } }, { memory: { limit: -(2n ** 63n) } }]) {
      const details = expect.objectContaining({ pointer: 'linux/resources/memory/limit' });
      expect(() => lines(resources, 1)).toThrow(expect.objectContaining({ code: 'config-invalid', details }));
    }
  });

  test('a controller that the host lacks, only where it is needed', () => {
    const without = (resources: Resources) => () =>
      resourceWrites(resources, (controller) => (controller === 'pids' ? undefined : 1));
    expect(without({ memory: { limit: 4096 } })).not.toThrow();
    const details = expect.objectContaining({ pointer: 'linux/resources/pids/limit' });
    expect(without({ pids: { limit: 5 } })).toThrow(expect.objectContaining({ code: 'host-unsupported', details }));
  });
});
