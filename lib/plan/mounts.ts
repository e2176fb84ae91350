/**
 * root and mounts of config.json → the rootfs, its mounts in their order, and what becomes read-only at the end.
 * Called by compile.ts. Sources: config.md#root, config.md#mounts, mount_setattr(2).
 */
import { RuntimeError } from '../errors.js';
import type { Mount, Spec } from '../spec/types.gen.js';
import { type CgroupMountInput, cgroupMount } from './cgroupMount.js';
import { unsupported } from './claims.js';
import { ATTR, type MountOptions, mountOptions, PROPAGATION } from './mountOptions.js';
import { cleanPath } from './paths.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct } from './wire.gen.js';

/** The filesystems that a container may ask for so far. All of them are the kernel's own: none reads a block device. */
const FILESYSTEMS = new Set(['proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue']);

export interface Mounts {
  /** Takes the trees of the host that are bound. */
  readonly host: readonly Step<HostAct>[];
  readonly init: readonly Step<InitAct>[];
  /** After devices and links were made inside them. */
  readonly readOnly: readonly Step<InitAct>[];
  readonly warnings: readonly string[];
}

interface Place {
  readonly bundle: string;
  readonly slots: Slots;
  readonly cgroup: Omit<CgroupMountInput, 'options' | 'destination' | 'pointer'>;
}

/**
 * The rootfs: taken by the host, where every directory can be walked, and attached by init.
 * @param atPath on its path on the host: for hooks that enter the mount namespace and look for it there
 */
export function rootSteps(
  rootfs: string,
  atPath: boolean,
  slots: Slots,
): { host: Step<HostAct>; init: Step<Extract<InitAct, { op: 'attach-root' }>> } {
  const slot = slots.take();
  const propagation = PROPAGATION.slave | PROPAGATION.rec;
  return {
    host: step('root/path', { op: 'open-tree', path: rootfs, slot, recursive: 1, directory: 1 }),
    init: step(
      'root/path',
      { op: 'attach-root', tree: slot, propagation, at: atPath ? rootfs : '' },
      'mounts of the host arrive, none leaves',
    ),
  };
}

/**
 * @throws RuntimeError config-invalid, config-unsupported
 */
export function mounts(spec: Spec, place: Place): Mounts {
  const host: Step<HostAct>[] = [];
  const init: Step<InitAct>[] = [];
  const readOnly: Step<InitAct>[] = [];
  const warnings: string[] = [];
  let index = 0;
  for (const mount of spec.mounts ?? []) {
    const one = compileMount(mount, `mounts/${index++}`, place);
    host.push(...one.host);
    init.push(...one.init);
    readOnly.push(...one.readOnly);
    warnings.push(...one.warnings);
  }
  return { host, init, readOnly, warnings };
}

function compileMount(mount: Mount, pointer: string, place: Place): Mounts {
  const options = mountOptions(mount.options ?? [], pointer);
  const destination = cleanPath(mount.destination);
  if (destination === '/') unsupported(`${pointer}/destination`, 'a mount over the root of the container');
  if (options.bind !== 'no' || mount.type === 'bind') return bindMount(mount, options, pointer, place);
  if (mount.type === 'cgroup' || mount.type === 'cgroup2') {
    return { ...cgroupMount({ ...place.cgroup, options, destination, pointer }), warnings: [] };
  }
  if (mount.type === undefined) {
    throw new RuntimeError('config-invalid', 'a mount needs a type, unless it is a bind mount', {
      pointer: `${pointer}/type`,
      hint: 'add "type", or "bind" or "rbind" to its options',
    });
  }
  if (!FILESYSTEMS.has(mount.type)) unsupported(`${pointer}/type`, `a mount of type ${mount.type}`);
  return filesystem(mount, mount.type, options, pointer);
}

function filesystem(mount: Mount, type: string, options: MountOptions, pointer: string): Mounts {
  const target = cleanPath(mount.destination);
  // Later mounts, devices and the working directory may have to be made inside a tmpfs that ends up read-only.
  const late = type === 'tmpfs' && (options.set & ATTR.rdonly) !== 0;
  const attributes = late ? options.set & ~ATTR.rdonly : options.set;
  const act = {
    op: 'mount',
    type,
    source: mount.source ?? type,
    target,
    attributes,
    options: options.data,
    propagation: options.propagation,
    plain: 0,
  } as const;
  const readOnly = late ? [step(pointer, { op: 'read-only', path: target } as const)] : [];
  return { host: [], init: [step<InitAct>(pointer, act)], readOnly, warnings: [] };
}

function bindMount(mount: Mount, options: MountOptions, pointer: string, place: Place): Mounts {
  if (mount.source === undefined || mount.source === '') {
    throw new RuntimeError('config-invalid', 'a bind mount needs a source', { pointer: `${pointer}/source` });
  }
  const path = mount.source.startsWith('/') ? mount.source : `${place.bundle}/${mount.source}`;
  const slot = place.slots.take();
  const recursive = options.bind === 'top' ? 0 : 1;
  const { set, clear, propagation } = options;
  const bind = { op: 'bind', tree: slot, target: cleanPath(mount.destination), set, clear, propagation } as const;
  return {
    host: [step<HostAct>(`${pointer}/source`, { op: 'open-tree', path, slot, recursive, directory: 0 })],
    init: [step<InitAct>(pointer, bind)],
    readOnly: [],
    warnings: options.data.map((option) => `${pointer}: ${option} has no effect on a bind mount`),
  };
}

/** linux.readonlyPaths and linux.maskedPaths: last, so that nothing later writes there. */
export function hiddenPaths(spec: Spec): Step<InitAct>[] {
  const steps: Step<InitAct>[] = [];
  let index = 0;
  for (const path of spec.linux?.readonlyPaths ?? []) {
    steps.push(step(`linux/readonlyPaths/${index++}`, { op: 'read-only-path', path: cleanPath(path) }));
  }
  index = 0;
  for (const path of spec.linux?.maskedPaths ?? []) {
    steps.push(step(`linux/maskedPaths/${index++}`, { op: 'mask', path: cleanPath(path) }));
  }
  return steps;
}
