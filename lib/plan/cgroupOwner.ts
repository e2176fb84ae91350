/**
 * Whose the container's cgroup of v2 is: a program that manages cgroups of its own (systemd in a container) needs one that its user
 * may write to. Called by cgroups.ts. Pure. Source: config-linux.md#cgroup-ownership.
 */
import type { Spec } from '../spec/types.gen.js';
import { type CgroupLayout, unifiedHierarchy } from './cgroupLayout.js';
import { hostIdOf } from './mappings.js';
import { cleanPath } from './paths.js';
import { type Step, step } from './step.js';
import type { HostAct } from './wire.gen.js';

/** @param directories of the container, by name of the hierarchy */
export function cgroupOwner(
  spec: Spec,
  layout: CgroupLayout,
  directories: Readonly<Record<string, string>>,
): Step<HostAct>[] {
  // Not on a hybrid host: v1 lets whoever owns a cgroup leave its limits behind.
  const v2 = layout.kind === 'v2' ? unifiedHierarchy(layout) : undefined;
  if (v2 === undefined || !hasOwnNamespace(spec) || !isMountedToWrite(spec)) return [];
  const uid = hostIdOfUser(spec);
  if (uid === undefined || uid === 0) return [];
  const act = { op: 'give-cgroup', path: directories[v2.name] ?? '', uid } as const;
  return [step('process/user/uid', act, 'its own namespace and mount are for a program that makes cgroups of its own')];
}

function hasOwnNamespace({ linux }: Spec): boolean {
  return linux?.namespaces?.some(({ type, path = '' }) => type === 'cgroup' && path === '') === true;
}

/** The words of the specification; the last mount there is the one that is seen. */
function isMountedToWrite({ mounts = [] }: Spec): boolean {
  const there = mounts.filter(({ destination }) => cleanPath(destination) === '/sys/fs/cgroup').at(-1);
  if (there?.source !== 'cgroup' || (there.type !== 'cgroup' && there.type !== 'cgroup2')) return false;
  return there.options?.filter((option) => option === 'ro' || option === 'rw').at(-1) !== 'ro';
}

/** undefined where nobody knows: a user namespace that is joined, whose mappings config.json does not repeat. */
function hostIdOfUser({ process, linux }: Spec): number | undefined {
  const uid = process?.user?.uid ?? 0;
  const mappings = linux?.uidMappings ?? [];
  if (mappings.length > 0) return hostIdOf(mappings, uid);
  return linux?.namespaces?.some(({ type }) => type === 'user') === true ? undefined : uid;
}
