/**
 * Rules of device access → writes to devices.allow and devices.deny of cgroup v1. Called by cgroups.ts.
 *
 * The kernel keeps one default and a list of exceptions (security/device_cgroup.c). It ignores, silently, a rule that
 * takes a part out of a wider exception: such a rule is refused here, as a container must not have a device that its
 * config denies. Folding the rules first saves the writes that a later rule undoes.
 */
import { RuntimeError } from '../errors.js';
import { ACCESS, ANY, isTotal, type Rule } from './deviceRules.js';

/** One line for one file. */
export interface DeviceWrite {
  readonly file: 'devices.allow' | 'devices.deny';
  readonly value: string;
  readonly pointer: string;
}

type Exception = Pick<Rule, 'type' | 'major' | 'minor' | 'access' | 'pointer'>;

/** What the kernel will know: a default, and what is not as the default, in the order in which it came. */
interface Fold {
  allow: boolean;
  pointer: string;
  exceptions: Exception[];
}

const READ_WRITE = ACCESS.read | ACCESS.write;

/**
 * @throws RuntimeError host-unsupported for rules that cgroup v1 cannot express
 */
export function deviceWrites(rules: readonly Rule[]): DeviceWrite[] {
  const fold: Fold = { allow: false, pointer: '', exceptions: [] };
  for (const rule of rules) {
    if (isTotal(rule)) Object.assign(fold, { allow: rule.allow, pointer: rule.pointer, exceptions: [] });
    // In devices.allow and devices.deny the letter a means everything, whatever numbers follow.
    else if (rule.type === 'all') {
      foldRule(fold, { ...rule, type: 'character' });
      foldRule(fold, { ...rule, type: 'block' });
    } else foldRule(fold, rule);
  }
  return [{ file: fileOf(fold.allow), value: 'a *:* rwm', pointer: fold.pointer }, ...exceptionWrites(fold)];
}

function exceptionWrites({ allow, exceptions }: Fold): DeviceWrite[] {
  const file = fileOf(!allow);
  // Opening for both reading and writing must be allowed by one line: what wider ones give is added to a narrow one.
  const wide = allow ? [] : exceptions.filter((one) => isWide(one) && (one.access & READ_WRITE) !== 0);
  return exceptions.map((one) => {
    let { access } = one;
    if ((access & READ_WRITE) !== 0)
      for (const other of wide) if (covers(other, one)) access |= other.access & READ_WRITE;
    return { file, value: line(one, access), pointer: one.pointer };
  });
}

function fileOf(allow: boolean): DeviceWrite['file'] {
  return allow ? 'devices.allow' : 'devices.deny';
}

function foldRule(fold: Fold, rule: Rule): void {
  if (rule.allow === fold.allow) {
    fold.exceptions = fold.exceptions.flatMap((one) => without(one, rule));
    return;
  }
  const { type, major, minor } = rule;
  const { exceptions } = fold;
  const same = exceptions.findIndex((one) => one.type === type && one.major === major && one.minor === minor);
  const old = exceptions[same];
  if (old === undefined) exceptions.push(rule);
  else exceptions[same] = { ...old, access: old.access | rule.access };
}

/** What is left of an exception when a rule returns to the default. */
function without(one: Exception, rule: Rule): Exception[] {
  if (!overlaps(one, rule) || (one.access & rule.access) === 0) return [one];
  if (!covers(rule, one)) throw hole(one, rule);
  const access = one.access & ~rule.access;
  return access === 0 ? [] : [{ ...one, access }];
}

function isWide({ major, minor }: Exception): boolean {
  return major === ANY || minor === ANY;
}

function covers(wide: Exception, narrow: Exception): boolean {
  return (
    wide.type === narrow.type &&
    (wide.major === ANY || wide.major === narrow.major) &&
    (wide.minor === ANY || wide.minor === narrow.minor)
  );
}

function overlaps(a: Exception, b: Exception): boolean {
  return (
    a.type === b.type &&
    (a.major === ANY || b.major === ANY || a.major === b.major) &&
    (a.minor === ANY || b.minor === ANY || a.minor === b.minor)
  );
}

function line({ type, major, minor }: Exception, access: number): string {
  const letters =
    (access & ACCESS.read ? 'r' : '') + (access & ACCESS.write ? 'w' : '') + (access & ACCESS.mknod ? 'm' : '');
  return `${type === 'block' ? 'b' : 'c'} ${major === ANY ? '*' : major}:${minor === ANY ? '*' : minor} ${letters}`;
}

function hole(one: Exception, rule: Rule): RuntimeError {
  const word = rule.allow ? 'allow' : 'deny';
  // The rules that every container has come last and have no pointer; then the fault is the one that they contradict.
  const pointer = rule.pointer === '' ? one.pointer : rule.pointer;
  const [part, whole] = [line(rule, rule.access), line(one, one.access)];
  return new RuntimeError('host-unsupported', `cgroup v1 cannot ${word} ${part} as a part of ${whole}`, {
    pointer,
    hint: 'deny everything first and allow what is needed, or use a host with cgroup v2',
  });
}
