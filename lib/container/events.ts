/**
 * What happens in a container, line by line: what it uses, at intervals, and each time it runs out of memory, until nobody is in
 * it any more. Called by `caisson events`. Only looks; an alarm of the kernel's wakes it, and nothing is polled meanwhile.
 */
import { isSystemError } from '../errors.js';
import { cgroupLayout, cgroupProcesses } from '../host/cgroup.js';
import { Counters, type Places } from '../host/counters.js';
import { statsOf } from '../host/stats.js';
import { native } from '../native/load.js';
import { hierarchyOf, unifiedHierarchy } from '../plan/cgroupLayout.js';
import { exactJson } from './exactJson.js';
import { openInit } from './process.js';
import type { ContainerRecord } from './record.js';
import type { Container } from './status.js';

/** Milliseconds between two looks for processes that have outlived the first one, where no file tells of their end. */
const LOOK = 100;

/** Says a line; false when nobody listens any more. */
export type Say = (line: string) => boolean;

/** Where each controller has its files for a container. */
export function placesOf({ cgroups }: ContainerRecord): Places {
  const layout = cgroupLayout();
  return (controller) => {
    const hierarchy = controller === 'cgroup' ? unifiedHierarchy(layout) : hierarchyOf(layout, controller);
    const directory = cgroups[hierarchy?.name ?? '-'];
    return hierarchy === undefined || directory === undefined ? undefined : { version: hierarchy.version, directory };
  };
}

/** One line of what a container uses. */
export function statsLine({ id, record }: Container): string {
  return line(id, 'stats', statsOf(placesOf(record)));
}

function line(id: string, type: 'stats' | 'oom', data?: object): string {
  return `${exactJson({ type, id, data })}\n`;
}

/**
 * Says lines until the container is empty, or nobody listens.
 * @param interval milliseconds between two of what it uses
 * @param output the descriptor that the lines go to
 */
export async function followEvents(container: Container, interval: number, output: number, say: Say): Promise<void> {
  const places = placesOf(container.record);
  const pidfd = openInit(container.record) ?? -1;
  const oom = new OomAlarm(places);
  const end = watchEnd(places);
  const watches = [oom.watch, end, pidfd];
  let next = performance.now() + interval;
  try {
    for (;;) {
      const ended = pidfd < 0 || (await native().awaitEnd(pidfd, 0));
      const empty = ended && cgroupProcesses(container.record.cgroups).length === 0;
      const patience = empty ? 0 : Math.max(0, next - performance.now());
      watches[2] = ended ? -1 : pidfd;
      const changed = await native().awaitChange(
        watches,
        output,
        ended && end < 0 ? Math.min(patience, LOOK) : patience,
      );
      if (changed === watches.length) return;
      // Of two that are ready the first is told, so what has run out of memory is said before its end.
      if (oom.happened(changed === 0) && !say(line(container.id, 'oom'))) return;
      if (empty && changed < 0) return;
      if (empty || performance.now() < next) continue;
      if (!say(statsLine(container))) return;
      next = Math.max(next + interval, performance.now());
    }
  } finally {
    for (const fd of [oom.watch, end, pidfd]) if (fd >= 0) native().close(fd);
  }
}

/** That the last process has gone is told by cgroup v2, on a hybrid host as well. -1 where there is none. */
function watchEnd(places: Places): number {
  const unified = places('cgroup');
  return unified === undefined ? -1 : watch(() => native().watchFiles([`${unified.directory}/cgroup.events`]));
}

/** -1 for what is gone already, or never was. */
function watch(open: () => number): number {
  try {
    return open();
  } catch (error) {
    if (isSystemError(error) && (error.errno === 'ENOENT' || error.errno === 'ENODEV')) return -1;
    throw error;
  }
}

/** Tells when the limit of memory is hit: an eventfd of cgroup v1, the changes of a file of v2. */
class OomAlarm {
  readonly #counters = new Counters();
  readonly #place: ReturnType<Places>;
  readonly watch: number;
  #killed: bigint;

  constructor(places: Places) {
    const place = places('memory');
    this.#place = place;
    // First: what happens after this is not missed.
    this.watch =
      place === undefined
        ? -1
        : watch(() =>
            place.version === 1
              ? native().watchOom(place.directory)
              : native().watchFiles([`${place.directory}/memory.events`]),
          );
    this.#killed = this.#kills();
  }

  /** @param told whether the watch was ready; that of v2 is for other changes as well, that of v1 for the end of the cgroup */
  happened(told: boolean): boolean {
    if (!told || this.#place === undefined) return false;
    if (this.#place.version === 1) return this.#counters.text(this.#place, 'memory.oom_control') !== '';
    const before = this.#killed;
    this.#killed = this.#kills();
    return this.#killed > before;
  }

  #kills(): bigint {
    return this.#place?.version === 2 ? (this.#counters.table(this.#place, 'memory.events').oom_kill ?? 0n) : 0n;
  }
}
