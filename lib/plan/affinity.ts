/**
 * process.execCPUAffinity → the CPUs of a further process, before and after it enters the container's cgroup. Called by
 * exec.ts; lib/spec/rules has looked at the lists. Source: config.md#linux-process.
 */
import { maskOf } from '../linux/lists.js';
import type { ExecCpuAffinity } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

export interface Affinity {
  readonly before: readonly Step<InitAct>[];
  readonly behind: readonly Step<InitAct>[];
}

/** Without any: those of the cgroup, not of the caller. With only the first: the kernel decides at the entry. */
export function affinity(asked: ExecCpuAffinity | undefined): Affinity {
  const { initial = '', final = '' } = asked ?? {};
  const reset = step<InitAct>('', { op: 'reset-affinity' }, 'the CPUs are those of the cgroup, not of the caller');
  if (initial === '' && final === '') return { before: [], behind: [reset] };
  return { before: chosen(initial, 'initial'), behind: chosen(final, 'final') };
}

function chosen(list: string, name: 'initial' | 'final'): Step<InitAct>[] {
  if (list.trim() === '') return [];
  return [step(`process/execCPUAffinity/${name}`, { op: 'affinity', cpus: maskOf(list) })];
}
