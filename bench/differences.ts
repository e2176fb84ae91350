// The differences between two runtimes' containers that don't make their work another: each with its reason. What
// is found must match too, so that an entry never hides more than it was written for.

import type { Difference } from './endstate.js';

interface Allowed {
  readonly fact: RegExp;
  /** What the runtime that is not the reference has, "undefined" when it lacks the fact. */
  readonly found: RegExp;
  readonly reason: string;
}

const allowed: readonly Allowed[] = [
  {
    fact: /^mount \/sys$/,
    found: /^sysfs nodev noexec nosuid relatime ro \| r[ow]$/,
    reason: 'the mount is read-only either way; the first mount of a new sysfs decides its superblock flag',
  },
  {
    fact: /^mount \/sys\/fs\/cgroup$/,
    found: /^tmpfs nodev noexec nosuid relatime r[ow] \| (mode=755 )?rw( size=\w+)?$/,
    reason: 'the tmpfs that holds the v1 hierarchies is the runtime’s own choice',
  },
  {
    fact: /^mount \/(proc|sys)\/(acpi|asound|scsi|firmware)$/,
    found:
      /^tmpfs (nodev |noexec |nosuid )*relatime ro \| (mode=555 )?(nr_inodes=\d+ )?r[ow]( nr_inodes=\d+)?( size=\w+)?$/,
    reason: 'a mask of a folder is any empty read-only tmpfs; what it does is compared under "masked"',
  },
  {
    fact: /^mount \/proc\/\w+$/,
    found: /^(devtmpfs|tmpfs) (noexec |nosuid )*(relatime )?r[ow] \| /,
    reason: 'a mask of a file is /dev/null of the host or of the container; what it does is compared under "masked"',
  },
  {
    fact: /^mount \/sys\/fs\/cgroup\/unified$/,
    found: /^cgroup2 nodev noexec nosuid relatime ro \| rw$/,
    reason: 'the v2 hierarchy beside v1: more work than that of runc, which leaves it out',
  },
  {
    fact: /^process env-HOME$/,
    found: /^undefined$/,
    reason: 'caisson does not look HOME up in /etc/passwd yet: one file that it does not read',
  },
  {
    fact: /^devices \/dev\/core$/,
    found: /^-> \/proc\/kcore$|^undefined$/,
    reason: 'a link that is in no specification; /proc/kcore is masked',
  },
  {
    fact: /^rule c 10:200 rwm$/,
    found: /^undefined$/,
    reason: 'runc before 1.2 allows /dev/net/tun to everybody; config-linux.md#allowed-device-list does not',
  },
  {
    fact: /^rule c 5:1 rwm$/,
    found: /^there$/,
    reason: 'the console, of config-linux.md#default-devices; runc allows it only with a terminal',
  },
];

/** @returns the reason why this difference is allowed; undefined when it is not */
export function isAllowed({ fact, found }: Omit<Difference, 'reason'>): string | undefined {
  return allowed.find((entry) => entry.fact.test(fact) && entry.found.test(String(found)))?.reason;
}
