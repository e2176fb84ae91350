// The pages whose demands are rows. Called by run.ts and the tests.

import type { SpecPage } from './row.js';
import { NAMESPACES_AND_DEVICES, PATHS } from './rows/configLinux.js';
import { CGROUPS } from './rows/configLinuxCgroups.js';
import { INTEL_RDT } from './rows/configLinuxRdt.js';
import { SECCOMP } from './rows/configLinuxSeccomp.js';
import { FEATURES } from './rows/features.js';
import { RUNTIME, RUNTIME_LINUX } from './rows/runtime.js';

export const PAGES: readonly SpecPage[] = [
  { page: 'runtime.md', rows: RUNTIME },
  { page: 'runtime-linux.md', rows: RUNTIME_LINUX },
  { page: 'config-linux.md', rows: [...NAMESPACES_AND_DEVICES, ...CGROUPS, ...INTEL_RDT, ...SECCOMP, ...PATHS] },
  { page: 'features.md', rows: FEATURES },
];
