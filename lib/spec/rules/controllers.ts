/** Rules of the limits of block devices, huge pages, RDMA, and of files of cgroup v2. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import type { BlockIoLimits } from '../types.gen.js';
import { each, eachEntry, eachTwin, isSet, type Rule } from './rule.js';

const BLOCK_IO = 'config-linux.md#block-io';
const HUGE_PAGES = 'config-linux.md#huge-page-limits';
const RDMA = 'config-linux.md#rdma';

/** Bounds of blkio.weight, cgroup-v1/blkio-controller.rst. */
const WEIGHT = { least: 10, most: 1000 };
const WEIGHTS = ['weight', 'leafWeight'] as const;
const NUMBERS = ['major', 'minor'] as const;

const THROTTLES = [
  'throttleReadBpsDevice',
  'throttleWriteBpsDevice',
  'throttleReadIOPSDevice',
  'throttleWriteIOPSDevice',
] as const;
const DEVICE_LISTS = ['weightDevice', ...THROTTLES] as const;

const UNITS: Readonly<Record<string, number>> = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

export const CONTROLLER_RULES: readonly Rule[] = [
  {
    name: 'block-weight',
    pointers: WEIGHTS.flatMap((field) => [
      `linux/resources/blockIO/${field}`,
      `linux/resources/blockIO/weightDevice/*/${field}`,
    ]),
    demands: `is from ${WEIGHT.least} to ${WEIGHT.most}`,
    section: BLOCK_IO,
    check: ({ linux }, report) => {
      const limits = linux?.resources?.blockIO ?? {};
      const refuse = (holder: Pick<BlockIoLimits, 'weight' | 'leafWeight'>, pointer: string): void => {
        for (const field of WEIGHTS) {
          const weight = holder[field];
          if (!isSet(weight) || (weight >= WEIGHT.least && weight <= WEIGHT.most)) continue;
          report(`${pointer}/${field}`, `must be from ${WEIGHT.least} to ${WEIGHT.most}, but is ${weight}`);
        }
      };
      refuse(limits, 'linux/resources/blockIO');
      each(limits.weightDevice, (one, index) => refuse(one, `linux/resources/blockIO/weightDevice/${index}`));
    },
  },
  {
    name: 'block-weight-device',
    pointers: ['linux/resources/blockIO/weightDevice/*'],
    demands: 'has a weight or a leafWeight',
    section: BLOCK_IO,
    check: ({ linux }, report) => {
      each(linux?.resources?.blockIO?.weightDevice, ({ weight, leafWeight }, index) => {
        if (weight === undefined && leafWeight === undefined)
          report(`linux/resources/blockIO/weightDevice/${index}`, 'needs weight or leafWeight');
      });
    },
  },
  {
    name: 'block-device',
    pointers: DEVICE_LISTS.flatMap((list) => NUMBERS.map((number) => `linux/resources/blockIO/${list}/*/${number}`)),
    demands: 'is not negative: these limits are for one device each',
    section: BLOCK_IO,
    check: ({ linux }, report) => {
      for (const list of DEVICE_LISTS) {
        each(linux?.resources?.blockIO?.[list], (device, index) => {
          for (const number of NUMBERS) {
            if (device[number] >= 0) continue;
            const message = `must not be negative, but is ${device[number]}`;
            report(`linux/resources/blockIO/${list}/${index}/${number}`, message);
          }
        });
      }
    },
  },
  {
    name: 'huge-page-size',
    pointers: ['linux/resources/hugepageLimits/*/pageSize'],
    demands: 'is a power of two',
    section: HUGE_PAGES,
    check: ({ linux }, report) => {
      each(linux?.resources?.hugepageLimits, ({ pageSize }, index) => {
        if (Number.isInteger(Math.log2(bytesOf(pageSize)))) return;
        const message = `must be a power of two, as pages are, but is ${pageSize}`;
        report(`linux/resources/hugepageLimits/${index}/pageSize`, message, 'usual are 2MB and 1GB');
      });
    },
  },
  {
    name: 'huge-page-duplicate',
    pointers: ['linux/resources/hugepageLimits/*'],
    demands: 'is for a size that no other entry is for',
    section: HUGE_PAGES,
    warning: true,
    check: ({ linux }, report, known) => {
      eachTwin(
        linux?.resources?.hugepageLimits,
        ({ pageSize }) => bytesOf(pageSize).toString(),
        ({ pageSize }, index, first) => {
          const earlier = known(`linux/resources/hugepageLimits/${first}`);
          const message = `limits ${pageSize} again, after ${earlier}; the last counts`;
          report(`linux/resources/hugepageLimits/${index}`, message);
        },
      );
    },
  },
  {
    name: 'rdma-limit',
    pointers: ['linux/resources/rdma/*'],
    demands: 'has hcaHandles or hcaObjects',
    section: RDMA,
    check: ({ linux }, report) => {
      eachEntry(linux?.resources?.rdma, 'linux/resources/rdma', ({ hcaHandles, hcaObjects }, _, pointer) => {
        if (hcaHandles === undefined && hcaObjects === undefined) report(pointer, 'needs hcaHandles or hcaObjects');
      });
    },
  },
  {
    name: 'rdma-name',
    pointers: ['linux/resources/rdma/*'],
    demands: 'has the name of a device for its key',
    section: RDMA,
    check: ({ linux }, report) => {
      eachEntry(linux?.resources?.rdma, 'linux/resources/rdma', (_, key, pointer) => {
        if (key === '' || /\s/.test(key)) report(pointer, 'is no name of a device');
      });
    },
  },
  {
    name: 'unified-key',
    pointers: ['linux/resources/unified/*'],
    demands: "is the name of a file in the container's cgroup",
    section: 'config-linux.md#unified',
    check: ({ linux }, report) => {
      eachEntry(linux?.resources?.unified, 'linux/resources/unified', (_, key, pointer) => {
        if (key.includes('/') || key === '' || key === '.' || key === '..')
          report(pointer, 'must be the name of a file of a cgroup, without a path', 'write it as in memory.high');
      });
    },
  },
];

/** A page size that fits the schema: digits and a unit. */
function bytesOf(pageSize: string): number {
  return Number.parseInt(pageSize, 10) * (UNITS[pageSize.slice(-2)] ?? 1);
}
