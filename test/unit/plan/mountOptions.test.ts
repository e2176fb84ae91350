import { describe, expect, test } from '@jest/globals';
import { MOUNT_OPTIONS } from '../../../lib/linux/mountOptions.js';
import { ATTR, FLAG, mountOptions, PROPAGATION } from '../../../lib/plan/mountOptions.js';

const of = (...options: string[]) => mountOptions(options);

describe('attributes', () => {
  test('are set, and cleared by their opposites, the last one wins', () => {
    expect(of('ro', 'nosuid').attributes).toEqual({ set: ATTR.rdonly | ATTR.nosuid, clear: 0 });
    expect(of('ro', 'rw').attributes).toEqual({ set: 0, clear: ATTR.rdonly });
    expect(of('rw', 'ro').attributes).toEqual({ set: ATTR.rdonly, clear: 0 });
  });

  test.each([
    ['ro', 'rw', ATTR.rdonly],
    ['nosuid', 'suid', ATTR.nosuid],
    ['nodev', 'dev', ATTR.nodev],
    ['noexec', 'exec', ATTR.noexec],
    ['nodiratime', 'diratime', ATTR.nodiratime],
    ['nosymfollow', 'symfollow', ATTR.nosymfollow],
  ])('%s and %s, and their recursive twins', (on, off, bits) => {
    for (const [prefix, which] of [
      ['', 'attributes'],
      ['r', 'recursive'],
    ] as const) {
      expect(of(`${prefix}${on}`)[which]).toEqual({ set: bits, clear: 0 });
      expect(of(`${prefix}${off}`)[which]).toEqual({ set: 0, clear: bits });
      expect(of(`${prefix}${on}`, `${prefix}${off}`)[which]).toEqual({ set: 0, clear: bits });
      expect(of(`${prefix}${off}`, `${prefix}${on}`)[which]).toEqual({ set: bits, clear: 0 });
    }
  });

  test('the recursive twin does not touch the top alone', () => {
    expect(of('rro').attributes).toEqual({ set: 0, clear: 0 });
    expect(of('ro').recursive).toEqual({ set: 0, clear: 0 });
  });
});

describe('times of access are one field', () => {
  const clear = ATTR.atimeMask;
  test.each([
    [['noatime'], ATTR.noatime],
    [['strictatime'], ATTR.strictatime],
    [['relatime'], 0],
    [['noatime', 'relatime'], 0],
    [['relatime', 'strictatime'], ATTR.strictatime],
    [['noatime', 'atime'], 0],
    [['strictatime', 'nostrictatime'], 0],
    // The opposite of another way changes nothing.
    [['strictatime', 'atime'], ATTR.strictatime],
    [['noatime', 'nostrictatime'], ATTR.noatime],
    [['noatime', 'norelatime'], ATTR.noatime],
    [['strictatime', 'norelatime'], ATTR.strictatime],
  ])('%j', (options, set) => {
    expect(of(...options).attributes).toEqual({ set, clear });
    expect(of(...options.map((option) => `r${option}`)).recursive).toEqual({ set, clear });
  });

  test('nodiratime is another one', () => {
    expect(of('noatime', 'nodiratime').attributes.set).toBe(ATTR.noatime | ATTR.nodiratime);
    expect(of('nodiratime', 'relatime').attributes.set).toBe(ATTR.nodiratime);
  });
});

test.each([
  ['sync', 'async', FLAG.synchronous],
  ['mand', 'nomand', FLAG.mandlock],
  ['silent', 'loud', FLAG.silent],
  ['iversion', 'noiversion', FLAG.iversion],
  ['lazytime', 'nolazytime', FLAG.lazytime],
])('%s and %s are of the filesystem', (on, off, bits) => {
  expect(of(on).flags).toEqual({ set: bits, clear: 0 });
  expect(of(on, off).flags).toEqual({ set: 0, clear: bits });
  expect(of(off, on, 'dirsync').flags).toEqual({ set: bits | FLAG.dirsync, clear: 0 });
});

test('propagation, with recursion as in mount(2), one after the other', () => {
  expect(of('rslave').propagation).toEqual([PROPAGATION.slave | PROPAGATION.rec]);
  expect(of('slave', 'shared').propagation).toEqual([PROPAGATION.slave, PROPAGATION.shared]);
  expect(of('runbindable', 'private').propagation).toEqual([
    PROPAGATION.unbindable | PROPAGATION.rec,
    PROPAGATION.private,
  ]);
  expect(of('ro').propagation).toEqual([]);
});

test('bind, idmap and their recursive twins, the last one wins', () => {
  expect(of('bind').bind).toBe('top');
  expect(of('bind', 'rbind').bind).toBe('recursive');
  expect(of('ridmap').idmap).toBe('recursive');
  expect(of('ridmap', 'idmap').idmap).toBe('top');
  expect(of('ro')).toMatchObject({ bind: 'no', idmap: 'no' });
});

test('remount and tmpcopyup are for us, not for the filesystem', () => {
  expect(of('remount', 'tmpcopyup')).toMatchObject({ remount: true, copyUp: true, data: [] });
});

test('defaults means nothing', () => {
  const nothing = { set: 0, clear: 0 };
  expect(of('defaults')).toEqual({
    attributes: nothing,
    recursive: nothing,
    flags: nothing,
    propagation: [],
    bind: 'no',
    idmap: 'no',
    remount: false,
    copyUp: false,
    data: [],
  });
});

test('what nobody knows is for the filesystem, also when an object would know it', () => {
  const unknown = ['size=1m', 'constructor', '__proto__', 'toString', 'rsync', 'rbindd'];
  expect(of(...unknown).data).toEqual(unknown);
});

test('every name that the rules of the spec know is understood', () => {
  for (const name of MOUNT_OPTIONS) expect(of(name).data).toEqual([]);
});
