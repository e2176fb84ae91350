/**
 * Where the sources of bind mounts wait for init: trees that the host program takes. The first ones lie in slots of their
 * own. A container may have more than a process may have descriptors: the others are sent in batches over a socket, each
 * of which uses the same slots again. Called by the rooms of mounts.
 */
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct } from './wire.gen.js';

/** So many lie in slots of their own. Nearly every container has fewer. */
const DIRECT = 128;
/** So many at once after that: one message, of which the kernel allows 253 descriptors. */
const BATCH = 128;

export class Sources {
  /** What the host program does, so far. */
  readonly host: Step<HostAct>[] = [];
  /** What init does, so far: a batch is received before its first tree is needed. */
  readonly init: Step<InitAct>[] = [];
  readonly #slots: Slots;
  readonly #most: number;
  #direct = 0;
  #queue = -1;
  /** First slot of the batches, and how many trees the present one has. */
  #first = -1;
  #batched = 0;

  /** @param batches whether the host program takes them, which alone can send more than there are slots */
  constructor(slots: Slots, batches: boolean) {
    this.#slots = slots;
    this.#most = batches ? DIRECT : Infinity;
  }

  /**
   * Takes the tree at a path of the host.
   * @returns its slot, for the next step of init
   */
  open(pointer: string, path: string, recursive: boolean): number {
    const slot = this.#direct++ < this.#most ? this.#slots.take() : this.#next();
    const act = { op: 'open-tree', path, slot, recursive: recursive ? 1 : 0, directory: 0 } as const;
    this.host.push(step(pointer, act));
    return slot;
  }

  #next(): number {
    if (this.#queue < 0) {
      this.#queue = this.#slots.take();
      this.#first = this.#slots.take();
      for (let i = 1; i < BATCH; i++) this.#slots.take();
    }
    if (this.#batched === BATCH) this.finish();
    if (this.#batched === 0) {
      this.init.push(
        step('', { op: 'receive-trees', queue: this.#queue, first: this.#first }, 'the next mount sources'),
      );
    }
    return this.#first + this.#batched++;
  }

  /** Sends what is not sent yet. To be called when the last source was taken. */
  finish(): void {
    if (this.#batched === 0) return;
    const act = { op: 'queue-trees', first: this.#first, count: this.#batched, queue: this.#queue } as const;
    this.host.push(step('', act, 'more sources than descriptors'));
    this.#batched = 0;
  }
}
