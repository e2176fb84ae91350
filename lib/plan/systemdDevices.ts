/**
 * Rules of device access → DevicePolicy and DeviceAllow of a unit. Called by systemdScope.ts. Pure. systemd makes rules of
 * its own at each daemon-reload: without these, a container of cgroup v1 could use every device from then on.
 * Source: systemd.resource-control(5).
 */
import { ACCESS, ANY, covers, isTotal, type Rule } from './deviceRules.js';
import type { UnitProperty } from './systemdProperties.js';

export interface UnitDevices {
  readonly properties: readonly UnitProperty[];
  /** Whether rules deny a part of everything, for which systemd has no words. */
  readonly unsaid: boolean;
}

/**
 * What the rules allow, and no less: systemd has no denials. Where a part of something is denied, it is left to the rules of
 * the cgroup itself: on v2 they stay beside those of systemd and both must allow, and on v1 deviceWrites.ts refuses them.
 */
export function unitDevices(rules: readonly Rule[]): UnitDevices {
  let everything = false;
  let denied = false;
  let allowed: Rule[] = [];
  for (const rule of rules) {
    if (isTotal(rule)) [everything, denied, allowed] = [rule.allow, false, []];
    else if (!rule.allow) denied = true;
    allowed = rule.allow ? [...allowed, ...kindsOf(rule)] : allowed.flatMap((one) => without(one, rule));
  }
  if (everything) return { properties: [['DevicePolicy', 's', 'auto']], unsaid: denied };
  return {
    properties: [
      ['DevicePolicy', 's', 'strict'],
      ['DeviceAllow', 'a(ss)', entries(allowed)],
    ],
    unsaid: false,
  };
}

/** A rule for everything is one for characters and one for blocks. */
function kindsOf(rule: Rule): Rule[] {
  if (rule.type !== 'all') return [rule];
  return [
    { ...rule, type: 'character' },
    { ...rule, type: 'block' },
  ];
}

function without(one: Rule, denial: Rule): Rule[] {
  if (!kindsOf(denial).some((kind) => covers(kind, one))) return [one];
  const access = one.access & ~denial.access;
  return access === 0 ? [] : [{ ...one, access }];
}

/** One line for each device, in the order in which they came. */
function entries(allowed: readonly Rule[]): [device: string, access: string][] {
  const found = new Map<string, number>();
  for (const rule of allowed) found.set(deviceOf(rule), (found.get(deviceOf(rule)) ?? 0) | rule.access);
  return [...found].map(([device, access]) => [device, letters(access)]);
}

/** A minor of every major is not to be said: then it is all of them. */
function deviceOf({ type, major, minor }: Rule): string {
  const kind = type === 'block' ? 'block' : 'char';
  if (major === ANY) return `${kind}-*`;
  return minor === ANY ? `${kind}-${major}` : `/dev/${kind}/${major}:${minor}`;
}

function letters(access: number): string {
  const [read, write, make] = [access & ACCESS.read, access & ACCESS.write, access & ACCESS.mknod];
  return `${read ? 'r' : ''}${write ? 'w' : ''}${make ? 'm' : ''}`;
}
