/**
 * How cgroups are mounted on a host, as a fact. lib/host/cgroup.ts reads it, the rooms of the plan are given it.
 */

/** One hierarchy that is mounted. */
export interface CgroupHierarchy {
  /** As in /proc/self/cgroup: `memory`, `cpu,cpuacct`, `name=systemd`; `unified` for v2 beside v1, '' for v2 alone. */
  readonly name: string;
  /** Controllers that work in it; of v2 those that its root can give to children. */
  readonly controllers: readonly string[];
  /** Where it is mounted, without a trailing slash. */
  readonly mount: string;
  readonly version: 1 | 2;
}

/** Every mounted hierarchy, those of v1 first. `hybrid` has both versions. */
export interface CgroupLayout {
  readonly kind: 'v1' | 'hybrid' | 'v2';
  readonly hierarchies: readonly CgroupHierarchy[];
}

/** The hierarchy in which a controller works. A controller is in v1 or in v2, never in both (cgroups(7)). */
export function hierarchyOf({ hierarchies }: CgroupLayout, controller: string): CgroupHierarchy | undefined {
  for (const hierarchy of hierarchies) if (hierarchy.controllers.includes(controller)) return hierarchy;
  return undefined;
}

/** The v2 hierarchy, alone or beside v1: the last one. */
export function unifiedHierarchy({ hierarchies }: CgroupLayout): CgroupHierarchy | undefined {
  const last = hierarchies.at(-1);
  return last?.version === 2 ? last : undefined;
}

/** Last component of the mount point: `cpu,cpuacct`. */
export function mountName({ mount }: CgroupHierarchy): string {
  return mount.slice(mount.lastIndexOf('/') + 1);
}
