/** Memory for stats.ts. Sources: cgroup-v1/memory.rst, cgroup-v2.rst#memory. */
import { type Counters, type ControllerPlace, present, whole } from './counters.js';
import { pressure } from './statsPressure.js';

/** On cgroup v2 a container without a limit of memory has no files of that controller: all is zero then. */
export function memoryStats(
  counters: Counters,
  place: ControllerPlace | undefined,
  unified: ControllerPlace | undefined,
): object {
  const raw = counters.table(place, 'memory.stat');
  const v1 = place?.version !== 2;
  return {
    ...present({ cache: (v1 ? raw.cache : raw.file) ?? 0n }),
    ...(v1 ? entriesV1(counters, place) : entriesV2(counters, place)),
    ...present({ raw }),
    ...pressure(counters, unified, 'memory'),
  };
}

function entry(limit: bigint, usage: bigint, max: bigint, failcnt: bigint): object {
  return { limit, ...present({ usage, max }), failcnt };
}

function entriesV1(counters: Counters, place: ControllerPlace | undefined): object {
  const of = (kind: string): object => {
    const number = (file: string) => counters.number(place, `memory.${kind}${file}`);
    return entry(number('limit_in_bytes'), number('usage_in_bytes'), number('max_usage_in_bytes'), number('failcnt'));
  };
  return { usage: of(''), swap: of('memsw.'), kernel: of('kmem.'), kernelTCP: of('kmem.tcp.') };
}

/** Swap as v1 counts it, with the memory; its peak cannot be told from two peaks. */
function entriesV2(counters: Counters, place: ControllerPlace): object {
  const number = (file: string) => counters.number(place, `memory.${file}`);
  const used = number('current');
  const limit = number('max');
  const events = counters.table(place, 'memory.events');
  const swapLimit = number('swap.max');
  const both = swapLimit === whole('max') || limit === whole('max') ? whole('max') : swapLimit + limit;
  return {
    usage: entry(limit, used, number('peak'), events.max ?? 0n),
    swap: entry(both, number('swap.current') + used, 0n, 0n),
    kernel: entry(0n, 0n, 0n, 0n),
    kernelTCP: entry(0n, 0n, 0n, 0n),
  };
}
