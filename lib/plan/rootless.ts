/**
 * A caller without privilege: what it may do that root of the host need not ask for, as a fact; and what changes in a plan where
 * it may not. Called by the rooms of the plan; lib/host/rootless.ts finds the facts. Pure.
 * Sources: user_namespaces(7), mount_namespaces(7), newuidmap(1).
 */
import { RuntimeError } from '../errors.js';
import { hostIdOf, type Mappings, mapText } from './mappings.js';
import type { Namespaces } from './namespaces.js';
import { type Step, step } from './step.js';
import type { HostAct, InitAct, ParentAct } from './wire.gen.js';

export type MapTool = 'newuidmap' | 'newgidmap';

/** Who runs caisson, where that is not root of the host. Ids are effective, and those of its own user namespace. */
export interface RootlessCaller {
  readonly uid: number;
  readonly gid: number;
  /** Whether it has CAP_SYS_ADMIN in its user namespace, as `podman unshare` gives it: it may do there what root may. */
  readonly admin: boolean;
  /** Whether it may copy trees of mounts where it is; else init does where it will be. */
  readonly copiesMounts: boolean;
  /** The groups that its own user namespace has. */
  readonly groups: Mappings;
  /** Where the program is that maps ids which the caller does not have; undefined where it is not. */
  mapTool(name: MapTool): string | undefined;
}

/** What must be known of the caller. */
export interface CallerFacts {
  /** Absent for root of the host. */
  readonly rootless?: RootlessCaller | undefined;
}

/** @throws RuntimeError config-invalid where nothing of what a container needs may be done */
export function requireUserNamespace(caller: RootlessCaller | undefined, { user }: Namespaces): void {
  if (caller === undefined || caller.admin || user !== 'none') return;
  throw new RuntimeError('config-invalid', 'a user without privilege needs a user namespace for the container', {
    pointer: 'linux/namespaces',
    hint: 'add {"type": "user"} and mappings, or run it as root; caisson spec --rootless writes such a config',
  });
}

/**
 * The acts that take trees of the host's mounts, where they may be done: by the host program, or by init, which has every
 * capability over its own copy of them, and can walk where its caller can as long as it has become nobody else.
 * @throws RuntimeError config-unsupported for an idmapped mount
 */
export function takeTrees(
  caller: RootlessCaller | undefined,
  steps: readonly Step<HostAct>[],
): { host: readonly Step<HostAct>[]; init: readonly Step<InitAct>[] } {
  if (caller === undefined || caller.copiesMounts) return { host: steps, init: [] };
  const host: Step<HostAct>[] = [];
  const init: Step<InitAct>[] = [];
  for (const one of steps) {
    const taken = takenByInit(one);
    if (taken === undefined) host.push(one);
    else init.push(taken);
  }
  return { host, init };
}

function takenByInit({ act, pointer, why }: Step<HostAct>): Step<InitAct> | undefined {
  switch (act.op) {
    case 'open-tree':
      return step(pointer, { ...act, op: 'take-tree' }, why);
    case 'open-fallback':
      return step(pointer, { ...act, op: 'take-fallback' }, why);
    case 'make-user-namespace':
    case 'idmap-tree':
      throw new RuntimeError('config-unsupported', 'an idmapped mount needs root of the host', {
        pointer,
        hint: 'the kernel maps owners only for who owns the filesystem: chown the files, or run it as root',
      });
    default:
      return undefined;
  }
}

/**
 * The ids of a new user namespace, as its maker may map them: one, its own, by itself; ranges with the help of programs
 * that look up what /etc/subuid and /etc/subgid grant.
 * @throws RuntimeError host-unsupported where such a program is missing; config-unsupported for groups that cannot be set
 */
export function rootlessMapping(
  caller: RootlessCaller,
  uids: Mappings,
  gids: Mappings,
  additionalGids: readonly number[],
): Step<ParentAct>[] {
  const ownGroup = isOwn(gids, caller.gid);
  if (ownGroup && additionalGids.length > 0) refuseGroups();
  return [
    isOwn(uids, caller.uid)
      ? step('linux/uidMappings', { op: 'write-process', name: 'uid_map', value: mapText(uids) })
      : byTool(caller, 'newuidmap', uids),
    ...(ownGroup ? ownGroupSteps(gids) : [byTool(caller, 'newgidmap', gids)]),
  ];
}

/** The kernel lets everybody map the one id that is the caller's. */
function isOwn(mappings: Mappings, id: number): boolean {
  return mappings.length === 1 && mappings[0]?.hostID === id && mappings[0].size === 1;
}

function ownGroupSteps(gids: Mappings): Step<ParentAct>[] {
  const why = 'whoever leaves a group may open what is closed to that group';
  return [
    step('linux/gidMappings', { op: 'write-process', name: 'setgroups', value: 'deny' }, why),
    step('linux/gidMappings', { op: 'write-process', name: 'gid_map', value: mapText(gids) }),
  ];
}

function refuseGroups(): never {
  throw new RuntimeError('config-unsupported', 'a user without privilege cannot give additional groups', {
    pointer: 'process/user/additionalGids',
    hint: 'leave them out, or map a range of groups in linux.gidMappings: /etc/subgid says which',
  });
}

function byTool(caller: RootlessCaller, name: MapTool, mappings: Mappings): Step<ParentAct> {
  const [pointer, own, ids] =
    name === 'newuidmap'
      ? (['linux/uidMappings', caller.uid, 'uid'] as const)
      : (['linux/gidMappings', caller.gid, 'gid'] as const);
  const path = caller.mapTool(name);
  if (path === undefined) {
    throw new RuntimeError('host-unsupported', `${name} is not in PATH, and these ids are not the caller's alone`, {
      pointer,
      hint: `install it (package uidmap), or map only {"containerID": 0, "hostID": ${own}, "size": 1}`,
    });
  }
  const numbers = mappings.flatMap(({ containerID, hostID, size }) => [containerID, hostID, size]);
  return step(pointer, { op: 'map-ids', path, args: [name, '', ...numbers.map(String)] }, `sub${ids} grants them`);
}

/** Whether a group is somebody in the user namespace of the caller. */
export function hasGroup({ groups }: RootlessCaller, gid: number): boolean {
  return hostIdOf(groups, gid) !== undefined;
}
