/** Which security modules a kernel runs, by its files. */
import { expect, test } from '@jest/globals';
import { hasApparmor, hasSelinux } from '../../../lib/host/security.js';

function kernel(files: Readonly<Record<string, string>>) {
  return {
    readKernelText: (path: string): string => {
      const text = files[path];
      if (text !== undefined) return text;
      throw Object.assign(new Error(path), { errno: 'ENOENT', syscall: 'open', path });
    },
  };
}

const ENABLED = '/sys/module/apparmor/parameters/enabled';
const ENFORCE = '/sys/fs/selinux/enforce';
const CURRENT = '/proc/self/attr/current';

test.each([
  [{ [ENABLED]: 'Y\n' }, true],
  [{ [ENABLED]: 'N\n' }, false],
  [{ [CURRENT]: 'unconfined\n' }, false],
  [{}, false],
])('AppArmor: %j', (files, there) => {
  expect(hasApparmor(kernel(files))).toBe(there);
});

test.each([
  ['enforcing', { [ENFORCE]: '1', [CURRENT]: 'system_u:system_r:init_t:s0\0' }, true],
  ['permissive', { [ENFORCE]: '0', [CURRENT]: 'system_u:system_r:init_t:s0\0' }, true],
  ['without a policy', { [ENFORCE]: '0', [CURRENT]: 'kernel\0' }, false],
  ['its filesystem alone', { [ENFORCE]: '0' }, false],
  ['another module has the attribute', { [CURRENT]: 'docker-default (enforce)\n' }, false],
  ['none', {}, false],
])('SELinux: %s', (_, files, there) => {
  expect(hasSelinux(kernel(files))).toBe(there);
});

test('a fault of the reader is no answer', () => {
  const broken = {
    readKernelText: (): string => {
      throw new TypeError('no such function');
    },
  };
  expect(() => hasApparmor(broken)).toThrow(TypeError);
});
