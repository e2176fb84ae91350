/**
 * linux.namespaces → the flags of the clone, and what is unshared later. Called by compile.ts.
 * Only new namespaces of the initial user namespace are made here (config-linux.md#namespaces).
 */
import { RuntimeError } from '../errors.js';
import type { Spec } from '../spec/types.gen.js';
import { unsupported } from './claims.js';

/** CLONE_NEW* of sched.h, by the names of the specification. */
export const CLONE_FLAGS = {
  mount: 0x0002_0000,
  cgroup: 0x0200_0000,
  uts: 0x0400_0000,
  ipc: 0x0800_0000,
  pid: 0x2000_0000,
  network: 0x4000_0000,
} as const;

export type NamespaceName = keyof typeof CLONE_FLAGS;

export interface Namespaces {
  /** For clone3. */
  readonly cloneFlags: number;
  readonly has: (name: NamespaceName) => boolean;
  /** Pointer of the entry of a namespace. */
  readonly pointer: (name: NamespaceName) => string;
}

/** These two carry the promise that everything of a container ends with its init and that no mount reaches the host. */
const NEEDED = ['pid', 'mount'] as const;

/**
 * @throws RuntimeError config-unsupported for user and time namespaces, and where pid or mount is missing
 */
export function namespaces(spec: Spec): Namespaces {
  const listed = spec.linux?.namespaces ?? [];
  const places = new Map<string, number>();
  let index = 0;
  for (const { type } of listed) {
    if (!Object.hasOwn(CLONE_FLAGS, type)) unsupported(`linux/namespaces/${index}/type`, `a ${type} namespace`);
    places.set(type, index++);
  }
  for (const name of NEEDED) {
    if (!places.has(name)) unsupported('linux/namespaces', `a container without a ${name} namespace of its own`);
  }
  requireUts(spec, places.has('uts'));
  let cloneFlags = 0;
  for (const name of places.keys()) cloneFlags |= CLONE_FLAGS[name as NamespaceName];
  return {
    // A cgroup namespace is rooted where the process is that makes it: in clone3 that is the caller, even with
    // CLONE_INTO_CGROUP. So it is unshared after the entry.
    cloneFlags: cloneFlags & ~CLONE_FLAGS.cgroup,
    has: (name) => places.has(name),
    pointer: (name) => `linux/namespaces/${places.get(name) ?? 0}`,
  };
}

function requireUts(spec: Spec, hasUts: boolean): void {
  if (hasUts) return;
  for (const field of ['hostname', 'domainname'] as const) {
    if (spec[field]) {
      throw new RuntimeError('config-invalid', `${field} is set, but the container has no uts namespace of its own`, {
        pointer: field,
        hint: 'add {"type": "uts"} to linux.namespaces, or the name of the host would change',
      });
    }
  }
}
