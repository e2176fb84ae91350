/**
 * linux.resources → what is written to which file of which controller, in this order. Called by cgroups.ts, and by `update`.
 * Device rules are not here (deviceRules.ts): v2 has no file for them. resourcesV1.ts and resourcesV2.ts have the
 * controllers that most containers use, rareResources.ts the others.
 */
import { RuntimeError } from '../errors.js';
import type { Resources, Spec } from '../spec/types.gen.js';
import { type CgroupLayout, hierarchyOf, unifiedHierarchy } from './cgroupLayout.js';
import type { RareResources, Subject } from './rareResources.js';
import { type Asked, isSet, pids, type ResourceWrite } from './resourceWrite.js';
import * as v1 from './resourcesV1.js';
import * as v2 from './resourcesV2.js';

/** What is to be written, and what of the resources makes no difference here. */
export interface ResourcePlan {
  readonly writes: readonly ResourceWrite[];
  readonly warnings: readonly string[];
}

/** The order of the writes. Limits that the kernel compares with each other are of one controller, so of one compiler. */
const SUBJECTS: readonly Subject[] = [
  [
    ['memory', 1, v1.memory],
    ['memory', 2, v2.memory],
  ],
  [
    ['cpu', 1, v1.cpu],
    ['cpu', 2, v2.cpu],
  ],
  [
    ['cpuset', 1, v1.cpuset],
    ['cpuset', 2, v1.cpuset],
  ],
  [
    ['pids', 1, pids],
    ['pids', 2, pids],
  ],
];

/** Whether there is something that only rareResources.ts knows. Engines send empty lists and zeros for what is not set. */
export function isRare({ blockIO, hugepageLimits, network, rdma, unified }: Resources): boolean {
  if (hugepageLimits !== undefined && hugepageLimits.length > 0) return true;
  for (const name in blockIO) {
    const value = blockIO[name as keyof typeof blockIO];
    if (typeof value === 'object' ? value.length > 0 : isSet(value)) return true;
  }
  if (network !== undefined && (isSet(network.classID) || (network.priorities?.length ?? 0) > 0)) return true;
  for (const _ in rdma) return true;
  for (const _ in unified) return true;
  return false;
}

/**
 * Every write that the resources of a config ask for.
 * @param rare the compilers of what few configs have; needed where isRare says so
 * @throws RuntimeError config-invalid for a number that is no limit; host-unsupported when a controller is missing
 */
export function resourcePlan(
  { linux: { resources = {} } = {}, ociVersion }: Pick<Spec, 'linux' | 'ociVersion'>,
  layout: CgroupLayout,
  rare: RareResources | undefined,
): ResourcePlan {
  const warnings: string[] = [];
  const warn = (pointer: string, message: string): void => {
    warnings.push(`${pointer}: ${message}`);
  };
  const asked: Asked = { resources, warn, zeroPids: zeroIsALimit(ociVersion) };
  const writes: ResourceWrite[] = [];
  for (const subject of SUBJECTS) compileSubject(subject, asked, layout, writes);
  if (!isRare(resources)) return { writes, warnings };
  if (rare === undefined) throw new RuntimeError('internal', 'the compilers of rare resources are not loaded');
  for (const subject of rare.subjects) compileSubject(subject, asked, layout, writes);
  // Last, since whoever names a file means it.
  writes.push(...rare.unified(resources, (controller) => versionOf(layout, controller)));
  return { writes, warnings };
}

/** By the first of the subject's controllers that the host has. Where it has none, nothing may be asked for. */
function compileSubject(subject: Subject, asked: Asked, layout: CgroupLayout, writes: ResourceWrite[]): void {
  for (const [controller, version, compiler] of subject) {
    if (versionOf(layout, controller) !== version) continue;
    for (const write of compiler(asked)) writes.push({ controller, ...write });
    return;
  }
  const [controller, , compiler] = subject[0] ?? [];
  const first = compiler?.({ ...asked, warn: () => undefined }).find(({ optional }) => optional !== true);
  if (first !== undefined) throw missing(controller ?? '', layout, first.pointer);
}

/** The cgroup version that a controller works in on this host. `cgroup` stands for v2 itself. */
function versionOf(layout: CgroupLayout, controller: string): 1 | 2 | undefined {
  if (controller === 'cgroup') return unifiedHierarchy(layout)?.version;
  return hierarchyOf(layout, controller)?.version;
}

function zeroIsALimit(ociVersion: string): boolean {
  const [major = '1', minor = '0'] = ociVersion.split('.', 2);
  return major !== '1' || Number(minor) >= 3;
}

/** On a host with cgroup v2 alone, what only v1 has is not a matter of mounting it. */
function missing(controller: string, { kind }: CgroupLayout, pointer: string): RuntimeError {
  const onlyV1 = kind === 'v2' && controller.startsWith('net_');
  return new RuntimeError('host-unsupported', `this host has no ${controller} cgroup controller`, {
    pointer,
    hint: onlyV1
      ? 'cgroup v2 has nothing like it: remove it from config.json'
      : `mount the ${controller} controller, or remove the limit from config.json`,
  });
}
