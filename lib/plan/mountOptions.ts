/**
 * The options of a mount in config.json → what mount_setattr(2) and fsconfig(2) take. One table. Called by mounts.ts.
 * Source: config.md#linux-mount-options, mount(8).
 */
import { unsupported } from './claims.js';

/** MOUNT_ATTR_* of linux/mount.h. */
export const ATTR = {
  rdonly: 0x1,
  nosuid: 0x2,
  nodev: 0x4,
  noexec: 0x8,
  noatime: 0x10,
  strictatime: 0x20,
  atimeMask: 0x70,
  nodiratime: 0x80,
  nosymfollow: 0x20_0000,
} as const;

/** MS_* propagation of linux/mount.h; recursion is separate in mount_setattr, and joined here as in mount(2). */
export const PROPAGATION = {
  rec: 0x4000,
  unbindable: 0x2_0000,
  private: 0x4_0000,
  slave: 0x8_0000,
  shared: 0x10_0000,
} as const;

interface Effect {
  readonly set?: number;
  readonly clear?: number;
}

/** A later option of a pair wins over an earlier one, as mount(8) has it. */
const ATTRIBUTES: Readonly<Record<string, Effect>> = {
  ro: { set: ATTR.rdonly },
  rw: { clear: ATTR.rdonly },
  nosuid: { set: ATTR.nosuid },
  suid: { clear: ATTR.nosuid },
  nodev: { set: ATTR.nodev },
  dev: { clear: ATTR.nodev },
  noexec: { set: ATTR.noexec },
  exec: { clear: ATTR.noexec },
  nodiratime: { set: ATTR.nodiratime },
  diratime: { clear: ATTR.nodiratime },
  nosymfollow: { set: ATTR.nosymfollow },
  symfollow: { clear: ATTR.nosymfollow },
  // The three ways to keep access times are values of one field: each clears the field and sets its own.
  noatime: { clear: ATTR.atimeMask, set: ATTR.noatime },
  strictatime: { clear: ATTR.atimeMask, set: ATTR.strictatime },
  relatime: { clear: ATTR.atimeMask },
  norelatime: { clear: ATTR.atimeMask },
  nostrictatime: { clear: ATTR.atimeMask },
  atime: { clear: ATTR.atimeMask },
  defaults: {},
};

const PROPAGATIONS: Readonly<Record<string, number>> = {
  private: PROPAGATION.private,
  rprivate: PROPAGATION.private | PROPAGATION.rec,
  shared: PROPAGATION.shared,
  rshared: PROPAGATION.shared | PROPAGATION.rec,
  slave: PROPAGATION.slave,
  rslave: PROPAGATION.slave | PROPAGATION.rec,
  unbindable: PROPAGATION.unbindable,
  runbindable: PROPAGATION.unbindable | PROPAGATION.rec,
};

/** The entry of a table by a name that somebody else chose: `constructor` is none. */
function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

const LATER = new Set([
  ...['rro', 'rrw', 'rnosuid', 'rsuid', 'rnodev', 'rdev', 'rnoexec', 'rexec', 'rnodiratime', 'rdiratime', 'rrelatime'],
  ...['rnorelatime', 'rnoatime', 'ratime', 'rstrictatime', 'rnostrictatime', 'rnosymfollow', 'rsymfollow'],
  ...['tmpcopyup', 'idmap', 'ridmap', 'remount', 'iversion', 'noiversion', 'silent', 'loud', 'mand', 'nomand'],
]);

export interface MountOptions {
  /** MOUNT_ATTR_* to set and to clear. */
  readonly set: number;
  readonly clear: number;
  /** MS_*, or 0 for what the mount has by itself. */
  readonly propagation: number;
  readonly bind: 'no' | 'top' | 'recursive';
  /** What only the filesystem understands: `size=64k`. */
  readonly data: readonly string[];
}

/**
 * Sorts the options of one mount.
 * @param pointer of the mount: `mounts/3`
 * @throws RuntimeError config-unsupported
 */
export function mountOptions(options: readonly string[], pointer: string): MountOptions {
  let set = 0;
  let clear = 0;
  let propagation = 0;
  let bind: MountOptions['bind'] = 'no';
  const data: string[] = [];
  let index = -1;
  for (const option of options) {
    index++;
    const effect = entryOf(ATTRIBUTES, option);
    const spread = entryOf(PROPAGATIONS, option);
    if (effect !== undefined) {
      set = (set & ~(effect.clear ?? 0)) | (effect.set ?? 0);
      clear = (clear & ~(effect.set ?? 0)) | (effect.clear ?? 0);
    } else if (spread !== undefined) propagation = spread;
    else if (option === 'bind' || option === 'rbind') bind = option === 'bind' ? 'top' : 'recursive';
    else if (LATER.has(option)) unsupported(`${pointer}/options/${index}`, `the mount option ${option}`);
    else data.push(option);
  }
  return { set, clear, propagation, bind, data };
}
