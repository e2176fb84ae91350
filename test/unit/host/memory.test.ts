/** What a memory cgroup says of its limit, of either version, and of kernels that say less. */
import { describe, expect, test } from '@jest/globals';
import type { SystemError } from '../../../lib/errors.js';
import { memoryFiles, oomKills, outOfMemory } from '../../../lib/host/memory.js';

function reader(files: Record<string, string>) {
  return {
    readKernelText(path: string): string {
      const text = files[path];
      if (text !== undefined) return text;
      throw Object.assign(new Error(path), { errno: 'ENOENT', syscall: 'open', path }) as SystemError;
    },
  };
}

describe('where memory is counted', () => {
  test.each([
    [{ 'cpu,cpuacct': '/c', memory: '/m', unified: '/u' }, 1, '/m'],
    [{ 'cpu,memory': '/cm' }, 1, '/cm'],
    [{ '': '/v2' }, 2, '/v2'],
  ])('%j', (directories: Record<string, string>, version, directory) => {
    expect(memoryFiles(directories)).toMatchObject({ version, directory });
  });

  test('nowhere', () => {
    expect(memoryFiles({ cpu: '/c', unified: '/u' })).toBeUndefined();
    expect(oomKills(undefined)).toBe(0);
  });
});

describe('outOfMemory', () => {
  const v1 = { memory: '/m' };
  const v2 = { '': '/u' };

  test('of cgroup v1', () => {
    const files = {
      '/m/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
      '/m/memory.limit_in_bytes': '4096\n',
      '/m/memory.max_usage_in_bytes': '4000\n',
    };
    expect(outOfMemory(v1, reader(files))).toEqual({ oomKills: 3, memoryLimit: 4096, peakMemory: 4000 });
    const none = { ...files, '/m/memory.limit_in_bytes': '9223372036854771712\n' };
    expect(outOfMemory(v1, reader(none))).toEqual({ oomKills: 3, peakMemory: 4000 });
  });

  test('of cgroup v2, where oom_group_kill is another number', () => {
    const files = {
      '/u/memory.events': 'low 0\nhigh 0\nmax 9\noom 8\noom_kill 7\noom_group_kill 6\n',
      '/u/memory.max': 'max\n',
    };
    expect(outOfMemory(v2, reader(files))).toEqual({ oomKills: 7 });
  });

  test('of nobody killed, and of a controller that nobody asked for', () => {
    expect(outOfMemory(v1, reader({ '/m/memory.oom_control': 'oom_kill 0\n' }))).toBeUndefined();
    expect(outOfMemory(v2, reader({}))).toBeUndefined();
  });
});
