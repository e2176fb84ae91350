/**
 * A user namespace of the container → who maps its ids, and who init becomes in it. Called by compile.ts.
 * Sources: user_namespaces(7), config-linux.md#user-namespace-mappings.
 */
import type { Mount, Spec } from '../spec/types.gen.js';
import { hostIdOf, type Mappings, mapText, packedMappings } from './mappings.js';
import type { Namespaces } from './namespaces.js';
import { hasGroup, requireUserNamespace, type RootlessCaller, rootlessMapping } from './rootless.js';
import { type Step, step } from './step.js';
import type { InitAct, ParentAct } from './wire.gen.js';

export interface UserSteps {
  /** While init waits at `born`. */
  readonly born: readonly Step<ParentAct>[];
  /** Right after that: from then on init is the container's root. */
  readonly become: readonly Step<InitAct>[];
}

/**
 * Nothing for a container in the runtime's user namespace.
 * @throws RuntimeError config-invalid, config-unsupported, host-unsupported for what the caller may not do
 */
export function userSteps(spec: Spec, spaces: Namespaces, caller?: RootlessCaller): UserSteps {
  requireUserNamespace(caller, spaces);
  if (spaces.user === 'none') return { born: [], become: [] };
  const uids = spec.linux?.uidMappings ?? [];
  const gids = spec.linux?.gidMappings ?? [];
  return {
    born: spaces.user === 'new' ? mapping(spec, uids, gids, caller) : [],
    become: [...(spaces.user === 'joined' ? compared(uids, gids) : []), ...becomeSteps(spec)],
  };
}

function mapping(
  { process }: Spec,
  uids: Mappings,
  gids: Mappings,
  caller: RootlessCaller | undefined,
): Step<ParentAct>[] {
  if (caller !== undefined && !caller.admin) {
    return rootlessMapping(caller, uids, gids, process?.user?.additionalGids ?? []);
  }
  return [
    step('linux/uidMappings', { op: 'write-process', name: 'uid_map', value: mapText(uids) }),
    step('linux/gidMappings', { op: 'write-process', name: 'gid_map', value: mapText(gids) }),
  ];
}

/** Engines repeat the mappings of a user namespace that is joined (containerd does, for every container of a pod). */
function compared(uids: Mappings, gids: Mappings): Step<InitAct>[] {
  if (uids.length === 0 && gids.length === 0) return [];
  return [
    step(
      'linux/uidMappings',
      { op: 'require-mapping', file: 'uid_map', ranges: packedMappings(uids) },
      'mappings that are said must be those of the namespace',
    ),
    step('linux/gidMappings', { op: 'require-mapping', file: 'gid_map', ranges: packedMappings(gids) }),
  ];
}

/** Who init becomes in the user namespace that it is in. */
export function becomeSteps({ process, linux }: Spec): Step<InitAct>[] {
  const uids = linux?.uidMappings ?? [];
  const gids = linux?.gidMappings ?? [];
  const uid = rootOr(uids, process?.user?.uid ?? 0);
  const gid = rootOr(gids, process?.user?.gid ?? 0);
  return [
    step('linux/uidMappings', { op: 'become', uid, gid }, "what init makes from here on is the container's"),
    step('', { op: 'dumpable', value: 0 }, 'an id of the host is ours now, and others may have it too'),
  ];
}

/**
 * A devpts whose files belong to a group that is nobody inside cannot be mounted, and engines ask for the group 5 (tty) always.
 * Without it they belong to the group of whoever opens them.
 */
export function withoutUnmappedGroups(spec: Spec, caller?: RootlessCaller): Spec {
  const gids = spec.linux?.gidMappings ?? [];
  if ((gids.length === 0 && caller === undefined) || spec.mounts === undefined) return spec;
  const has = (gid: number): boolean =>
    gids.length > 0 || caller === undefined ? hostIdOf(gids, gid) !== undefined : hasGroup(caller, gid);
  const mounts: Mount[] = [];
  for (const mount of spec.mounts) mounts.push(mount.type === 'devpts' ? withoutUnmappedGroup(mount, has) : mount);
  return { ...spec, mounts };
}

function withoutUnmappedGroup(mount: Mount, has: (gid: number) => boolean): Mount {
  const isNobody = (option: string) => /^gid=\d+$/.test(option) && !has(Number(option.slice(4)));
  return { ...mount, options: (mount.options ?? []).filter((option) => !isNobody(option)) };
}

/** Root, or the container's user where root is nobody. */
function rootOr(mappings: Mappings, id: number): number {
  return mappings.length === 0 || hostIdOf(mappings, 0) !== undefined ? 0 : id;
}
