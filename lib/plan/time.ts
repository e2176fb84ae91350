/**
 * linux.timeOffsets → a time namespace. Called by compile.ts. Source: time_namespaces(7), config-linux.md#offset-for-time-namespace.
 */
import type { Spec, TimeOffset } from '../spec/types.gen.js';
import type { Namespaces } from './namespaces.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

export function timeSteps(spec: Spec, spaces: Namespaces): Step<InitAct>[] {
  if (!spaces.isNew('time')) return [];
  const { monotonic, boottime } = spec.linux?.timeOffsets ?? {};
  const offsets = line('monotonic', monotonic) + line('boottime', boottime);
  const pointer = offsets === '' ? spaces.pointer('time') : 'linux/timeOffsets';
  return [step(pointer, { op: 'new-time', offsets })];
}

/** A line of /proc/PID/timens_offsets. */
function line(clock: string, offset: TimeOffset | undefined): string {
  if (offset === undefined) return '';
  const { secs = 0, nanosecs = 0 } = offset;
  return `${clock} ${secs} ${nanosecs}\n`;
}
