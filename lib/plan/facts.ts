/**
 * What a plan must know of the host: data for compile.ts. lib/host/facts.ts reads each only when it is asked for; tests
 * make them by hand.
 */
import type { HeldCapabilities } from './capabilities.js';
import type { CgroupFacts } from './cgroups.js';
import type { ResctrlFacts } from './intelRdt.js';
import type { SecurityFacts } from './labels.js';

export interface Facts extends CgroupFacts, ResctrlFacts, SecurityFacts {
  /** What caisson itself has: nobody gives more. */
  readonly capabilities: HeldCapabilities;
}
