import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runQueue } from '../../../conformance/queue.js';

/** Runs the queue and notes which jobs were running together. */
async function watch(names: string[], lanes: number, isShared: (name: string) => boolean) {
  const running = new Set<string>();
  const together: string[][] = [];
  const results = await runQueue(names, lanes, isShared, async (name) => {
    running.add(name);
    together.push([...running]);
    await sleep(2);
    running.delete(name);
    return name.toUpperCase();
  });
  return { results, together };
}

describe('runQueue', () => {
  test('gives the results in the order of the names', async () => {
    const { results } = await watch(['a', 'b', 'c'], 2, () => false);
    expect(results).toEqual(['A', 'B', 'C']);
  });

  test('fills its lanes and never more', async () => {
    const { together } = await watch(['a', 'b', 'c', 'd', 'e'], 2, () => false);
    expect(Math.max(...together.map((set) => set.length))).toBe(2);
  });

  test('never runs two shared jobs at once, and lets others pass', async () => {
    const isShared = (name: string) => name.startsWith('s');
    const { together, results } = await watch(['s1', 's2', 's3', 'a', 'b'], 3, isShared);
    expect(together.every((set) => set.filter(isShared).length <= 1)).toBe(true);
    expect(together[2]).toEqual(['s1', 'a', 'b']);
    expect(results).toHaveLength(5);
  });

  test('after a failure it starts nothing more, waits for what runs, and throws', async () => {
    const ended: string[] = [];
    const run = async (name: string) => {
      if (name === 'bad') throw new Error('no such program');
      await sleep(2);
      ended.push(name);
    };
    await expect(runQueue(['a', 'bad', 'c'], 2, () => false, run)).rejects.toThrow('no such program');
    expect(ended).toEqual(['a']);
  });

  test('an empty list is done at once', async () => {
    expect(
      await runQueue(
        [],
        2,
        () => false,
        () => Promise.reject(new Error('never')),
      ),
    ).toEqual([]);
  });
});
