/** Rules of `linux.devices` and of the list of those that may be used. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import type { Device } from '../types.gen.js';
import { each, eachTwin, isAbsolute, quoted, type Rule } from './rule.js';

const DEVICES = 'config-linux.md#devices';
const ALLOWED = 'config-linux.md#allowed-device-list';

/** What a device number of the kernel has room for (MINORBITS of linux/kdev_t.h). */
const LARGEST = { major: 0xfff, minor: 0xf_ffff } as const;
const NUMBERS = ['major', 'minor'] as const;

/** A number of a rule: that of a device, as the cgroup controller takes it. */
const LARGEST_IN_RULE = 0xffff_ffff;
/** Stands for every number. */
const ANY = -1;

export const DEVICE_RULES: readonly Rule[] = [
  {
    name: 'device-path',
    pointers: ['linux/devices/*/path'],
    demands: 'is absolute',
    section: DEVICES,
    check: ({ linux }, report) => {
      each(linux?.devices, ({ path }, index) => {
        if (!isAbsolute(path)) report(`linux/devices/${index}/path`, 'must be an absolute path inside the container');
      });
    },
  },
  {
    name: 'device-numbers',
    pointers: NUMBERS.map((number) => `linux/devices/*/${number}`),
    demands: 'is there, unless the device is a FIFO',
    section: DEVICES,
    check: ({ linux }, report) => {
      each(linux?.devices, (device, index) => {
        if (device.type === 'p') return;
        for (const number of NUMBERS) {
          if (device[number] === undefined)
            report(`linux/devices/${index}/${number}`, 'is required for a device that is no FIFO');
        }
      });
    },
  },
  {
    name: 'device-numbers-range',
    pointers: NUMBERS.map((number) => `linux/devices/*/${number}`),
    demands: `is a number that the kernel has room for: ${LARGEST.major} and ${LARGEST.minor} are the last`,
    section: DEVICES,
    check: ({ linux }, report) => {
      each(linux?.devices, (device, index) => {
        if (device.type === 'p') return;
        for (const number of NUMBERS) {
          const value = device[number] ?? 0;
          if (value >= 0 && value <= LARGEST[number]) continue;
          report(`linux/devices/${index}/${number}`, `must be from 0 to ${LARGEST[number]}, but is ${value}`);
        }
      });
    },
  },
  {
    name: 'device-conflict',
    pointers: ['linux/devices/*'],
    demands: 'is the only device at its path',
    section: DEVICES,
    check: ({ linux }, report, known) => {
      const list = linux?.devices ?? [];
      eachTwin(
        list,
        ({ path }) => path,
        (device, index, first) => {
          if (nodeOf(device) !== nodeOf(list[first]))
            report(
              `linux/devices/${index}`,
              `is another device than ${known(`linux/devices/${first}`)}, at the same path`,
            );
        },
      );
    },
  },
  {
    name: 'device-duplicate',
    pointers: ['linux/devices/*'],
    demands: 'is listed once',
    section: DEVICES,
    warning: true,
    check: ({ linux }, report, known) => {
      const list = linux?.devices ?? [];
      eachTwin(
        list,
        ({ path }) => path,
        (device, index, first) => {
          if (nodeOf(device) === nodeOf(list[first]))
            report(`linux/devices/${index}`, `lists ${device.path} again, after ${known(`linux/devices/${first}`)}`);
        },
      );
    },
  },
  {
    name: 'device-rule-type',
    pointers: ['linux/resources/devices/*/type'],
    demands: 'is a, b or c',
    section: ALLOWED,
    check: ({ linux }, report) => {
      each(linux?.resources?.devices, ({ type = '' }, index) => {
        if (['', 'a', 'b', 'c'].includes(type)) return;
        const message = `must be a (all), b (block) or c (character), but is ${quoted(type)}`;
        report(`linux/resources/devices/${index}/type`, message);
      });
    },
  },
  {
    name: 'device-rule-access',
    pointers: ['linux/resources/devices/*/access'],
    demands: 'is made of r, w and m, of one at least',
    section: ALLOWED,
    check: ({ linux }, report) => {
      each(linux?.resources?.devices, ({ access = '' }, index) => {
        const pointer = `linux/resources/devices/${index}/access`;
        if (access === '') report(pointer, 'is required', 'write "rwm" for everything');
        else if (!/^[rwm]*$/.test(access)) {
          report(pointer, `must be made of r (read), w (write) and m (mknod), but is ${quoted(access)}`);
        }
      });
    },
  },
  {
    name: 'device-rule-numbers',
    pointers: NUMBERS.map((number) => `linux/resources/devices/*/${number}`),
    demands: `is from 0 to ${LARGEST_IN_RULE}, or -1 for all`,
    section: ALLOWED,
    check: ({ linux }, report) => {
      each(linux?.resources?.devices, (rule, index) => {
        for (const number of NUMBERS) {
          const value = rule[number] ?? ANY;
          if (value >= ANY && value <= LARGEST_IN_RULE) continue;
          const message = `must be from 0 to ${LARGEST_IN_RULE}, or -1 for all, but is ${value}`;
          report(`linux/resources/devices/${index}/${number}`, message);
        }
      });
    },
  },
];

/** What mknod(2) makes: `u` is an older word for `c`. */
function nodeOf(device: Device | undefined): string {
  const { type, major = 0, minor = 0 } = device ?? { type: '' };
  return type === 'p' ? 'p' : `${type === 'u' ? 'c' : type} ${major}:${minor}`;
}
