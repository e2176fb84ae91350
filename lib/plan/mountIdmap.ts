/**
 * Idmapped mounts: which user namespace maps the owners in a bind mount, and who makes it. Called by mountBind.ts.
 * The kernel takes the map of a mount from a user namespace. One is made on the host for that alone, also where the maps
 * are the container's own: its namespace exists only after the clone, and an equal one maps equally.
 * Sources: config.md#posix-platform-mounts, mount_setattr(2), Linux 5.12.
 */
import { RuntimeError } from '../errors.js';
import type { IdMapping, Mount, Spec } from '../spec/types.gen.js';
import type { MountOptions } from './mountOptions.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct } from './wire.gen.js';

interface Maps {
  readonly uid: readonly IdMapping[];
  readonly gid: readonly IdMapping[];
}

/** User namespaces for maps: equal maps share one. */
export class MapSpaces {
  readonly #slots: Slots;
  readonly #made = new Map<string, number>();

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** The slot of a user namespace with these maps. @param host where it is made, if it is not there yet */
  slotOf({ uid, gid }: Maps, pointer: string, host: Step<HostAct>[]): number {
    const [uidMap, gidMap] = [mapText(uid), mapText(gid)];
    const key = `${uidMap}/${gidMap}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const slot = this.#slots.take();
    host.push(step(pointer, { op: 'make-user-namespace', uidMap, gidMap, slot }, 'for its maps'));
    this.#made.set(key, slot);
    return slot;
  }
}

/** The text of uid_map: user_namespaces(7). */
function mapText(mappings: readonly IdMapping[]): string {
  let text = '';
  for (const { containerID, hostID, size } of mappings) text += `${containerID} ${hostID} ${size}\n`;
  return text;
}

/**
 * The maps that a mount asks for: its own, else those of the container.
 * @returns undefined when it asks for none
 * @throws RuntimeError config-invalid
 */
export function mapsOf(mount: Mount, options: MountOptions, spec: Spec, pointer: string): Maps | undefined {
  const { uidMappings: uid = [], gidMappings: gid = [] } = mount;
  if (uid.length > 0 || gid.length > 0) return { uid, gid };
  if (options.idmap === 'no') return undefined;
  const { uidMappings = [], gidMappings = [] } = spec.linux ?? {};
  if (uidMappings.length > 0) return { uid: uidMappings, gid: gidMappings };
  throw new RuntimeError('config-invalid', 'an idmapped mount needs mappings, of its own or of the container', {
    pointer: `${pointer}/options`,
    hint: 'add uidMappings and gidMappings to the mount',
  });
}
