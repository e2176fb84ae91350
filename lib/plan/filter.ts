/**
 * The act that installs a compiled filter. Called by compile.ts and exec.ts; how linux.seccomp becomes a profile stands in
 * seccomp.ts, and libseccomp is the addon's.
 */
import type { Seccomp } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

/** A compiled filter: what lib/container makes of linux.seccomp, since libseccomp is the addon's. */
export interface Filter {
  readonly bytes: Uint8Array;
  /** SECCOMP_FILTER_FLAG_* */
  readonly flags: number;
  /** Flags that are left out on a kernel that doesn't know them. */
  readonly optional: number;
  /** Whether somebody outside decides on some system calls. */
  readonly listens: boolean;
  /** What of the profile did not get into the filter. */
  readonly warnings: readonly string[];
}

/** How a filter is made of linux.seccomp. */
export type FilterCompiler = (profile: Seccomp) => Filter;

/** Nothing for a config without a profile. */
export function filterSteps(filter: Filter | undefined): Step<InitAct>[] {
  if (filter === undefined) return [];
  const { bytes, flags, optional, listens } = filter;
  const op = listens ? 'seccomp-listener' : 'seccomp';
  return [step('linux/seccomp', { op, filter: bytes, flags, optional })];
}
