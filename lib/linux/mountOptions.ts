/**
 * The names of mount options that are not for a filesystem: the specification's table, and what runc and crun know beyond
 * it. What they do is decided in lib/plan. Imports nothing.
 * Sources: config.md#linux-mount-options, mount(8).
 */

/** Options of which only the last counts, and what each of them is about. */
export const RIVALS: readonly (readonly string[])[] = [
  ['ro', 'rw'],
  ['suid', 'nosuid'],
  ['dev', 'nodev'],
  ['exec', 'noexec'],
  ['sync', 'async'],
  ['mand', 'nomand'],
  ['diratime', 'nodiratime'],
  ['iversion', 'noiversion'],
  ['lazytime', 'nolazytime'],
  ['silent', 'loud'],
  ['symfollow', 'nosymfollow'],
  ['atime', 'noatime'],
  ['relatime', 'norelatime'],
  ['strictatime', 'nostrictatime'],
  ['noatime', 'relatime', 'strictatime'],
  ['rro', 'rrw'],
  ['rsuid', 'rnosuid'],
  ['rdev', 'rnodev'],
  ['rexec', 'rnoexec'],
  ['rdiratime', 'rnodiratime'],
  ['rsymfollow', 'rnosymfollow'],
  ['ratime', 'rnoatime'],
  ['rrelatime', 'rnorelatime'],
  ['rstrictatime', 'rnostrictatime'],
  ['rnoatime', 'rrelatime', 'rstrictatime'],
  ['bind', 'rbind'],
  ['idmap', 'ridmap'],
];

/** Options that have no rival. Of propagations several may be given: a mount can be a slave and shared. */
const OTHERS: readonly string[] = [
  'defaults',
  'dirsync',
  'remount',
  'tmpcopyup',
  'private',
  'rprivate',
  'shared',
  'rshared',
  'slave',
  'rslave',
  'unbindable',
  'runbindable',
];

/** Every name. Any other option is the filesystem's. */
export const MOUNT_OPTIONS: ReadonlySet<string> = new Set([...RIVALS.flat(), ...OTHERS]);

/** Whether options make a bind mount. A type `bind` without them does too: dockerd sends it. */
export function isBind(type: string | undefined, options: readonly string[]): boolean {
  return type === 'bind' || options.includes('bind') || options.includes('rbind');
}
