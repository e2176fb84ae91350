/**
 * mounts of config.json → what is mounted, in its order, and what becomes read-only at the end. Called by compile.ts.
 * Sources: config.md#mounts, config-linux.md#default-filesystems, mount_setattr(2).
 */
import { RuntimeError } from '../errors.js';
import type { Mount, Spec } from '../spec/types.gen.js';
import { type CgroupMountInput, cgroupMount } from './cgroupMount.js';
import { bindMount, type BindPlace } from './mountBind.js';
import { filesystem } from './mountFilesystem.js';
import { MapSpaces } from './mountIdmap.js';
import { type MountOptions, mountOptions, PROPAGATION } from './mountOptions.js';
import { Sources } from './mountSources.js';
import { hasUserNamespace } from './ownership.js';
import { cleanPath } from './paths.js';
import type { RootlessCaller } from './rootless.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct } from './wire.gen.js';

export interface Mounts {
  /** Takes the trees of the host that are bound. */
  readonly host: Step<HostAct>[];
  readonly init: Step<InitAct>[];
  /** After devices and links were made inside them. */
  readonly readOnly: Step<InitAct>[];
  readonly warnings: string[];
}

interface MountPlace {
  /** SELinux label of new filesystems; '' = none. */
  readonly label: string;
  readonly bundle: string;
  readonly slots: Slots;
  /** A directory where init may attach trees out of sight; '' = none. */
  readonly staging: string;
  readonly cgroup: Pick<CgroupMountInput, 'layout' | 'directories' | 'cgroupNamespace'>;
  /** Absent for root of the host. */
  readonly caller?: RootlessCaller | undefined;
}

/** What cannot be in /proc lies to whoever reads it there. These are what lxcfs and others stand in for. */
const IN_PROC: ReadonlySet<string> = new Set([
  '/proc/cpuinfo',
  '/proc/diskstats',
  '/proc/meminfo',
  '/proc/stat',
  '/proc/swaps',
  '/proc/uptime',
  '/proc/loadavg',
  '/proc/slabinfo',
  '/proc/sys/kernel/ns_last_pid',
  '/proc/sys/crypto/fips_enabled',
]);

/**
 * @throws RuntimeError config-invalid, config-unsupported
 */
export function mounts(spec: Spec, place: MountPlace): Mounts {
  const { bundle, label, slots, staging, cgroup, caller } = place;
  const sources = new Sources(slots, caller?.copiesMounts !== false);
  const all: Mounts = { host: sources.host, init: sources.init, readOnly: [], warnings: [] };
  const binding: BindPlace = { spec, bundle, sources, maps: new MapSpaces(slots) };
  const userNamespace = caller !== undefined || hasUserNamespace(spec);
  let index = 0;
  let staged = false;
  for (const mount of spec.mounts ?? []) {
    const pointer = `mounts/${index++}`;
    const options = mountOptions(mount.options ?? []);
    const destination = cleanPath(mount.destination);
    requireAllowed(destination, mount, options, pointer);
    if (destination === '/') refuseSharedRoot(options, pointer);
    if (options.remount) all.init.push(remount(options, destination, pointer));
    else if (isBind(mount, options)) {
      if (staging !== '' && !staged) all.init.push(stage(staging));
      staged = true;
      all.warnings.push(...bindMount(mount, options, destination, pointer, binding));
    } else {
      const isCgroup = mount.type === 'cgroup' || mount.type === 'cgroup2';
      const one = isCgroup
        ? cgroupMount({ ...cgroup, userNamespace, slots, options, destination, pointer, label })
        : filesystem(mount, options, { spec, slots, target: destination, pointer, label, userNamespace });
      add(one, all);
    }
  }
  sources.finish();
  return all;
}

/** The host program takes trees before init mounts anything, and mounts have an age. */
function stage(directory: string): Step<InitAct> {
  const act = { op: 'stage', directory, file: 'config.json' } as const;
  return step('', act, 'mountinfo lists the mounts as the config does');
}

/** A type `bind` without the option is one too: dockerd sends it. */
function isBind({ type }: Mount, { bind }: MountOptions): boolean {
  return bind !== 'no' || type === 'bind';
}

/** What one mount adds to all of them. */
interface Added {
  readonly host: readonly Step<HostAct>[];
  readonly init: readonly Step<InitAct>[];
  readonly readOnly: readonly Step<InitAct>[];
  readonly warnings?: readonly string[];
}

function add({ host, init, readOnly, warnings = [] }: Added, all: Mounts): void {
  all.host.push(...host);
  all.init.push(...init);
  all.readOnly.push(...readOnly);
  all.warnings.push(...warnings);
}

/** By its words; that no link of the image leads into /proc, init sees to. */
function requireAllowed(destination: string, mount: Mount, options: MountOptions, pointer: string): void {
  if (!destination.startsWith('/proc')) return;
  if (destination === '/proc') {
    if (mount.type === 'proc' || options.remount || isBind(mount, options)) return;
    throw new RuntimeError('config-invalid', `only a procfs can be mounted on /proc, not ${mount.type ?? 'nothing'}`, {
      pointer: `${pointer}/type`,
    });
  }
  if (!destination.startsWith('/proc/') || IN_PROC.has(destination)) return;
  throw new RuntimeError('config-invalid', `nothing can be mounted on ${destination}: it is inside /proc`, {
    pointer: `${pointer}/destination`,
    hint: 'linux.maskedPaths and linux.readonlyPaths may hide it or make it read-only',
  });
}

/** A shared root cannot be pivoted into: pivot_root(2). */
function refuseSharedRoot({ propagation }: MountOptions, pointer: string): void {
  if (!propagation.some((word) => (word & PROPAGATION.shared) !== 0)) return;
  throw new RuntimeError('config-invalid', 'a mount over the root cannot be shared from the beginning', {
    pointer: `${pointer}/options`,
    hint: 'set linux.rootfsPropagation instead',
  });
}

/**
 * Changes a mount that is there. ro and rw are of the mount, never of its filesystem, which the host may use as well.
 * Unlike mount(2), what is not named stays as it is.
 */
function remount(options: MountOptions, target: string, pointer: string): Step<InitAct> {
  const { attributes, recursive, flags, data, bind } = options;
  const named = flags.set !== 0 || flags.clear !== 0 || data.length > 0;
  return step(pointer, {
    op: 'remount',
    target,
    filesystem: named && bind === 'no' ? 1 : 0,
    set: (attributes.set & ~recursive.clear) | recursive.set,
    clear: (attributes.clear & ~recursive.set) | recursive.clear,
    flags: flags.set,
    unset: flags.clear,
    options: data,
  });
}
