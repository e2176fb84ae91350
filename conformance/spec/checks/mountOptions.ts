// The option strings of mounts, each by what the kernel then says of the mount. Called by checks.ts.

import assert from 'node:assert/strict';
import type { Check } from '../checks.js';
import { type Mount, mountAt } from '../outside.js';
import { changeTree, mountTree } from '../tree.js';

/** Words for a new tmpfs, and what its line of mountinfo has or lacks then. Of words that part, the last one holds: mount(8). */
interface Alone {
  readonly words: readonly string[];
  readonly has?: string;
  readonly lacks?: readonly string[];
}

const has = (...words: readonly string[]): Alone => ({ words, has: words.at(-1)! });
const undoes = (word: string, other: string): Alone => ({ words: [other, word], lacks: [other] });
/** What no file of the kernel shows: a tmpfs takes no word that it does not know, so that one which is only passed on fails. */
const taken = (...words: readonly string[]): Alone => ({ words });

const ALONE = {
  async: undoes('async', 'sync'),
  atime: undoes('atime', 'noatime'),
  defaults: { words: ['defaults'], has: 'rw' },
  dev: undoes('dev', 'nodev'),
  diratime: undoes('diratime', 'nodiratime'),
  dirsync: has('dirsync'),
  exec: undoes('exec', 'noexec'),
  iversion: taken('iversion'),
  lazytime: has('lazytime'),
  loud: taken('silent', 'loud'),
  noatime: has('noatime'),
  nodev: has('nodev'),
  nodiratime: has('nodiratime'),
  noexec: has('noexec'),
  noiversion: taken('iversion', 'noiversion'),
  nolazytime: undoes('nolazytime', 'lazytime'),
  norelatime: taken('norelatime'),
  nostrictatime: { words: ['strictatime', 'nostrictatime'], has: 'relatime' },
  nosuid: has('nosuid'),
  nosymfollow: has('nosymfollow'),
  relatime: has('relatime'),
  ro: has('ro'),
  rw: { words: ['ro', 'rw'], has: 'rw', lacks: ['ro'] },
  silent: taken('silent'),
  strictatime: { words: ['strictatime'], lacks: ['relatime', 'noatime'] },
  suid: undoes('suid', 'nosuid'),
  symfollow: undoes('symfollow', 'nosymfollow'),
  sync: has('sync'),
} satisfies Record<string, Alone>;

/** Options of a whole tree: how it is mounted on the host, and what each of its mounts has or lacks in the container. */
interface Recursive {
  readonly of: string;
  readonly has?: string;
  readonly lacks?: readonly string[];
}

const makes = (word: string): Recursive => ({ of: 'rw', has: word });
const clears = (word: string): Recursive => ({ of: word, lacks: [word] });

const RECURSIVE = {
  ratime: clears('noatime'),
  rdev: clears('nodev'),
  rdiratime: clears('nodiratime'),
  rexec: clears('noexec'),
  rnoatime: makes('noatime'),
  rnodiratime: makes('nodiratime'),
  rnoexec: makes('noexec'),
  rnorelatime: { of: 'rw' },
  rnostrictatime: { of: 'strictatime', has: 'relatime' },
  rnosuid: makes('nosuid'),
  rnosymfollow: makes('nosymfollow'),
  rrelatime: { of: 'noatime', has: 'relatime' },
  rro: makes('ro'),
  rrw: clears('ro'),
  rstrictatime: { of: 'noatime', lacks: ['relatime', 'noatime'] },
  rsuid: clears('nosuid'),
  rsymfollow: clears('nosymfollow'),
} satisfies Record<string, Recursive>;

/** What the lines of the tree and of its part say of propagation, when the tree is shared on the host. */
const PROPAGATION = {
  private: /^$/,
  shared: /^shared:\d+/,
  slave: /^master:\d+$/,
  unbindable: /^unbindable$/,
} satisfies Record<string, RegExp>;

type Propagation = keyof typeof PROPAGATION;

function judge({ options, superOptions }: Mount, { has: word, lacks = [] }: Omit<Alone, 'words'>): void {
  const text = `${[...options].join(',')} ${[...superOptions].join(',')}`;
  if (word !== undefined) assert.ok(options.has(word) || superOptions.has(word), `no ${word}: ${text}`);
  for (const other of lacks) assert.ok(!options.has(other) && !superOptions.has(other), `${other}: ${text}`);
}

const onTmpfs =
  ({ words, ...told }: Alone): Check =>
  async (trial) => {
    const pid = await trial.createdProcess('sleep 100', ({ mounts }) => {
      mounts.push({ destination: '/given', type: 'tmpfs', source: 'tmpfs', options: words });
    });
    judge(mountAt(pid, '/given'), told);
  };

const onTree =
  (word: string, { of, ...told }: Recursive): Check =>
  async (trial) => {
    const source = mountTree(trial);
    changeTree(source, '-o', `remount,bind,${of}`);
    const pid = await trial.createdProcess('sleep 100', ({ mounts }) => {
      mounts.push({ destination: '/given', type: 'none', source, options: ['rbind', word] });
    });
    for (const point of ['/given', '/given/sub']) judge(mountAt(pid, point), told);
  };

const spreading =
  (kind: Propagation, recursive: boolean): Check =>
  async (trial) => {
    const source = mountTree(trial);
    changeTree(source, '--make-shared');
    const words = recursive ? ['rbind', `r${kind}`] : ['bind', kind];
    const pid = await trial.createdProcess('sleep 100', ({ linux, mounts }) => {
      linux.rootfsPropagation = 'slave';
      mounts.push({ destination: '/given', type: 'none', source, options: words });
    });
    for (const point of recursive ? ['/given', '/given/sub'] : ['/given'])
      assert.match(mountAt(pid, point).propagation.join(' '), PROPAGATION[kind], point);
  };

/** Names of checks after the options that they show. */
type Named<Words extends string> = Record<`option ${Words}`, Check>;

function named<Words extends string>(table: Readonly<Record<Words, unknown>>, check: (word: Words) => Check) {
  return Object.fromEntries(
    (Object.keys(table) as Words[]).map((word) => [`option ${word}`, check(word)]),
  ) as Named<Words>;
}

export const mountOptions = {
  ...named(ALONE, (word) => onTmpfs(ALONE[word])),
  ...named(RECURSIVE, (word) => onTree(word, RECURSIVE[word])),
  ...named(PROPAGATION, (kind) => spreading(kind, false)),
  'option rprivate': spreading('private', true),
  'option rshared': spreading('shared', true),
  'option rslave': spreading('slave', true),
  'option runbindable': spreading('unbindable', true),
};
