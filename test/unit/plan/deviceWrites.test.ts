import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ACCESS, deviceRules, type Rule } from '../../../lib/plan/deviceRules.js';
import { type DeviceWrite, deviceWrites } from '../../../lib/plan/deviceWrites.js';
import type { DeviceRule } from '../../../lib/spec/types.gen.js';
import { everyQuestion, mayUse, type Question, someRules } from './deviceModel.js';

const lines = (rules: DeviceRule[]) =>
  deviceWrites(deviceRules(rules)).map(({ file, value }) => `${file.slice('devices.'.length)} ${value}`);

const ALWAYS = [
  'allow c *:* m',
  'allow b *:* m',
  ...[3, 5, 7, 8, 9].map((minor) => `allow c 1:${minor} rwm`),
  'allow c 5:0 rwm',
  'allow c 136:* rwm',
  'allow c 5:2 rwm',
  'allow c 10:200 rwm',
];

describe('writes of device rules', () => {
  test('nothing said: all is denied but what every container has', () => {
    expect(lines([])).toEqual(['deny a *:* rwm', ...ALWAYS]);
    expect(lines([{ allow: false, access: 'rwm' }])).toEqual(['deny a *:* rwm', ...ALWAYS]);
  });

  test('the rules of the config come first, in their order, with their access', () => {
    const rules: DeviceRule[] = [
      { allow: false, access: 'rwm' },
      { allow: true, type: 'c', major: 10, minor: 229, access: 'rwm' },
      { allow: true, type: 'b', major: 8, minor: 20, access: 'rw' },
      { allow: true, type: 'b', major: 10, minor: 200, access: 'r' },
    ];
    expect(lines(rules)).toEqual([
      'deny a *:* rwm',
      'allow c 10:229 rwm',
      'allow b 8:20 rw',
      'allow b 10:200 r',
      ...ALWAYS,
    ]);
  });

  test('everything allowed is one write', () => {
    expect(lines([{ allow: true, type: 'a', access: 'rwm' }])).toEqual(['allow a *:* rwm']);
  });

  test('everything but block devices', () => {
    const rules: DeviceRule[] = [
      { allow: true, access: 'rwm' },
      { allow: false, type: 'b', access: 'rwm' },
    ];
    expect(lines(rules)).toEqual(['allow a *:* rwm', 'deny b *:* rw']);
  });

  test('a later rule undoes an earlier one', () => {
    const rules: DeviceRule[] = [
      { allow: true, type: 'c', major: 7, minor: 1, access: 'rwm' },
      { allow: false, type: 'c', major: 7, access: 'rw' },
    ];
    expect(lines(rules)).toEqual(['deny a *:* rwm', 'allow c 7:1 m', ...ALWAYS]);
  });

  test('all types with numbers is said of both', () => {
    expect(lines([{ allow: true, major: 7, access: 'r' }])).toEqual([
      'deny a *:* rwm',
      'allow c 7:* r',
      'allow b 7:* r',
      ...ALWAYS,
    ]);
  });

  test('reading of a wider line and writing of a narrower one make one line', () => {
    const rules: DeviceRule[] = [
      { allow: true, type: 'c', major: 7, access: 'r' },
      { allow: true, type: 'c', major: 7, minor: 1, access: 'w' },
    ];
    expect(lines(rules).slice(1, 3)).toEqual(['allow c 7:* r', 'allow c 7:1 rw']);
  });

  test.each([
    [
      'deny a part',
      [
        { allow: true, type: 'c', major: 7, access: 'rw' },
        { allow: false, type: 'c', major: 7, minor: 1, access: 'w' },
      ],
      1,
    ],
    [
      'allow a part',
      [
        { allow: true, access: 'rwm' },
        { allow: false, type: 'c', access: 'rwm' },
      ],
      1,
    ],
  ] as [string, DeviceRule[], number][])('to %s is refused: the kernel would ignore it', (_, rules, index) => {
    const details = expect.objectContaining({ pointer: `linux/resources/devices/${index}` });
    expect(() => lines(rules)).toThrow(expect.objectContaining({ code: 'host-unsupported', details }));
  });
});

/** The kernel's side (security/device_cgroup.c), from an empty cgroup below one that allows everything. */
class Kernel {
  #allow = true;
  #exceptions: { type: string; major: string; minor: string; access: number }[] = [];

  write({ file, value }: DeviceWrite): void {
    const allow = file === 'devices.allow';
    const [type, numbers, letters] = value.split(' ') as [string, string, string];
    if (type === 'a') {
      this.#allow = allow;
      this.#exceptions = [];
      return;
    }
    expect(allow).not.toBe(this.#allow);
    const [major, minor] = numbers.split(':') as [string, string];
    const bits = { r: ACCESS.read, w: ACCESS.write, m: ACCESS.mknod } as Record<string, number>;
    this.#exceptions.push({ type, major, minor, access: letters.split('').reduce((all, one) => all | bits[one]!, 0) });
  }

  allows({ type, major, minor, access }: Question): boolean {
    const meant = this.#exceptions.filter(
      (one) =>
        one.type === type[0] &&
        (one.major === '*' || Number(one.major) === major) &&
        (one.minor === '*' || Number(one.minor) === minor),
    );
    if (this.#allow) return !meant.some((one) => (one.access & access) !== 0);
    return meant.some((one) => (access & ~one.access) === 0);
  }
}

function written(rules: readonly Rule[]): Kernel | undefined {
  try {
    const kernel = new Kernel();
    for (const write of deviceWrites(rules)) kernel.write(write);
    return kernel;
  } catch (error) {
    if ((error as { code?: string }).code === 'host-unsupported') return undefined;
    throw error;
  }
}

describe('the kernel takes the writes for what the rules mean', () => {
  test('each single access', () => {
    const questions = everyQuestion([ACCESS.read, ACCESS.write, ACCESS.mknod]);
    fc.assert(
      fc.property(someRules, (rules) => {
        const kernel = written(rules);
        fc.pre(kernel !== undefined);
        expect(questions.find((one) => kernel.allows(one) !== mayUse(rules, one))).toBeUndefined();
      }),
    );
  });

  test('reading and writing at once: never more than the rules say', () => {
    const questions = everyQuestion([ACCESS.read | ACCESS.write]);
    fc.assert(
      fc.property(someRules, (rules) => {
        const kernel = written(rules);
        fc.pre(kernel !== undefined);
        expect(questions.find((one) => kernel.allows(one) && !mayUse(rules, one))).toBeUndefined();
      }),
    );
  });
});
