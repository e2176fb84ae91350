// Every check, by its name. A check takes a trial and throws when the runtime does not do what the rows that name it say.

import { cgroupOwners } from './checks/cgroupOwners.js';
import { cgroupChecks } from './checks/cgroups.js';
import { devices } from './checks/devices.js';
import { features } from './checks/features.js';
import { hookMoments } from './checks/hookMoments.js';
import { hookPlaces } from './checks/hookPlaces.js';
import { hooks } from './checks/hooks.js';
import { idmap } from './checks/idmap.js';
import { life } from './checks/life.js';
import { making } from './checks/making.js';
import { mountOptions } from './checks/mountOptions.js';
import { mounts } from './checks/mounts.js';
import { namespaces } from './checks/namespaces.js';
import { network } from './checks/network.js';
import { paths } from './checks/paths.js';
import { processes } from './checks/process.js';
import { resctrlChecks } from './checks/resctrl.js';
import { seccomp } from './checks/seccomp.js';
import { values } from './checks/values.js';
import type { Trial } from './trial.js';

export type Check = (trial: Trial) => Promise<void>;

export const CHECKS = {
  ...life,
  ...making,
  ...hooks,
  ...hookPlaces,
  ...hookMoments,
  ...features,
  ...mounts,
  ...mountOptions,
  ...idmap,
  ...processes,
  ...values,
  ...namespaces,
  ...devices,
  ...network,
  ...cgroupChecks,
  ...cgroupOwners,
  ...resctrlChecks,
  ...seccomp,
  ...paths,
} satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;

/** Those that change, or compare, what all see: never two of them at once. */
export const ALONE: ReadonlySet<string> = new Set<CheckName>([
  'failure leaves nothing',
  "files without the kernel's list",
  'resctrl is left alone',
  'no more monitoring',
]);
