/**
 * Descriptors of the caller → those of the container's program, under the same numbers. Called by compile.ts and exec.ts.
 * Sources: sd_listen_fds(3), runc's --preserve-fds.
 */
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct } from './wire.gen.js';

/** Behind standard input, output and error. */
const FIRST = 3;

/** How they get there: copies into slots on the host; in init, as the last but the filter. */
export interface DescriptorSteps {
  readonly host: readonly Step<HostAct>[];
  readonly init: readonly Step<InitAct>[];
}

/**
 * @param count how many, from 3 on
 * @param slots made for as many
 */
export function descriptorSteps(count = 0, slots: Slots): DescriptorSteps {
  const host: Step<HostAct>[] = [];
  const init: Step<InitAct>[] = [];
  for (let fd = FIRST; fd < FIRST + count; fd++) {
    const slot = slots.take();
    host.push(step('', { op: 'take-descriptor', fd, slot }, 'the caller passes it on'));
    init.push(step('', { op: 'pass-descriptor', slot, fd }));
  }
  return { host, init };
}
