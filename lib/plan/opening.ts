/**
 * The part of a plan that everything else waits for: namespaces to join, cgroups, and how all of it is taken away. It is known
 * before the rest is compiled, so that the kernel can make the cgroups meanwhile. Called by compile.ts and launch. Pure.
 */
import type { Spec } from '../spec/types.gen.js';
import { type CgroupCompilers, type Cgroups, cgroups } from './cgroups.js';
import type { Facts } from './facts.js';
import { type HookSteps, hookSteps } from './hooks.js';
import { intelRdt, type RdtSteps } from './intelRdt.js';
import { type Namespaces, namespaces } from './namespaces.js';
import { sharedRoot } from './paths.js';
import type { Place } from './place.js';
import { Slots, type Step, step } from './step.js';
import type { PlannedUnit } from './systemdScope.js';
import type { HostAct, TeardownAct } from './wire.gen.js';

export interface Opening {
  /** First of what the host program does. */
  readonly host: readonly Step<HostAct>[];
  /** When the container has ended, or was not finished. */
  readonly teardown: readonly Step<TeardownAct>[];
  readonly cgroup: Cgroups & RdtSteps;
  /** What systemd is asked to make before all of it; absent where it is not asked. */
  readonly unit?: PlannedUnit;
  readonly spaces: Namespaces;
  readonly hooks: HookSteps;
  /** Where the rest of the plan goes on. */
  readonly slots: Slots;
}

/** @throws RuntimeError config-invalid, config-unsupported, host-unsupported */
export function openingOf(spec: Spec, place: Place, facts: Facts, compilers: CgroupCompilers): Opening {
  const slots = new Slots(place.descriptors);
  const spaces = namespaces(spec, slots, facts.rootless);
  const made = cgroups(spec, place.id, facts, slots, compilers);
  const cgroup = withResctrl(made, intelRdt(spec, place.id, facts, slots));
  const hooks = hookSteps(spec, place);
  return {
    host: [...spaces.host, ...cgroup.host],
    teardown: [...cgroup.teardown, ...removal(place, spaces), ...hooks.poststop], // the hooks when nothing of it is left
    ...{ cgroup, spaces, hooks, slots },
    ...(cgroup.unit === undefined ? {} : { unit: cgroup.unit }),
  };
}

/** The groups of resctrl are made, entered and left beside the cgroups: by root of the host, before anything that costs. */
function withResctrl(cgroup: Cgroups, rdt: RdtSteps): Cgroups & RdtSteps {
  return {
    ...cgroup,
    host: [...cgroup.host, ...rdt.host],
    init: [...cgroup.init, ...rdt.init],
    teardown: [...cgroup.teardown, ...rdt.teardown],
    groups: rdt.groups,
  };
}

/** What of the container is in the directory of its state, and the directory. */
function removal({ stateDirectory }: Place, spaces: Namespaces): Step<TeardownAct>[] {
  const remove = step<TeardownAct>('', { op: 'remove-state', directory: stateDirectory });
  if (spaces.has('mount')) return [remove];
  return [step('', { op: 'unmount', directory: sharedRoot(stateDirectory) }, 'nobody else does'), remove];
}
