import { describe, expect, test } from '@jest/globals';
import { ATTR, mountOptions, PROPAGATION } from '../../../lib/plan/mountOptions.js';

const of = (...options: string[]) => mountOptions(options, 'mounts/0');

describe('attributes', () => {
  test('are set, and cleared by their opposites, the last one wins', () => {
    expect(of('ro', 'nosuid')).toMatchObject({ set: ATTR.rdonly | ATTR.nosuid, clear: 0 });
    expect(of('ro', 'rw')).toMatchObject({ set: 0, clear: ATTR.rdonly });
    expect(of('rw', 'ro')).toMatchObject({ set: ATTR.rdonly, clear: 0 });
  });

  test('times of access are one field: changing it clears all of it', () => {
    expect(of('noatime')).toMatchObject({ set: ATTR.noatime, clear: ATTR.atimeMask });
    expect(of('noatime', 'relatime')).toMatchObject({ set: 0, clear: ATTR.atimeMask });
    expect(of('relatime', 'strictatime')).toMatchObject({ set: ATTR.strictatime, clear: ATTR.atimeMask });
  });

  test('defaults means nothing', () => {
    expect(of('defaults')).toEqual({ set: 0, clear: 0, propagation: 0, bind: 'no', data: [] });
  });
});

test('propagation, with recursion as in mount(2)', () => {
  expect(of('rslave').propagation).toBe(PROPAGATION.slave | PROPAGATION.rec);
  expect(of('private').propagation).toBe(PROPAGATION.private);
});

test('bind and rbind', () => {
  expect(of('bind').bind).toBe('top');
  expect(of('rbind').bind).toBe('recursive');
});

test('what nobody knows is for the filesystem, also when an object would know it', () => {
  expect(of('size=1m', 'constructor', '__proto__', 'toString').data).toEqual([
    'size=1m',
    'constructor',
    '__proto__',
    'toString',
  ]);
});

test.each(['tmpcopyup', 'idmap', 'rro', 'remount'])('%s is refused by its place', (option) => {
  expect(() => of('ro', option)).toThrow(expect.objectContaining({ code: 'config-unsupported' }));
});
