/**
 * linux.seccomp → what the addon has libseccomp compile, and the flags of seccomp(2). Called by lib/container/filter.ts.
 * Sources: config-linux.md#seccomp, seccomp(2), seccomp_rule_add(3).
 */
import type { Seccomp, SeccompAction, SeccompArg, SeccompFlag, SeccompRule } from '../spec/types.gen.js';

/** A rule that libseccomp takes as it is: each argument at most once. */
export interface FilterRule {
  readonly names: readonly string[];
  readonly action: SeccompAction;
  /** The errno (or trace message) of the action; 0 where it has none. */
  readonly errno: number;
  readonly args: readonly Required<SeccompArg>[];
  /** Where in config.json it comes from. */
  readonly pointer: string;
}

/** What the addon compiles. */
export interface FilterProfile {
  readonly defaultAction: SeccompAction;
  readonly defaultErrno: number;
  readonly architectures: readonly string[];
  readonly rules: readonly FilterRule[];
  readonly unknownFails: boolean;
}

/** What seccomp(2) is called with. */
export interface FilterFlags {
  /** SECCOMP_FILTER_FLAG_*: without one of them, the filter is not installed. */
  readonly flags: number;
  /** Left out on a kernel that doesn't know them. */
  readonly optional: number;
}

const EPERM = 1;
const NOTIFY = 'SCMP_ACT_NOTIFY';

/** Actions that return a number. */
const NUMBERED: ReadonlySet<SeccompAction> = new Set<SeccompAction>(['SCMP_ACT_ERRNO', 'SCMP_ACT_TRACE']);

/** SECCOMP_FILTER_FLAG_* of linux/seccomp.h. TSYNC is for several threads, and init has one. */
export const SECCOMP_FLAGS: Readonly<Record<SeccompFlag, number>> = {
  SECCOMP_FILTER_FLAG_TSYNC: 0,
  SECCOMP_FILTER_FLAG_LOG: 2,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 32,
};

/**
 * Actions by which a system call is let through, or put before somebody who can decide for himself about one that nobody
 * had heard of when the profile was written.
 */
const OPEN: ReadonlySet<SeccompAction> = new Set<SeccompAction>([
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_LOG',
  'SCMP_ACT_TRACE',
  NOTIFY,
]);

/**
 * System calls newer than the profile fail with ENOSYS, as in runc: a libc takes an older one then, where EPERM would be
 * the end of it.
 */
export function seccompProfile(seccomp: Seccomp): FilterProfile {
  const { defaultAction, defaultErrnoRet, architectures = [], syscalls = [] } = seccomp;
  const rules: FilterRule[] = [];
  let index = 0;
  for (const rule of syscalls) addRules(rules, rule, `linux/seccomp/syscalls/${index++}`);
  return {
    defaultAction,
    defaultErrno: errnoOf(defaultAction, defaultErrnoRet),
    architectures,
    rules,
    unknownFails: !OPEN.has(defaultAction),
  };
}

/** Whether some system calls are put before whoever listens at listenerPath. */
export function usesListener({ defaultAction, syscalls = [] }: Seccomp): boolean {
  if (defaultAction === NOTIFY) return true;
  for (const { action } of syscalls) if (action === NOTIFY) return true;
  return false;
}

/**
 * Absent is not empty: with the mitigations that SPEC_ALLOW leaves out, interpreters lose much speed; runc and crun have the
 * same default. The kernel refuses WAIT_KILLABLE_RECV, which speaks of a listener, where there is none.
 */
export function filterFlags(seccomp: Seccomp): FilterFlags {
  const { flags } = seccomp;
  if (flags === undefined) return { flags: 0, optional: SECCOMP_FLAGS.SECCOMP_FILTER_FLAG_SPEC_ALLOW };
  let all = 0;
  for (const flag of flags) all |= SECCOMP_FLAGS[flag];
  if (!usesListener(seccomp)) all &= ~SECCOMP_FLAGS.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  return { flags: all, optional: 0 };
}

/** Conditions on one argument in one rule are alternatives, as runc has always had it; libseccomp takes only one. */
function addRules(rules: FilterRule[], rule: SeccompRule, pointer: string): void {
  const { names, action } = rule;
  const errno = errnoOf(action, rule.errnoRet);
  const args: Required<SeccompArg>[] = [];
  let seen = 0;
  let repeated = false;
  for (const { index, value, valueTwo = 0, op } of rule.args ?? []) {
    repeated ||= (seen & (1 << index)) !== 0;
    seen |= 1 << index;
    args.push({ index, value, valueTwo, op });
  }
  if (!repeated) rules.push({ names, action, errno, args, pointer });
  else for (const arg of args) rules.push({ names, action, errno, args: [arg], pointer });
}

/** The number that an action returns: an errno, or a message to a tracer. */
function errnoOf(action: SeccompAction, errno = EPERM): number {
  return NUMBERED.has(action) ? errno : 0;
}
