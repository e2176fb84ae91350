// The pages whose demands are rows. Called by run.ts and the tests.

import type { SpecPage } from './row.js';
import { FEATURES } from './rows/features.js';
import { RUNTIME, RUNTIME_LINUX } from './rows/runtime.js';

export const PAGES: readonly SpecPage[] = [RUNTIME, RUNTIME_LINUX, FEATURES];
