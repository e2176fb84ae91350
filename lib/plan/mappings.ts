/**
 * linux.uidMappings and linux.gidMappings → what the kernel takes, and who is who. Called by namespaces.ts, by the sections that
 * name ids, and by lib/spec/rules. Pure. Source: user_namespaces(7).
 */
import type { IdMapping } from '../spec/types.gen.js';

/** Ranges of ids, as config.json has them. */
export type Mappings = readonly IdMapping[];

/** The lines for uid_map or gid_map: they are written in one step, and only once. */
export function mapText(mappings: Mappings): string {
  let text = '';
  for (const { containerID, hostID, size } of mappings) text += `${containerID} ${hostID} ${size}\n`;
  return text;
}

/** Three u32 for each range: inside, outside, size. */
export function packedMappings(mappings: Mappings): Uint8Array {
  const words = new Uint32Array(mappings.length * 3);
  let index = 0;
  for (const { containerID, hostID, size } of mappings) {
    words[index++] = containerID;
    words[index++] = hostID;
    words[index++] = size;
  }
  return new Uint8Array(words.buffer);
}

/** The id outside that an id of the container is; undefined when nobody is. */
export function hostIdOf(mappings: Mappings, id: number): number | undefined {
  for (const { containerID, hostID, size } of mappings) {
    if (id >= containerID && id - containerID < size) return hostID + (id - containerID);
  }
  return undefined;
}
