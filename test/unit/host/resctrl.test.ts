import { expect, test } from '@jest/globals';
import { findResctrl, resctrlWords } from '../../../lib/host/resctrl.js';

const TABLE = [
  '22 1 0:21 / /sys rw - sysfs sysfs rw',
  '30 22 0:26 / /sys/fs/res\\040ctrl rw,relatime shared:9 - resctrl resctrl rw',
  '31 22 0:26 / /mnt rw,relatime - resctrl resctrl rw',
].join('\n');

function host(files: Readonly<Record<string, string>>) {
  return {
    readKernelText: (path: string): string => {
      const text = files[path];
      if (text !== undefined) return text;
      throw Object.assign(new Error(path), { errno: 'ENOENT', syscall: 'open', path });
    },
  };
}

test('the first mount, and its classes', () => {
  const root = '/sys/fs/res ctrl';
  const files = host({ '/proc/self/mountinfo': TABLE, [`${root}/gold/schemata`]: 'L3:0=f\n' });
  const found = findResctrl(files);
  expect(found?.root).toBe(root);
  expect(found?.schemataOf('gold')).toBe('L3:0=f\n');
  expect(found?.schemataOf('silver')).toBeUndefined();
});

test('none', () => {
  expect(findResctrl(host({ '/proc/self/mountinfo': '22 1 0:21 / /sys rw - sysfs sysfs rw' }))).toBeUndefined();
});

test('the words of a refusal', () => {
  expect(resctrlWords('/r', host({ '/r/info/last_cmd_status': 'mask f8 has non-consecutive 1-bits\n' }))).toBe(
    'mask f8 has non-consecutive 1-bits',
  );
  expect(resctrlWords('/r', host({ '/r/info/last_cmd_status': 'ok\n' }))).toBe('');
  expect(resctrlWords('/r', host({}))).toBe('');
});
