/**
 * linux.namespaces → which ones are made by the clone, joined, or made by a fork behind the joins. Called by compile.ts, which
 * knows the order of all else. Sources: config-linux.md#namespaces, namespaces(7), user_namespaces(7), setns(2).
 *
 * What is made belongs to the user namespace that its maker is in, and a process may only join what belongs to its own user
 * namespace or to one below. So there are four shapes; the table says where each of them makes and joins.
 */
import { RuntimeError } from '../errors.js';
import type { Namespace, Spec } from '../spec/types.gen.js';
import type { RootlessCaller } from './rootless.js';
import { hasSysctlOf } from './sysctls.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct } from './wire.gen.js';

/** CLONE_NEW* of sched.h, by the names of the specification. */
export const CLONE_FLAGS = {
  time: 0x80,
  mount: 0x0002_0000,
  cgroup: 0x0200_0000,
  uts: 0x0400_0000,
  ipc: 0x0800_0000,
  user: 0x1000_0000,
  pid: 0x2000_0000,
  network: 0x4000_0000,
} as const;

export type NamespaceName = keyof typeof CLONE_FLAGS;

/** How the namespaces of a container come about. */
interface Shape {
  /** Whether the clone makes the new ones; else a fork behind the joins does. */
  readonly byClone: boolean;
  /** Whether somebody outside has to map the ids of the user namespace before anybody is anybody in it. */
  readonly mapped: boolean;
  readonly why: string;
}

/** By the user namespace that a container has, and whether it joins others. */
const SHAPES = {
  none: { byClone: true, mapped: false, why: 'a process joins with the privileges of the host' },
  new: { byClone: true, mapped: true, why: 'the new user namespace owns all that the same clone makes' },
  newBesideJoined: {
    byClone: false,
    mapped: true,
    why: 'a process of the new user namespace could not join what belongs to the host',
  },
  joined: { byClone: false, mapped: false, why: 'what is made must belong to the user namespace that is joined' },
} as const satisfies Readonly<Record<string, Shape>>;

export interface Namespaces {
  /** For clone3. */
  readonly cloneFlags: number;
  /** Opens those that are joined. */
  readonly host: readonly Step<HostAct>[];
  /** Joins them, and forks where only a child is where it should be. */
  readonly enter: readonly Step<InitAct>[];
  /** The user namespace: none of its own, made here and to be mapped, or joined. */
  readonly user: 'none' | 'new' | 'joined';
  /** Whether it is not the runtime's: made or joined. */
  readonly has: (name: NamespaceName) => boolean;
  /** Whether it is made for this container. */
  readonly isNew: (name: NamespaceName) => boolean;
  /** Pointer of the entry of a namespace. */
  readonly pointer: (name: NamespaceName) => string;
}

/**
 * Made by init later. A cgroup namespace is rooted where the process is that makes it: in clone3 that is the caller, even
 * with CLONE_INTO_CGROUP. A time namespace takes its offsets before anybody is in it.
 */
const LATE = CLONE_FLAGS.cgroup | CLONE_FLAGS.time;

interface Entry {
  readonly name: NamespaceName;
  readonly path: string;
  readonly pointer: string;
}

/** @throws RuntimeError config-invalid for what no order of making and joining can give */
export function namespaces(spec: Spec, slots: Slots, caller?: RootlessCaller): Namespaces {
  const entries = entriesOf(spec.linux?.namespaces ?? []);
  requireOwnMounts(entries);
  const isNew = (name: NamespaceName) => entries.get(name)?.path === '';
  const joins = joinsOf(entries, caller);
  const user = entries.has('user') ? (isNew('user') ? 'new' : 'joined') : 'none';
  const shape = SHAPES[user === 'new' && joins.length > 0 ? 'newBesideJoined' : user];
  let made = 0;
  for (const { name, path } of entries.values()) if (path === '') made |= CLONE_FLAGS[name];
  const early = made & ~LATE;
  return {
    cloneFlags: shape.byClone ? early : 0,
    ...entering(spec, joins, shape, early, slots),
    user,
    has: (name) => entries.has(name),
    isNew,
    pointer: (name) => entries.get(name)?.pointer ?? 'linux/namespaces',
  };
}

function entriesOf(listed: readonly Namespace[]): Map<NamespaceName, Entry> {
  const entries = new Map<NamespaceName, Entry>();
  let index = 0;
  for (const { type, path = '' } of listed) {
    entries.set(type, { name: type, path, pointer: `linux/namespaces/${index++}` });
  }
  return entries;
}

/** Who is root of a user namespace only may mount in a mount namespace of it, or of one below. */
function requireOwnMounts(entries: ReadonlyMap<NamespaceName, Entry>): void {
  const user = entries.get('user');
  const mount = entries.get('mount');
  if (user === undefined || mount?.path === '' || (mount !== undefined && user.path !== '')) return;
  const message =
    mount === undefined
      ? 'a container in a user namespace needs a mount namespace: it may not mount in that of the host'
      : 'a container in a new user namespace may not mount in a mount namespace that was there before';
  throw new RuntimeError('config-invalid', message, {
    pointer: mount === undefined ? user.pointer : `${mount.pointer}/path`,
    hint: mount === undefined ? 'add {"type": "mount"} to linux.namespaces' : 'leave the path out, to make one',
  });
}

/**
 * In the order of joining: the user namespace is last, since it takes the privileges that the others need; and first for who has
 * them nowhere else.
 */
function joinsOf(entries: ReadonlyMap<NamespaceName, Entry>, caller: RootlessCaller | undefined): Entry[] {
  const joins: Entry[] = [];
  for (const entry of entries.values()) if (entry.path !== '' && entry.name !== 'user') joins.push(entry);
  const user = entries.get('user');
  if (user === undefined || user.path === '') return joins;
  return caller?.admin === false ? [user, ...joins] : [...joins, user];
}

/** @param early CLONE_NEW* flags of what is made before anything else */
function entering(
  spec: Spec,
  joins: readonly Entry[],
  shape: Shape,
  early: number,
  slots: Slots,
): Pick<Namespaces, 'host' | 'enter'> {
  const host: Step<HostAct>[] = [];
  const enter: Step<InitAct>[] = [];
  const flags = shape.byClone ? 0 : early;
  let intoPid = false;
  for (const { name, path, pointer } of joins) {
    const slot = slots.take();
    const type = CLONE_FLAGS[name];
    const foreign = mustBeForeign(name, spec) ? 1 : 0;
    host.push(step(`${pointer}/path`, { op: 'open-namespace', path, type, slot, foreign }));
    enter.push(step(`${pointer}/path`, { op: 'join', slot, type }));
    intoPid ||= name === 'pid';
  }
  if (flags !== 0) enter.push(step('', { op: 'fork', flags }, shape.why));
  else if (intoPid) enter.push(step('', { op: 'fork', flags }, 'a process is only born into a pid namespace'));
  return { host, enter };
}

/** Where the runtime's own namespace, given by its path, would mean to change the host, or what the kernel refuses. */
function mustBeForeign(name: NamespaceName, spec: Spec): boolean {
  if (hasSysctlOf(spec, name)) return true;
  if (name === 'network') return Object.keys(spec.linux?.netDevices ?? {}).length > 0;
  if (name === 'uts') return Boolean(spec.hostname) || Boolean(spec.domainname);
  return name === 'mount' || name === 'user';
}
