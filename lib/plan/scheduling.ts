/**
 * process.scheduler and process.ioPriority → how the kernel serves the container's process. Called by compile.ts.
 * (process.execCPUAffinity is for `exec`, which reads it from the snapshot of the config.)
 * Sources: config.md#linux-process, sched(7), sched_setattr(2), ioprio_set(2).
 */
import type { IoPriorityClass, SchedulerFlag, SchedulerPolicy, Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

const POLICIES: Readonly<Record<SchedulerPolicy, number>> = {
  SCHED_OTHER: 0,
  SCHED_FIFO: 1,
  SCHED_RR: 2,
  SCHED_BATCH: 3,
  SCHED_ISO: 4, // a number that Linux keeps free: the kernel refuses it
  SCHED_IDLE: 5,
  SCHED_DEADLINE: 6,
};

const FLAGS: Readonly<Record<SchedulerFlag, number>> = {
  SCHED_FLAG_RESET_ON_FORK: 0x01,
  SCHED_FLAG_RECLAIM: 0x02,
  SCHED_FLAG_DL_OVERRUN: 0x04,
  SCHED_FLAG_KEEP_POLICY: 0x08,
  SCHED_FLAG_KEEP_PARAMS: 0x10,
  SCHED_FLAG_UTIL_CLAMP_MIN: 0x20,
  SCHED_FLAG_UTIL_CLAMP_MAX: 0x40,
};

const CLASSES: Readonly<Record<IoPriorityClass, number>> = {
  IOPRIO_CLASS_RT: 1,
  IOPRIO_CLASS_BE: 2,
  IOPRIO_CLASS_IDLE: 3,
};

export function scheduling(spec: Spec): Step<InitAct>[] {
  return [...scheduler(spec), ...ioPriority(spec)];
}

function scheduler(spec: Spec): Step<InitAct>[] {
  const asked = spec.process?.scheduler;
  if (asked === undefined) return [];
  const { policy, nice = 0, priority = 0, runtime = 0, deadline = 0, period = 0 } = asked;
  let flags = 0;
  for (const flag of asked.flags ?? []) flags |= FLAGS[flag];
  const numbers = { policy: POLICIES[policy], flags, nice, priority, runtime, deadline, period };
  return [step('process/scheduler', { op: 'scheduler', ...numbers })];
}

function ioPriority(spec: Spec): Step<InitAct>[] {
  const asked = spec.process?.ioPriority;
  if (asked === undefined) return [];
  const { priority = 0 } = asked;
  return [step('process/ioPriority', { op: 'io-priority', ioClass: CLASSES[asked.class], priority })];
}
