/**
 * A mount of type cgroup → the container's own cgroups, and nothing beside or above them, at its destination.
 * Called by mounts.ts. On v2 one mount; on v1 and hybrid a tmpfs that holds one for each hierarchy, as hosts have it.
 *
 * In a cgroup namespace v2 is mounted anew. The hierarchies of v1 are bound there too: what is seen is the same, and ten
 * new superblocks cost 0.1 ms more than ten binds.
 * Source: config-linux.md#default-filesystems, cgroup_namespaces(7).
 */
import { RuntimeError } from '../errors.js';
import { type CgroupHierarchy, type CgroupLayout, mountName } from './cgroupLayout.js';
import { ATTR, type MountOptions, PROPAGATION } from './mountOptions.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct } from './wire.gen.js';

export interface CgroupMountInput {
  readonly layout: CgroupLayout;
  /** Name of the hierarchy → the container's directory on the host. */
  readonly directories: Readonly<Record<string, string>>;
  /** Whether init is in a cgroup namespace of its own by now. */
  readonly cgroupNamespace: boolean;
  /** Whether it is in a user namespace, which may not own the cgroup namespace. */
  readonly userNamespace: boolean;
  readonly slots: Slots;
  readonly options: MountOptions;
  /** Clean and absolute, inside the container. */
  readonly destination: string;
  /** Of the mount: `mounts/6`. */
  readonly pointer: string;
  /** SELinux label of the tmpfs; '' = none. */
  readonly label: string;
}

export interface CgroupMount {
  /** After the cgroups were made. */
  readonly host: readonly Step<HostAct>[];
  readonly init: readonly Step<InitAct>[];
  /** When nothing more is to be made inside. */
  readonly readOnly: readonly Step<InitAct>[];
}

/** @throws RuntimeError config-invalid for an option that no cgroup filesystem would see */
export function cgroupMount(input: CgroupMountInput): CgroupMount {
  const { layout, destination, cgroupNamespace } = input;
  // Without cgroups of its own there is nothing to see: an empty place.
  if (Object.keys(input.directories).length === 0)
    return underTmpfs({ ...input, layout: { ...layout, hierarchies: [] } });
  const alone = layout.kind === 'v2' ? layout.hierarchies[0] : undefined;
  if (alone === undefined) return underTmpfs(input);
  return cgroupNamespace ? fresh(alone, input) : { ...bound(alone, destination, input), readOnly: [] };
}

function underTmpfs(input: CgroupMountInput): CgroupMount {
  const { layout, destination, options, pointer, label } = input;
  const { set } = options.attributes;
  const host: Step<HostAct>[] = [];
  const binds: Step<InitAct>[] = [];
  const symlinks: Step<InitAct>[] = [];
  for (const hierarchy of layout.hierarchies) {
    const one = bound(hierarchy, `${destination}/${mountName(hierarchy)}`, input);
    host.push(...one.host);
    binds.push(...one.init);
    symlinks.push(...links(hierarchy, destination, pointer));
  }
  const tmpfs = {
    op: 'mount',
    type: 'tmpfs',
    source: 'tmpfs',
    target: destination,
    attributes: set & ~ATTR.rdonly,
    options: label === '' ? ['mode=755'] : ['mode=755', `context=${label}`],
    propagation: options.propagation[0] ?? 0,
    flags: 0,
    plain: 0,
  } as const;
  const readOnly = (set & ATTR.rdonly) !== 0;
  return {
    host,
    init: [step(pointer, tmpfs, 'holds the mount points'), ...binds, ...symlinks],
    readOnly: readOnly ? [step(pointer, { op: 'read-only', path: destination })] : [],
  };
}

/** A new mount of v2: its root is that of the cgroup namespace. */
function fresh(hierarchy: CgroupHierarchy, input: CgroupMountInput): CgroupMount {
  const { destination, options, pointer, userNamespace, slots, directories } = input;
  const { set } = options.attributes;
  const common = {
    type: 'cgroup2',
    source: 'cgroup',
    target: destination,
    attributes: set,
    options: options.data,
    propagation: options.propagation[0] ?? 0,
  } as const;
  if (!userNamespace)
    return { host: [], init: [step(pointer, { op: 'mount', ...common, flags: 0, plain: 0 })], readOnly: [] };
  const tree = slots.take();
  const path = directories[hierarchy.name] ?? '';
  return {
    host: [
      step(pointer, { op: 'open-tree', path, slot: tree, recursive: 0, directory: 1 }, 'if it may not be mounted'),
    ],
    init: [step(pointer, { op: 'mount-or-bind', ...common, tree, bound: set })],
    readOnly: [],
  };
}

/** The container's directory, cut out of the host's mount. */
function bound(hierarchy: CgroupHierarchy, target: string, input: CgroupMountInput): Omit<CgroupMount, 'readOnly'> {
  const { options, pointer, slots, directories } = input;
  if (options.data[0] !== undefined) {
    throw new RuntimeError('config-invalid', `${options.data[0]} is an option for a new mount, and this one is bound`, {
      pointer: `${pointer}/options`,
      hint: 'leave the option out',
    });
  }
  const slot = slots.take();
  const { set, clear } = options.attributes;
  // A tree that was cut out of the host's mounts still shares with them.
  const propagation = options.propagation[0] ?? PROPAGATION.private;
  const path = directories[hierarchy.name] ?? '';
  return {
    host: [step(pointer, { op: 'open-tree', path, slot, recursive: 0, directory: 1 })],
    init: [step(pointer, { op: 'bind', tree: slot, target, set, clear, propagation, peers: 0 })],
  };
}

/** Controllers that share a hierarchy are looked for under each of their names: cpu → cpu,cpuacct. */
function links(hierarchy: CgroupHierarchy, destination: string, pointer: string): Step<InitAct>[] {
  const target = mountName(hierarchy);
  const found: Step<InitAct>[] = [];
  if (hierarchy.version === 2) return found;
  for (const controller of hierarchy.controllers) {
    if (controller === target) continue;
    found.push(step(pointer, { op: 'symlink', target, path: `${destination}/${controller}` }));
  }
  return found;
}
