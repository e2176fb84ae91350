/**
 * The process that holds the place in a scope of systemd until init is there counts against the limit of processes. Called
 * by cgroups.ts. Pure: lib/container/unit.ts starts and ends that process.
 * Source: "Process Number Controller" of cgroup-v1 and of cgroup-v2.
 */
import type { ResourceWrite } from './resourceWrite.js';
import type { UnitPlace } from './systemdUnit.js';

/** A limit as it is written once the placeholder is gone. */
export interface SettledLimit {
  readonly pointer: string;
  readonly path: string;
  readonly value: string;
}

/** PID_MAX_LIMIT of the kernel: pids.max takes little more, and nobody gets that far. */
const MOST = 2 ** 22;

/** Whether a limit counts the placeholder. A slice has none. */
export function countsPlaceholder({ file, value }: ResourceWrite, unit: Pick<UnitPlace, 'name'> | undefined): boolean {
  if (unit === undefined || unit.name.endsWith('.slice')) return false;
  return file === 'pids.max' && /^\d+$/.test(value) && Number(value) < MOST;
}

/** Limits with room for the placeholder: with `pids.limit` 1, init could not be cloned beside it. */
export function besidePlaceholder(
  writes: readonly ResourceWrite[],
  unit: Pick<UnitPlace, 'name'> | undefined,
): readonly ResourceWrite[] {
  if (unit === undefined) return writes;
  return writes.map((write) =>
    countsPlaceholder(write, unit)
      ? { ...write, value: `${Number(write.value) + 1}`, why: 'one is the process that holds the place of init' }
      : write,
  );
}
