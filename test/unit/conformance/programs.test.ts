import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { pickPrograms, sharesCgroup } from '../../../conformance/programs.js';
import { listPrograms } from '../../../conformance/suite.js';

const all = listPrograms(join(import.meta.dirname, '../../../conformance'));

test('go.mod names the 58 programs of the suite', () => {
  expect(all).toHaveLength(58);
  expect(new Set(all).size).toBe(58);
  expect(all).not.toContain('runtimetest');
});

describe('pickPrograms', () => {
  test('takes all, those that wait longest first', () => {
    const names = pickPrograms(all, [], false);
    expect(names.toSorted()).toEqual(all.toSorted());
    expect(names.slice(0, 3)).toEqual(['delete', 'kill', 'pidfile']);
  });

  test('takes what was asked for', () => {
    expect(pickPrograms(all, ['state', 'create'], false)).toEqual(['create', 'state']);
  });

  test('every program of the smoke set is one of the suite', () => {
    const names = pickPrograms(all, [], true);
    expect(names).toHaveLength(14);
    expect(all).toEqual(expect.arrayContaining(names));
  });

  test('a name that the suite has not is refused', () => {
    expect(() => pickPrograms(all, ['creat'], false)).toThrow(/no program creat; it has .*\bcreate\b/);
  });
});

test('programs with the same cgroupsPath are kept apart', () => {
  expect(all.filter(sharesCgroup)).toHaveLength(16);
});
