/**
 * Cgroups of a caller without privilege: where it may make one, and what it is told where it may not. Called by cgroups.ts; what
 * the host has given it is found by lib/host/delegation.ts. Pure.
 * Sources: cgroups(7) "Cgroups delegation", systemd.resource-control(5) "Delegate=".
 */
import { RuntimeError } from '../errors.js';
import type { CgroupLayout } from './cgroupLayout.js';
import type { ResourceWrite } from './resourceWrite.js';

/** What of cgroup v2 a caller may use. Paths are below the mount point; that of the root is ''. */
export interface Delegation {
  /** The cgroup in which those of containers are by default: beside the caller's own, where processes may be in the way. */
  readonly parent: string;
  /** Whether to do without a cgroup is no way out (--rootless=false). */
  readonly strict: boolean;
  /**
   * The cgroup from which on everything down to a path is the caller's, and in which it is itself: else it could put nobody
   * there. Or, as `barrier`, the one that is in the way.
   */
  topOf(path: string): { readonly top: string } | { readonly barrier: string };
  /** The cgroup above that has a controller and does not pass it on to this one; undefined when it is here. */
  withholder(controller: string, cgroup: string): string | undefined;
}

/** Why a container has no cgroup. */
export interface Undelegated {
  /** As the rest of a sentence about a limit. */
  readonly why: string;
  readonly hint: string;
}

const DROP_IN =
  'let systemd delegate it: [Service] Delegate=cpu cpuset io memory pids in /etc/systemd/system/user@.service.d/delegate.conf, then systemctl daemon-reload and a new login';
const SCOPE = 'run it in a part of the tree that is yours: systemd-run --user --scope -p Delegate=yes caisson ...';
const ONLY_V2 = 'cgroup v1 is given to nobody but root: leave limits out, or boot with cgroup v2 alone';

/**
 * @returns the cgroup whose controllers may be switched on from there down to the container's; or why there is none
 * @throws RuntimeError cgroup-failed for a limit whose controller is not given, or where there has to be a cgroup
 */
export function delegated(
  path: string,
  { kind }: CgroupLayout,
  delegation: Delegation,
  writes: readonly ResourceWrite[],
): string | Undelegated {
  const found = kind === 'v2' ? delegation.topOf(path) : undefined;
  if (found === undefined) return orStrict({ why: 'this host has cgroup v1', hint: ONLY_V2 }, delegation);
  if ('barrier' in found) {
    const why = `the cgroup ${found.barrier || '/'} is not delegated to this user`;
    return orStrict({ why, hint: SCOPE }, delegation);
  }
  for (const write of writes) requireController(write, found.top, delegation);
  return found.top;
}

function orStrict(undelegated: Undelegated, { strict }: Delegation): Undelegated {
  if (!strict) return undelegated;
  const { why, hint } = undelegated;
  throw new RuntimeError('cgroup-failed', `a cgroup cannot be made: ${why}`, { pointer: 'linux/cgroupsPath', hint });
}

function requireController({ controller, pointer }: ResourceWrite, top: string, delegation: Delegation): void {
  // Files that every cgroup has.
  if (controller === 'cgroup') return;
  const above = delegation.withholder(controller, top);
  if (above === undefined) return;
  const message = `the controller ${controller} is not delegated: the cgroup ${above || '/'} does not pass it on`;
  throw new RuntimeError('cgroup-failed', message, { pointer, hint: DROP_IN });
}
