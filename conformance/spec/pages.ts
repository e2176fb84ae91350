// The pages whose demands are rows. Called by run.ts and the tests.

import type { SpecPage } from './row.js';
import { PROCESS, ROOT_AND_MOUNTS } from './rows/config.js';
import { ANNOTATIONS_AND_VALUES } from './rows/configAnnotations.js';
import { HOOKS } from './rows/configHooks.js';
import { NAMESPACES_AND_DEVICES, PATHS } from './rows/configLinux.js';
import { CGROUPS } from './rows/configLinuxCgroups.js';
import { INTEL_RDT } from './rows/configLinuxRdt.js';
import { SECCOMP } from './rows/configLinuxSeccomp.js';
import { MOUNT_OPTIONS } from './rows/configMountOptions.js';
import { FEATURES } from './rows/features.js';
import { RUNTIME, RUNTIME_LINUX } from './rows/runtime.js';

export const PAGES: readonly SpecPage[] = [
  { page: 'runtime.md', rows: RUNTIME },
  { page: 'runtime-linux.md', rows: RUNTIME_LINUX },
  { page: 'config.md', rows: [...ROOT_AND_MOUNTS, ...MOUNT_OPTIONS, ...PROCESS, ...HOOKS, ...ANNOTATIONS_AND_VALUES] },
  { page: 'config-linux.md', rows: [...NAMESPACES_AND_DEVICES, ...CGROUPS, ...INTEL_RDT, ...SECCOMP, ...PATHS] },
  { page: 'features.md', rows: FEATURES },
];
