import { describe, expect, test } from '@jest/globals';
import { ACCESS, ANY, deviceRules } from '../../../lib/plan/deviceRules.js';

const read = (rule: object) => deviceRules([{ allow: true, access: 'r', ...rule }])[0];
const fault = (pointer: string) =>
  expect.objectContaining({ code: 'config-invalid', details: expect.objectContaining({ pointer }) });

describe('device rules', () => {
  test('what is absent stands for all; -1 and the empty string are how engines say absent', () => {
    const all = {
      allow: true,
      type: 'all',
      major: ANY,
      minor: ANY,
      access: ACCESS.read,
      pointer: 'linux/resources/devices/0',
    };
    expect(read({})).toEqual(all);
    expect(read({ type: '', major: -1, minor: -1 })).toEqual(all);
    expect(read({ type: 'a' })).toEqual(all);
  });

  test('numbers and letters', () => {
    expect(read({ type: 'b', major: 8, minor: 0, access: 'mwr' })).toMatchObject({
      type: 'block',
      major: 8,
      minor: 0,
      access: 7,
    });
    expect(read({ type: 'c', access: 'ww' })).toMatchObject({ type: 'character', access: ACCESS.write });
  });

  test('the rules of the config stand before those of every container', () => {
    const rules = deviceRules([{ allow: false, access: 'rwm' }]);
    expect(rules[0]).toMatchObject({ allow: false, pointer: 'linux/resources/devices/0' });
    expect(rules.slice(1).every(({ allow, pointer }) => allow && pointer === '')).toBe(true);
    expect(deviceRules()).toEqual(rules.slice(1));
  });

  test.each([
    [{ type: 'p' }, 'type'],
    [{ major: -2 }, 'major'],
    [{ minor: 1.5 }, 'minor'],
    [{ minor: 2 ** 32 }, 'minor'],
    [{ access: 'rx' }, 'access'],
    [{ access: '' }, 'access'],
    [{ access: undefined }, 'access'],
  ])('%j is refused', (rule, field) => {
    expect(() => read(rule)).toThrow(fault(`linux/resources/devices/0/${field}`));
  });
});
