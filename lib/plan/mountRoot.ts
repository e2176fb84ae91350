/**
 * The root of a container: taken, attached, entered, and what becomes of it last. Called by compile.ts.
 * Sources: config.md#root, config-linux.md#rootfs-mount-propagation, #masked-paths, #readonly-paths, pivot_root(2).
 */
import { RuntimeError } from '../errors.js';
import type { Spec } from '../spec/types.gen.js';
import { PROPAGATION } from './mountOptions.js';
import type { Namespaces } from './namespaces.js';
import { cleanPath, sharedRoot } from './paths.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct } from './wire.gen.js';

export interface Root {
  /** Where every directory of the host can be walked. */
  readonly host: Step<HostAct>;
  /** Before the mounts. */
  readonly init: readonly Step<InitAct>[];
  /** When nothing of the host is needed any more. */
  readonly enter: Step<InitAct>;
  /** Last of all mounts: what is unbindable cannot be bound, and readonlyPaths are. */
  readonly propagation: readonly Step<InitAct>[];
}

/** The words of rootfsPropagation. Those of a slave need nothing: the root is one from the beginning. */
const ROOT_PROPAGATION: Readonly<Record<string, number>> = {
  private: PROPAGATION.private,
  rprivate: PROPAGATION.private | PROPAGATION.rec,
  shared: PROPAGATION.shared,
  rshared: PROPAGATION.shared | PROPAGATION.rec,
  unbindable: PROPAGATION.unbindable,
  runbindable: PROPAGATION.unbindable | PROPAGATION.rec,
};

/** Mounts made on the host after the clone arrive here; nothing that happens here arrives there. */
const SLAVE = PROPAGATION.slave | PROPAGATION.rec;

interface RootPlace {
  readonly rootfs: string;
  readonly stateDirectory: string;
  readonly noPivot?: boolean;
}

/**
 * @param atPath whether it is attached on its path on the host: for hooks that enter the mount namespace and look for it there
 * @throws RuntimeError config-invalid for a private root without a pivot
 */
export function rootSteps(spec: Spec, place: RootPlace, spaces: Namespaces, atPath: boolean, slots: Slots): Root {
  const slot = slots.take();
  const word = spec.linux?.rootfsPropagation ?? '';
  const isPrivate = word === 'private' || word === 'rprivate';
  if (isPrivate && place.noPivot) {
    throw new RuntimeError('config-invalid', `a ${word} root cannot be entered without a pivot`, {
      pointer: 'linux/rootfsPropagation',
      hint: 'take slave, or leave --no-pivot out',
    });
  }
  const propagation = ROOT_PROPAGATION[word] ?? 0;
  const steps = propagation === 0 ? [] : [propagate(propagation)];
  const attached = spaces.has('mount')
    ? ownRoot(slot, atPath ? place.rootfs : '')
    : rootOfHost(slot, place.stateDirectory);
  return {
    host: step('root/path', { op: 'open-tree', path: place.rootfs, slot, recursive: 1, directory: 1 }),
    // The propagation before the mounts, which say for themselves what they want.
    init: isPrivate ? [...attached, ...steps] : attached,
    enter: enter(spaces.has('mount'), place.noPivot === true),
    propagation: isPrivate ? [] : steps,
  };
}

function ownRoot(tree: number, at: string): Step<InitAct>[] {
  return [
    step('', { op: 'detach-propagation', propagation: SLAVE }, 'what we unmount stays mounted on the host'),
    step('root/path', { op: 'attach-root', tree, propagation: SLAVE, at }, 'mounts of the host arrive, none leaves'),
  ];
}

/** Without a mount namespace the rootfs is attached where everybody can see it, in a directory that is ours alone. */
function rootOfHost(tree: number, stateDirectory: string): Step<InitAct>[] {
  const act = { op: 'attach-root-at', tree, directory: sharedRoot(stateDirectory) } as const;
  return [step('root/path', act, 'the mounts of the container are those of the host')];
}

function enter(ownMounts: boolean, noPivot: boolean): Step<InitAct> {
  if (!ownMounts) return step('', { op: 'pivot' }, 'its root, not that of the host');
  return noPivot
    ? step('', { op: 'change-root' }, 'as the caller asked; the host stays mounted below')
    : step('', { op: 'pivot' }, 'the host is out of sight from here');
}

function propagate(propagation: number): Step<InitAct> {
  return step('linux/rootfsPropagation', { op: 'propagate', path: '/', propagation });
}

/**
 * linux.readonlyPaths and linux.maskedPaths: last, so that nothing later writes there.
 * @throws RuntimeError config-invalid for a root that would be masked
 */
export function hiddenPaths(spec: Spec): Step<InitAct>[] {
  const steps: Step<InitAct>[] = [];
  let index = 0;
  for (const path of spec.linux?.readonlyPaths ?? []) {
    steps.push(step(`linux/readonlyPaths/${index++}`, { op: 'read-only-path', path: cleanPath(path) }));
  }
  index = 0;
  for (const one of spec.linux?.maskedPaths ?? []) {
    const pointer = `linux/maskedPaths/${index++}`;
    const path = cleanPath(one);
    if (path === '/')
      throw new RuntimeError('config-invalid', 'the root of the container cannot be masked', { pointer });
    steps.push(step(pointer, { op: 'mask', path }));
  }
  return steps;
}
