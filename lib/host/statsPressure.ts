/** How long processes had to wait, for stats.ts; only where the kernel counts it. Source: accounting/psi.rst. */
import { type Counters, type ControllerPlace, whole } from './counters.js';

interface Waits {
  avg10: number;
  avg60: number;
  avg300: number;
  /** Microseconds. */
  total: bigint;
}

/**
 * @param unified the directory of cgroup v2: the files are there whatever controllers are enabled, on a hybrid host as well
 * @returns `{ psi }`, or nothing
 */
export function pressure(counters: Counters, unified: ControllerPlace | undefined, what: string): object {
  const text = counters.text(unified, `${what}.pressure`);
  return text === '' ? {} : { psi: { some: waits(text, 'some'), full: waits(text, 'full') } };
}

/** Of the line that begins with the word; the kernel left `full` of the CPU out until Linux 5.13. */
function waits(text: string, word: string): Waits {
  const line = text.split('\n').find((one) => one.startsWith(`${word} `)) ?? '';
  const field = (name: string) => new RegExp(` ${name}=(\\S+)`).exec(line)?.[1] ?? '0';
  return {
    avg10: Number(field('avg10')),
    avg60: Number(field('avg60')),
    avg300: Number(field('avg300')),
    total: whole(field('total')),
  };
}
