/**
 * The options of a mount in config.json → what mount_setattr(2), fsconfig(2) and mount(2) take. One table. Called by mounts.ts.
 * Source: config.md#linux-mount-options, mount(8), mount(2).
 */

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

/** MS_* of the filesystem itself, which all its mounts share. */
export const FLAG = {
  rdonly: 0x1,
  synchronous: 0x10,
  mandlock: 0x40,
  dirsync: 0x80,
  silent: 0x8000,
  iversion: 0x80_0000,
  lazytime: 0x200_0000,
} as const;

/** Those that fsconfig(2) has no word for: only mount(2) takes them. */
export const PLAIN_FLAGS = FLAG.silent | FLAG.iversion;

/** MS_* propagation of linux/mount.h; recursion is separate in mount_setattr, and joined here as in mount(2). */
export const PROPAGATION = {
  rec: 0x4000,
  unbindable: 0x2_0000,
  private: 0x4_0000,
  slave: 0x8_0000,
  shared: 0x10_0000,
} as const;

/** What one word does. A later word of a pair wins over an earlier one, as mount(8) has it. */
type Word =
  | {
      readonly kind: 'attribute' | 'recursive' | 'flag';
      readonly set: number;
      readonly clear: number;
      /** Takes back nothing where one of these is set: `atime` is the opposite of `noatime`, not of `strictatime`. */
      readonly unless: number;
    }
  | { readonly kind: 'propagation'; readonly value: number }
  | { readonly kind: 'bind'; readonly value: 'top' | 'recursive' }
  | { readonly kind: 'idmap'; readonly value: 'top' | 'recursive' }
  | { readonly kind: 'remount' | 'copyUp' | 'nothing' };

const WORDS = new Map<string, Word>([
  ['defaults', { kind: 'nothing' }],
  ['bind', { kind: 'bind', value: 'top' }],
  ['rbind', { kind: 'bind', value: 'recursive' }],
  ['idmap', { kind: 'idmap', value: 'top' }],
  ['ridmap', { kind: 'idmap', value: 'recursive' }],
  ['remount', { kind: 'remount' }],
  ['tmpcopyup', { kind: 'copyUp' }],
]);

for (const name of ['private', 'shared', 'slave', 'unbindable'] as const) {
  WORDS.set(name, { kind: 'propagation', value: PROPAGATION[name] });
  WORDS.set(`r${name}`, { kind: 'propagation', value: PROPAGATION[name] | PROPAGATION.rec });
}

pair('attribute', 'ro', 'rw', ATTR.rdonly);
pair('attribute', 'nosuid', 'suid', ATTR.nosuid);
pair('attribute', 'nodev', 'dev', ATTR.nodev);
pair('attribute', 'noexec', 'exec', ATTR.noexec);
pair('attribute', 'nodiratime', 'diratime', ATTR.nodiratime);
pair('attribute', 'nosymfollow', 'symfollow', ATTR.nosymfollow);
// The three ways to keep access times are values of one field: each clears the field and sets its own. relatime is 0.
accessTimes('noatime', ATTR.noatime);
accessTimes('strictatime', ATTR.strictatime);
accessTimes('relatime', 0);
accessTimes('atime', 0, ATTR.strictatime);
accessTimes('nostrictatime', 0, ATTR.noatime);
accessTimes('norelatime', 0, ATTR.noatime | ATTR.strictatime);
pair('flag', 'sync', 'async', FLAG.synchronous);
word('flag', 'dirsync', FLAG.dirsync, 0);
pair('flag', 'mand', 'nomand', FLAG.mandlock);
pair('flag', 'silent', 'loud', FLAG.silent);
pair('flag', 'iversion', 'noiversion', FLAG.iversion);
pair('flag', 'lazytime', 'nolazytime', FLAG.lazytime);

function pair(kind: 'attribute' | 'flag', on: string, off: string, bits: number): void {
  word(kind, on, bits, 0);
  word(kind, off, 0, bits);
}

function accessTimes(name: string, set: number, unless = 0): void {
  word('attribute', name, set, ATTR.atimeMask, unless);
}

/** Each attribute has a recursive twin, which reaches the mounts below. */
function word(kind: 'attribute' | 'flag', name: string, set: number, clear: number, unless = 0): void {
  WORDS.set(name, { kind, set, clear, unless });
  if (kind === 'attribute') WORDS.set(`r${name}`, { kind: 'recursive', set, clear, unless });
}

/** Bits to set and bits to clear; never the same bit in both, but for the mask of access times. */
export interface Change {
  readonly set: number;
  readonly clear: number;
}

export interface MountOptions {
  /** MOUNT_ATTR_* of the mount. */
  readonly attributes: Change;
  /** MOUNT_ATTR_* of the mount and of those below it. */
  readonly recursive: Change;
  /** MS_* of the filesystem. */
  readonly flags: Change;
  /** MS_*, one after the other; none for what the mount has by itself. */
  readonly propagation: readonly number[];
  readonly bind: 'no' | 'top' | 'recursive';
  readonly idmap: 'no' | 'top' | 'recursive';
  readonly remount: boolean;
  readonly copyUp: boolean;
  /** What only the filesystem understands: `size=64k`. */
  readonly data: readonly string[];
}

class Changing implements Change {
  set = 0;
  clear = 0;

  by({ set, clear, unless }: { set: number; clear: number; unless: number }): void {
    if ((this.set & unless) !== 0) return;
    this.set = (this.set & ~clear) | set;
    this.clear = (this.clear & ~set) | clear;
  }
}

/** Sorts the options of one mount. Every list of words means something. */
export function mountOptions(options: readonly string[]): MountOptions {
  const changes = { attribute: new Changing(), recursive: new Changing(), flag: new Changing() };
  const propagation: number[] = [];
  let bind: MountOptions['bind'] = 'no';
  let idmap: MountOptions['idmap'] = 'no';
  let remount = false;
  let copyUp = false;
  const data: string[] = [];
  for (const option of options) {
    const word = WORDS.get(option);
    if (word === undefined) data.push(option);
    else if (word.kind === 'propagation') propagation.push(word.value);
    else if (word.kind === 'bind') bind = word.value;
    else if (word.kind === 'idmap') idmap = word.value;
    else if (word.kind === 'remount') remount = true;
    else if (word.kind === 'copyUp') copyUp = true;
    else if ('set' in word) changes[word.kind].by(word);
  }
  const { attribute, recursive, flag } = changes;
  return { attributes: attribute, recursive, flags: flag, propagation, bind, idmap, remount, copyUp, data };
}
