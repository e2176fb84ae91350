// What config.md of version 1.3.0 demands of the options of mounts, and of their mappings.

import type { mountOptions } from '../checks/mountOptions.js';
import type { mounts } from '../checks/mounts.js';
import { FOR_AUTHORS, must, none, should, shouldNot, type SpecRow } from '../row.js';

const SECTION = 'linux-mount-options';

type OptionOf<Name> = Name extends `option ${infer Option}` ? Option : never;
type Option = OptionOf<keyof typeof mountOptions | keyof typeof mounts>;

/** A row for each option of a stretch of the table, by the check of its name. */
const options = (level: typeof must, ...names: readonly Option[]): SpecRow[] =>
  names.map((name) => level(SECTION, `the option ${name}`, `option ${name}`));

/** What the cells of idmap and ridmap say, which is the same but for one word. */
const idmapped = (option: 'idmap' | 'ridmap'): SpecRow[] => [
  should(SECTION, `the option ${option}`, `option ${option}`),
  must(SECTION, `${option}: the mount is idmapped`, `option ${option}`),
  shouldNot(
    SECTION,
    `${option}: the word is passed to mount(2)`,
    none('the kernel takes no words for a bind mount, and so does not tell which it was passed'),
  ),
  must(SECTION, `${option}: the mappings of the mount are used`, `option ${option}`),
  must(
    SECTION,
    `${option}: without them those of the container are, or it is an error`,
    `${option} with the mapping of the container`,
  ),
  must(SECTION, `${option}: without any mapping it is an error`, `${option} without a mapping`),
  should(SECTION, `${option}: by mount_setattr(2)`, `${option} by mount_setattr`),
];

/** The same is said of both. */
const mappings = (name: string, other: string): SpecRow[] => [
  should('posix-platform-mounts', `${name} are applied by mount_setattr(2)`, 'idmap by mount_setattr'),
  should('posix-platform-mounts', `${name} come with the option idmap or ridmap`, FOR_AUTHORS),
  must('posix-platform-mounts', `${name} come with ${other}`, FOR_AUTHORS),
];

const EACH = none('the rows of the options say it one by one');

export const MOUNT_OPTIONS = [
  must(SECTION, 'the options that must be there are', EACH),
  should(SECTION, 'the options that should be there are', EACH),
  ...options(must, 'async', 'atime', 'bind', 'defaults', 'dev', 'diratime', 'dirsync', 'exec', 'iversion', 'lazytime'),
  ...options(must, 'loud', 'noatime', 'nodev', 'nodiratime', 'noexec', 'noiversion', 'nolazytime', 'norelatime'),
  ...options(must, 'nostrictatime', 'nosuid'),
  ...options(should, 'nosymfollow'),
  ...options(must, 'private'),
  ...options(should, 'ratime'),
  ...options(must, 'rbind'),
  ...options(should, 'rdev', 'rdiratime'),
  ...options(must, 'relatime', 'remount'),
  ...options(should, 'rexec', 'rnoatime', 'rnodiratime', 'rnoexec', 'rnorelatime', 'rnostrictatime', 'rnosuid'),
  ...options(should, 'rnosymfollow'),
  ...options(must, 'ro', 'rprivate'),
  ...options(should, 'rrelatime', 'rro', 'rrw'),
  ...options(must, 'rshared', 'rslave'),
  ...options(should, 'rstrictatime', 'rsuid', 'rsymfollow'),
  ...options(must, 'runbindable', 'rw', 'shared', 'silent', 'slave', 'strictatime', 'suid'),
  ...options(should, 'symfollow'),
  ...options(must, 'sync', 'unbindable'),
  ...idmapped('idmap'),
  ...idmapped('ridmap'),
  must(SECTION, 'the options that must be there are those of mount(8)', EACH),
  should(
    SECTION,
    "a runtime's further options that mount(8) has do as they do there",
    none('which options a runtime has further is left to it'),
  ),
  should(SECTION, 'an option that is not known is passed to the filesystem', 'options of filesystems'),
  ...mappings('uidMappings', 'gidMappings'),
  ...mappings('gidMappings', 'uidMappings'),
];
