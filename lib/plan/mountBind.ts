/**
 * A bind mount of config.json: a tree of the host, taken by the host program, mapped where that is asked for, attached
 * by init. Called by mounts.ts. Sources: config.md#mounts, mount_setattr(2), move_mount(2).
 */
import { RuntimeError } from '../errors.js';
import type { Mount, Spec } from '../spec/types.gen.js';
import { mapsOf, type MapSpaces } from './mountIdmap.js';
import { type MountOptions, PROPAGATION } from './mountOptions.js';
import type { Sources } from './mountSources.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

/** What bind mounts share. */
export interface BindPlace {
  readonly spec: Spec;
  /** Where relative sources begin. */
  readonly bundle: string;
  readonly sources: Sources;
  readonly maps: MapSpaces;
}

/**
 * Its steps go to the sources.
 * @param target clean and absolute, inside the container
 * @returns warnings
 * @throws RuntimeError config-invalid
 */
export function bindMount(
  mount: Mount,
  options: MountOptions,
  target: string,
  pointer: string,
  place: BindPlace,
): string[] {
  const { init } = place.sources;
  const tree = openSource(mount, options, pointer, place);
  const { attributes, recursive, propagation } = options;
  const [first = 0] = propagation;
  const peers = first !== 0 && isPeer(place.spec, first) ? 1 : 0;
  const { set, clear } = attributes;
  init.push(step(pointer, { op: 'bind', tree, target, set, clear, propagation: first, peers }));
  if (recursive.set !== 0 || recursive.clear !== 0) {
    init.push(step(pointer, { op: 'mount-attributes', set: recursive.set, clear: recursive.clear }));
  }
  init.push(...furtherPropagation(propagation, pointer));
  return withoutEffect(options, pointer);
}

function openSource(
  mount: Mount,
  options: MountOptions,
  pointer: string,
  { spec, bundle, sources, maps }: BindPlace,
): number {
  const { source = '' } = mount;
  if (source === '') {
    throw new RuntimeError('config-invalid', 'a bind mount needs a source', { pointer: `${pointer}/source` });
  }
  const asked = mapsOf(mount, options, spec, pointer);
  // Before the tree is taken: the last of a batch ends it.
  const space = asked === undefined ? -1 : maps.slotOf(asked, pointer, sources.host);
  const path = source.startsWith('/') ? source : `${bundle}/${source}`;
  const tree = sources.open(`${pointer}/source`, path, options.bind !== 'top');
  if (asked !== undefined) {
    const recursive = options.idmap === 'recursive' ? 1 : 0;
    sources.host.push(step(pointer, { op: 'idmap-tree', tree, userNamespace: space, recursive }));
  }
  return tree;
}

/**
 * Whether what is mounted inside shall appear on the host too: a shared mount of a container whose root is shared, as
 * Kubernetes asks for with `Bidirectional`. Both words are needed, since one of them stands in many configs for nothing.
 */
function isPeer({ linux }: Spec, propagation: number): boolean {
  const root = linux?.rootfsPropagation;
  return (propagation & PROPAGATION.shared) !== 0 && (root === 'shared' || root === 'rshared');
}

/** The second word and those after it, each on top of the one before: `slave`, then `shared`, is both. */
export function furtherPropagation(propagation: readonly number[], pointer: string): Step<InitAct>[] {
  const steps: Step<InitAct>[] = [];
  for (let i = 1; i < propagation.length; i++) {
    steps.push(step(pointer, { op: 'propagate', path: '', propagation: propagation[i] ?? 0 }));
  }
  return steps;
}

/** What belongs to a filesystem, and this one is mounted already. Of foreign words the rules of the spec warn. */
function withoutEffect({ flags, copyUp }: MountOptions, pointer: string): string[] {
  const warnings: string[] = [];
  if (flags.set !== 0) warnings.push(`${pointer}: options of the filesystem itself have no effect on a bind mount`);
  if (copyUp) warnings.push(`${pointer}: tmpcopyup has no effect on a bind mount`);
  return warnings;
}
