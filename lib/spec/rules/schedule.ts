/** Rules of how the kernel shares out time: scheduler, I/O priority, CPUs of exec. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { listFault } from '../../linux/lists.js';
import { isSet, type Rule } from './rule.js';

const SECTION = 'config.md#linux-process';

/** Bounds of nice(2). */
const NICE = { least: -20, most: 19 };
/** Bounds of the real-time policies, sched(7). */
const PRIORITY = { least: 1, most: 99 };
/** Best of IOPRIO_CLASS_RT and IOPRIO_CLASS_BE is 0, ioprio_set(2). */
const LARGEST_IO_PRIORITY = 7;
/** Least runtime that sched_setattr(2) takes, in nanoseconds. */
const LEAST_RUNTIME = 1024;

const REAL_TIME: ReadonlySet<string> = new Set(['SCHED_FIFO', 'SCHED_RR']);
const FAIR: ReadonlySet<string> = new Set(['SCHED_OTHER', 'SCHED_BATCH']);
const DEADLINE = ['runtime', 'deadline', 'period'] as const;

export const SCHEDULE_RULES: readonly Rule[] = [
  {
    name: 'scheduler-policy',
    pointers: ['process/scheduler/policy'],
    demands: 'is a policy that Linux has',
    section: SECTION,
    check: ({ process }, report) => {
      if (process?.scheduler?.policy !== 'SCHED_ISO') return;
      report('process/scheduler/policy', 'is reserved, and no kernel has it: SCHED_ISO', 'use SCHED_RR or SCHED_FIFO');
    },
  },
  {
    name: 'scheduler-nice',
    pointers: ['process/scheduler/nice'],
    demands: `is from ${NICE.least} to ${NICE.most}`,
    section: SECTION,
    check: ({ process }, report) => {
      const nice = process?.scheduler?.nice ?? 0;
      if (nice >= NICE.least && nice <= NICE.most) return;
      report('process/scheduler/nice', `must be from ${NICE.least} to ${NICE.most}, but is ${nice}`);
    },
  },
  {
    name: 'scheduler-nice-policy',
    pointers: ['process/scheduler/nice'],
    demands: 'comes with SCHED_OTHER or SCHED_BATCH',
    section: SECTION,
    warning: true,
    check: ({ process }, report) => {
      const { policy = '', nice } = process?.scheduler ?? {};
      if (isSet(nice) && !FAIR.has(policy)) report('process/scheduler/nice', `has no effect with ${policy}`);
    },
  },
  {
    name: 'scheduler-priority',
    pointers: ['process/scheduler/priority'],
    demands: `is from ${PRIORITY.least} to ${PRIORITY.most} with SCHED_FIFO and SCHED_RR, and left out with any other`,
    section: SECTION,
    check: ({ process }, report) => {
      const { policy = '', priority = 0 } = process?.scheduler ?? {};
      const pointer = 'process/scheduler/priority';
      if (!REAL_TIME.has(policy)) {
        if (priority !== 0) report(pointer, `must not be set with ${policy}`, 'only SCHED_FIFO and SCHED_RR have one');
      } else if (priority < PRIORITY.least || priority > PRIORITY.most) {
        const message = `must be from ${PRIORITY.least} to ${PRIORITY.most} with ${policy}, but is ${priority}`;
        report(pointer, message);
      }
    },
  },
  {
    name: 'scheduler-deadline-policy',
    pointers: DEADLINE.map((field) => `process/scheduler/${field}`),
    demands: 'comes with SCHED_DEADLINE',
    section: SECTION,
    check: ({ process }, report) => {
      const scheduler = process?.scheduler;
      if (scheduler === undefined || scheduler.policy === 'SCHED_DEADLINE') return;
      for (const field of DEADLINE) {
        if (isSet(scheduler[field])) {
          report(`process/scheduler/${field}`, `must not be set with ${scheduler.policy}`, 'SCHED_DEADLINE has it');
        }
      }
    },
  },
  {
    name: 'scheduler-deadline',
    pointers: ['process/scheduler/runtime', 'process/scheduler/deadline'],
    demands: `with SCHED_DEADLINE: runtime is at least ${LEAST_RUNTIME}, deadline not below it, period not below that`,
    section: SECTION,
    needs: ['process/scheduler'],
    check: ({ process }, report) => {
      const scheduler = process?.scheduler;
      if (scheduler?.policy !== 'SCHED_DEADLINE') return;
      const { runtime = 0, deadline = 0, period = 0 } = scheduler;
      if (runtime < LEAST_RUNTIME) {
        report('process/scheduler/runtime', `must be at least ${LEAST_RUNTIME} nanoseconds, but is ${runtime}`);
      }
      if (runtime > deadline) {
        report('process/scheduler/runtime', `must not be above the deadline: ${runtime} is more than ${deadline}`);
      }
      if (isSet(period) && deadline > period) {
        report('process/scheduler/deadline', `must not be above the period: ${deadline} is more than ${period}`);
      }
    },
  },
  {
    name: 'io-priority',
    pointers: ['process/ioPriority/priority'],
    demands: `is from 0 to ${LARGEST_IO_PRIORITY}`,
    section: SECTION,
    check: ({ process }, report) => {
      const priority = process?.ioPriority?.priority ?? 0;
      if (priority >= 0 && priority <= LARGEST_IO_PRIORITY) return;
      report('process/ioPriority/priority', `must be from 0 to ${LARGEST_IO_PRIORITY}, but is ${priority}`);
    },
  },
  {
    name: 'exec-affinity',
    pointers: ['process/execCPUAffinity/initial', 'process/execCPUAffinity/final'],
    demands: 'is a list of CPUs',
    section: SECTION,
    check: ({ process }, report) => {
      for (const moment of ['initial', 'final'] as const) {
        const fault = listFault(process?.execCPUAffinity?.[moment] ?? '', false);
        if (fault !== undefined) report(`process/execCPUAffinity/${moment}`, fault, 'write it as in 0-3,7');
      }
    },
  },
];
