/**
 * The words that every room of the plan shares: a step, and the counter of slots. Used by all of lib/plan; holds no policy.
 */
import { RuntimeError } from '../errors.js';
import type { PlannedUnit } from './systemdScope.js';
import {
  type Act,
  type HostAct,
  type InitAct,
  type ParentAct,
  SLOT_BASE,
  SLOTS,
  type TeardownAct,
} from './wire.gen.js';

/** One act, where in config.json it comes from, and why it stands where it stands. */
export interface Step<A extends Act = Act> {
  readonly act: A;
  /** JSON pointer without the leading slash; empty for what no field asks for. */
  readonly pointer: string;
  /** One short clause for a reader of the plan. */
  readonly why?: string;
}

/** What the parent does while init waits for it. A point at which nobody has work is left out. */
export interface Meeting {
  readonly point: 'born' | 'mounted' | 'ready';
  readonly steps: readonly Step<ParentAct>[];
}

/** Everything that happens to make a container, and to take it away again. */
export interface Plan {
  /** By the addon, in the host's namespaces, before the clone. */
  readonly host: readonly Step<HostAct>[];
  /** By init, in the container's namespaces. */
  readonly init: readonly Step<InitAct>[];
  /** By the addon, at the meeting points before `ready`, in the order in which init comes to them. */
  readonly meetings: readonly Meeting[];
  /** By the addon, in the host's namespaces, once the container's program runs. */
  readonly started: readonly Step<ParentAct>[];
  /** When the container has ended. */
  readonly teardown: readonly Step<TeardownAct>[];
  /** CLONE_NEW* flags of the clone. */
  readonly cloneFlags: number;
  /** Slot of the cgroup v2 directory that init is cloned into, or -1. */
  readonly cgroupSlot: number;
  /** Host directory of the container's cgroup in each hierarchy: name of the hierarchy ('' on pure v2) → directory. */
  readonly cgroups: Readonly<Record<string, string>>;
  /** The groups of resctrl that a process of the container is in, as they are entered. */
  readonly resctrl: readonly string[];
  /** What systemd is asked to make before the host program; absent where it is not asked. */
  readonly unit?: PlannedUnit;
  /** Whether everything ends with init: it has a pid namespace of its own. */
  readonly ownPids: boolean;
  /** What is wrong and does no harm. */
  readonly warnings: readonly string[];
}

/** A step, in one line where it is made. */
export function step<A extends Act>(pointer: string, act: A, why?: string): Step<A> {
  return why === undefined ? { act, pointer } : { act, pointer, why };
}

/** The acts of some steps, in their order. */
export function actsOf<A extends Act>(steps: readonly Step<A>[]): A[] {
  const acts: A[] = [];
  for (const { act } of steps) acts.push(act);
  return acts;
}

const FIRST_DESCRIPTOR = 3;

/** Hands out slot numbers: the places where the host program leaves file descriptors for init. */
export class Slots {
  #next: number;

  /** @param descriptors of the caller that the program gets: no slot lies where they will */
  constructor(descriptors = 0) {
    this.#next = Math.max(0, FIRST_DESCRIPTOR + descriptors - SLOT_BASE);
  }

  /** @throws RuntimeError config-unsupported when there are no more */
  take(): number {
    if (this.#next < SLOTS) return this.#next++;
    throw new RuntimeError('config-unsupported', `the container needs more than ${SLOTS} descriptors at once`, {
      hint: 'fewer cgroup mounts, or fewer different id mappings',
    });
  }
}
