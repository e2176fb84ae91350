/** Rules of the limits of memory, CPUs and tasks. Zero means "not set" in what engines send. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { listFault } from '../../linux/lists.js';
import { isSet, type Rule } from './rule.js';

const MEMORY = 'config-linux.md#memory';
const CPU = 'config-linux.md#cpu';

const AMOUNTS = ['limit', 'reservation', 'swap', 'kernel', 'kernelTCP'] as const;
const LISTS = ['cpus', 'mems'] as const;

const LARGEST_SWAPPINESS = 100;

/** Bounds of the bandwidth of a cgroup in microseconds: min_cfs_quota_period and max_cfs_quota_period of the kernel. */
const LEAST_QUOTA = 1000;
const PERIOD = { least: 1000, most: 1_000_000 };

export const RESOURCE_RULES: readonly Rule[] = [
  {
    name: 'memory-amount',
    pointers: AMOUNTS.map((field) => `linux/resources/memory/${field}`),
    demands: 'is not below -1, which means no limit',
    section: MEMORY,
    check: ({ linux }, report) => {
      for (const field of AMOUNTS) {
        const amount = linux?.resources?.memory?.[field] ?? 0;
        if (amount < -1)
          report(`linux/resources/memory/${field}`, `must not be below -1, but is ${amount}`, 'write -1 for no limit');
      }
    },
  },
  {
    name: 'memory-swap',
    pointers: ['linux/resources/memory/swap'],
    demands: 'comes with a limit of memory and is not below it: it counts memory and swap together',
    section: MEMORY,
    needs: ['linux/resources/memory/limit'],
    check: ({ linux }, report) => {
      const { limit, swap } = linux?.resources?.memory ?? {};
      if (!isSet(swap) || swap < 0) return;
      const pointer = 'linux/resources/memory/swap';
      const hint = 'it limits memory and swap together';
      if (!isSet(limit)) report(pointer, 'needs linux.resources.memory.limit', hint);
      else if (limit < 0) report(pointer, 'must be -1 as well, since the limit of memory is', hint);
      else if (swap < limit)
        report(pointer, `must not be below the limit of memory: ${swap} is less than ${limit}`, hint);
    },
  },
  {
    name: 'memory-reservation',
    pointers: ['linux/resources/memory/reservation'],
    demands: 'is not above the limit, where it has no effect',
    section: MEMORY,
    warning: true,
    check: ({ linux }, report) => {
      const { limit = 0, reservation = 0 } = linux?.resources?.memory ?? {};
      if (limit <= 0 || reservation <= limit) return;
      report(
        'linux/resources/memory/reservation',
        `has no effect above the limit: ${reservation} is more than ${limit}`,
      );
    },
  },
  {
    name: 'memory-swappiness',
    pointers: ['linux/resources/memory/swappiness'],
    demands: `is from 0 to ${LARGEST_SWAPPINESS}`,
    section: MEMORY,
    check: ({ linux }, report) => {
      const swappiness = linux?.resources?.memory?.swappiness ?? 0;
      if (swappiness <= LARGEST_SWAPPINESS) return;
      report('linux/resources/memory/swappiness', `must be from 0 to ${LARGEST_SWAPPINESS}, but is ${swappiness}`);
    },
  },
  {
    name: 'cpu-quota',
    pointers: ['linux/resources/cpu/quota'],
    demands: `is at least ${LEAST_QUOTA} microseconds, unless there is no limit`,
    section: CPU,
    check: ({ linux }, report) => {
      const quota = linux?.resources?.cpu?.quota ?? 0;
      if (quota <= 0 || quota >= LEAST_QUOTA) return;
      report('linux/resources/cpu/quota', `must be at least ${LEAST_QUOTA} microseconds, but is ${quota}`);
    },
  },
  {
    name: 'cpu-period',
    pointers: ['linux/resources/cpu/period'],
    demands: `is from ${PERIOD.least} to ${PERIOD.most} microseconds`,
    section: CPU,
    check: ({ linux }, report) => {
      const period = linux?.resources?.cpu?.period;
      if (!isSet(period) || (period >= PERIOD.least && period <= PERIOD.most)) return;
      const message = `must be from ${PERIOD.least} to ${PERIOD.most} microseconds, but is ${period}`;
      report('linux/resources/cpu/period', message);
    },
  },
  {
    name: 'cpu-burst',
    pointers: ['linux/resources/cpu/burst'],
    demands: 'is not above the quota',
    section: CPU,
    check: ({ linux }, report) => {
      const { quota = 0, burst = 0 } = linux?.resources?.cpu ?? {};
      if (quota <= 0 || burst <= quota) return;
      report('linux/resources/cpu/burst', `must not be above the quota: ${burst} is more than ${quota}`);
    },
  },
  {
    name: 'cpu-realtime',
    pointers: ['linux/resources/cpu/realtimeRuntime'],
    demands: 'is not above the period of realtime',
    section: CPU,
    check: ({ linux }, report) => {
      const { realtimeRuntime = 0, realtimePeriod = 0 } = linux?.resources?.cpu ?? {};
      if (!isSet(realtimePeriod) || realtimeRuntime <= realtimePeriod) return;
      const message = `must not be above realtimePeriod: ${realtimeRuntime} is more than ${realtimePeriod}`;
      report('linux/resources/cpu/realtimeRuntime', message);
    },
  },
  {
    name: 'cpu-idle',
    pointers: ['linux/resources/cpu/idle'],
    demands: 'is 0 or 1',
    section: CPU,
    check: ({ linux }, report) => {
      const idle = linux?.resources?.cpu?.idle ?? 0;
      if (idle < 0 || idle > 1) report('linux/resources/cpu/idle', `must be 0 or 1, but is ${idle}`);
    },
  },
  {
    name: 'cpu-idle-shares',
    pointers: ['linux/resources/cpu/shares'],
    demands: 'is left out for an idle cgroup, whose weight the kernel does not change',
    section: CPU,
    check: ({ linux }, report) => {
      const { shares, idle } = linux?.resources?.cpu ?? {};
      if (idle !== 1 || !isSet(shares)) return;
      report(
        'linux/resources/cpu/shares',
        'must not be set with idle, which has the least weight',
        'leave one of them',
      );
    },
  },
  {
    name: 'cpu-list',
    pointers: LISTS.map((list) => `linux/resources/cpu/${list}`),
    demands: 'is a list of CPUs or memory nodes',
    section: CPU,
    check: ({ linux }, report) => {
      for (const list of LISTS) {
        const fault = listFault(linux?.resources?.cpu?.[list] ?? '', true);
        if (fault !== undefined) report(`linux/resources/cpu/${list}`, fault, 'write it as in 0-3,7');
      }
    },
  },
  {
    name: 'pids-limit',
    pointers: ['linux/resources/pids/limit'],
    demands: 'is not below -1, which means no limit',
    section: 'config-linux.md#pids',
    check: ({ linux }, report) => {
      const limit = linux?.resources?.pids?.limit ?? 0;
      if (limit >= -1) return;
      report('linux/resources/pids/limit', `must not be below -1, but is ${limit}`, 'write -1 for no limit');
    },
  },
];
