/** Names and places of units. */
import { describe, expect, test } from '@jest/globals';
import { slicePath, type SystemdFacts, unitPlace } from '../../../lib/plan/systemdUnit.js';

const SYSTEM: SystemdFacts = { user: false, root: '', version: 252 };
const USER: SystemdFacts = { user: true, root: '/user.slice/user-1000.slice/user@1000.service', version: 252 };

describe('slices', () => {
  test.each([
    ['-.slice', ''],
    ['machine.slice', '/machine.slice'],
    ['a-b-c.slice', '/a.slice/a-b.slice/a-b-c.slice'],
    ['kubepods-burstable-pod12_3.slice', '/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12_3.slice'],
  ])('%s is at %s', (slice, path) => expect(slicePath(slice)).toBe(path));

  test.each(['', 'machine', '.slice', '-a.slice', 'a-.slice', 'a--b.slice', 'a/b.slice', '../x.slice', '..slice'])(
    '%j is none',
    (slice) => expect(() => slicePath(slice)).toThrow(/not the name/),
  );
});

describe('units', () => {
  test.each([
    ['machine.slice:pod:web', 'pod-web.scope', '/machine.slice/pod-web.scope'],
    ['a-b.slice::web', 'web.scope', '/a.slice/a-b.slice/web.scope'],
    [':pod:web', 'pod-web.scope', '/system.slice/pod-web.scope'],
    ['-.slice:pod:web', 'pod-web.scope', '/pod-web.scope'],
    ['a.slice:ignored:a-b.slice', 'a-b.slice', '/a.slice/a-b.slice'],
    ['-.slice::a.slice', 'a.slice', '/a.slice'],
    ['', 'caisson-x\\x2by.scope', '/system.slice/caisson-x\\x2by.scope'],
    [undefined, 'caisson-x\\x2by.scope', '/system.slice/caisson-x\\x2by.scope'],
  ])('%j is %s at %s', (given, name, path) => {
    expect(unitPlace(given, 'x+y', SYSTEM)).toMatchObject({ name, path });
    expect(unitPlace(given, 'x+y', { ...USER, user: false })).toMatchObject({ name, path: USER.root + path });
  });

  test('those of a user are in user.slice', () => {
    expect(unitPlace(undefined, 'web', USER)).toEqual({
      name: 'caisson-web.scope',
      slice: 'user.slice',
      path: `${USER.root}/user.slice/caisson-web.scope`,
    });
  });

  test.each([
    ['/absolute/path', /three parts/],
    ['a.slice:b', /three parts/],
    ['a.slice:b:c:d', /three parts/],
    ['a.slice:b:', /no name/],
    ['a.slice:b:c/d', /not the name/],
    ['a.slice:..:../c', /not the name/],
    ['a.slice::..', /not the name/],
    ['a.slice:b:c\nd', /not the name/],
    [`a.slice:b:${'c'.repeat(250)}`, /longer/],
    ['b.slice:x:a-b.slice', /is in a.slice/],
    ['-.slice:x:-.slice', /slice of everything/],
  ])('%j is refused', (given, message) => {
    expect(() => unitPlace(given, 'web', SYSTEM)).toThrow(message);
  });
});
