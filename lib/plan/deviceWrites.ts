/**
 * Rules of device access → writes to devices.allow and devices.deny of cgroup v1. Called by cgroups.ts.
 *
 * The kernel keeps one default and a list of exceptions (security/device_cgroup.c). It ignores, silently, a rule that
 * takes a part out of a wider exception: such a rule is refused here, as a container must not have a device that its
 * config denies. Folding the rules first saves the writes that a later rule undoes.
 */
import { RuntimeError } from '../errors.js';
import { ACCESS, ANY, covers, isTotal, type Rule } from './deviceRules.js';

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
  const writes: DeviceWrite[] = [{ file: fileOf(fold.allow), value: 'a *:* rwm', pointer: fold.pointer }];
  const file = fileOf(!fold.allow);
  for (const one of fold.exceptions) writes.push({ file, value: line(one, joined(one, fold)), pointer: one.pointer });
  return writes;
}

/** Opening for both reading and writing must be allowed by one line: what wider ones give is added to a narrow one. */
function joined(one: Exception, { allow, exceptions }: Fold): number {
  let { access } = one;
  if (allow || (access & READ_WRITE) === 0) return access;
  for (const other of exceptions) {
    if (other !== one && isWide(other) && covers(other, one)) access |= other.access & READ_WRITE;
  }
  return access;
}

function fileOf(allow: boolean): DeviceWrite['file'] {
  return allow ? 'devices.allow' : 'devices.deny';
}

function foldRule(fold: Fold, rule: Rule): void {
  if (rule.allow === fold.allow) fold.exceptions = fold.exceptions.flatMap((one) => without(one, rule));
  else addException(fold.exceptions, rule);
}

function addException(exceptions: Exception[], rule: Rule): void {
  for (const [index, old] of exceptions.entries()) {
    if (old.type !== rule.type || old.major !== rule.major || old.minor !== rule.minor) continue;
    exceptions[index] = { ...old, access: old.access | rule.access };
    return;
  }
  exceptions.push(rule);
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
