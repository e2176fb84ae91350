/**
 * linux.seccomp → what the addon has libseccomp compile, and the flags of seccomp(2). Called by lib/container/filter.ts.
 * Sources: config-linux.md#seccomp, seccomp(2), seccomp_rule_add(3).
 */
import { RuntimeError } from '../errors.js';
import type { Seccomp, SeccompAction, SeccompArg, SeccompRule } from '../spec/types.gen.js';
import { unsupported } from './claims.js';

/** A rule that libseccomp takes as it is: each argument at most once, never what happens anyway. */
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
}

const EPERM = 1;

/** The largest number that an action returns: an errno (MAX_ERRNO of linux/err.h), a message to a tracer. */
const LARGEST: Readonly<Partial<Record<SeccompAction, number>>> = { SCMP_ACT_ERRNO: 4095, SCMP_ACT_TRACE: 0xffff };

/** SECCOMP_FILTER_FLAG_* of linux/seccomp.h. TSYNC is for several threads, and init has one. */
const FLAGS: Readonly<Record<string, number>> = {
  SECCOMP_FILTER_FLAG_TSYNC: 0,
  SECCOMP_FILTER_FLAG_LOG: 2,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
};

/**
 * @throws RuntimeError config-invalid, config-unsupported
 */
export function seccompProfile(seccomp: Seccomp): { profile: FilterProfile; flags: number } {
  for (const field of ['listenerPath', 'listenerMetadata'] as const) {
    if (seccomp[field]) unsupported(`linux/seccomp/${field}`, 'a seccomp listener');
  }
  const defaultErrno = errnoOf(seccomp.defaultAction, seccomp.defaultErrnoRet, 'linux/seccomp', {
    action: 'defaultAction',
    errno: 'defaultErrnoRet',
  });
  const { defaultAction, architectures = [] } = seccomp;
  const rules = (seccomp.syscalls ?? [])
    .flatMap((rule, index) => filterRules(rule, `linux/seccomp/syscalls/${index}`))
    // libseccomp refuses a rule that does what happens without it (EACCES).
    .filter(({ action, errno }) => action !== defaultAction || errno !== defaultErrno);
  return { profile: { defaultAction, defaultErrno, architectures, rules }, flags: filterFlags(seccomp.flags) };
}

/** Absent is not empty: without the mitigations of SPEC_ALLOW left out, interpreters lose much speed; runc and crun do the same. */
function filterFlags(flags: readonly string[] = ['SECCOMP_FILTER_FLAG_SPEC_ALLOW']): number {
  return flags.reduce((all, name, index) => {
    const flag = FLAGS[name];
    return flag === undefined ? unsupported(`linux/seccomp/flags/${index}`, `the flag ${name}`) : all | flag;
  }, 0);
}

/** Conditions on one argument in one rule are alternatives, as runc has always had it; libseccomp takes only one. */
function filterRules(rule: SeccompRule, pointer: string): FilterRule[] {
  const errno = errnoOf(rule.action, rule.errnoRet, pointer, { action: 'action', errno: 'errnoRet' });
  const args = (rule.args ?? []).map(({ index, value, valueTwo = 0, op }) => ({ index, value, valueTwo, op }));
  const { names, action } = rule;
  const repeated = new Set(args.map(({ index }) => index)).size < args.length;
  if (!repeated) return [{ names, action, errno, args, pointer }];
  return args.map((arg) => ({ names, action, errno, args: [arg], pointer }));
}

function errnoOf(
  action: SeccompAction,
  errno: number | undefined,
  pointer: string,
  fields: { readonly action: string; readonly errno: string },
): number {
  if (action === 'SCMP_ACT_NOTIFY') unsupported(`${pointer}/${fields.action}`, 'the action SCMP_ACT_NOTIFY');
  const most = LARGEST[action];
  if (most === undefined) return 0;
  if (errno === undefined || errno <= most) return errno ?? EPERM;
  throw new RuntimeError('config-invalid', `${errno} is too large`, {
    pointer: `${pointer}/${fields.errno}`,
    hint: `give at most ${most}`,
  });
}
