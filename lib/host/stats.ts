/**
 * What a container uses, in the words of runc's `events`: its keys, its units, what it leaves out. Called by lib/container/
 * events.ts; decides nothing. Numbers are bigints: the limits of cgroup v1 are beyond those of JavaScript.
 * Sources: cgroup-v1/*.rst, cgroup-v2.rst, accounting/psi.rst.
 */
import { native } from '../native/load.js';
import { Counters, type CounterFiles, type ControllerPlace, type Places, present } from './counters.js';
import { blkioStats } from './statsBlkio.js';
import { cpuStats } from './statsCpu.js';
import { memoryStats } from './statsMemory.js';

/** The data of an event `stats`. */
export function statsOf(places: Places, files: CounterFiles = native()): object {
  const counters = new Counters(files);
  const unified = places('cgroup');
  return {
    cpu: cpuStats(counters, places),
    cpuset: cpusetStats(counters, places('cpuset')),
    memory: memoryStats(counters, places('memory'), unified),
    pids: pidsStats(counters, places('pids')),
    blkio: blkioStats(counters, places, unified),
    hugetlb: hugetlbStats(counters, places('hugetlb')),
    // Nothing is put into a group of resctrl, and no interface is made, by this runtime.
    intel_rdt: {},
    network_interfaces: null,
  };
}

/** `max`, and a host without the controller, are no limit, which runc leaves out. */
function pidsStats(counters: Counters, place: ControllerPlace | undefined): object {
  const limit = counters.text(place, 'pids.max').trim() === 'max' ? 0n : counters.number(place, 'pids.max');
  return present({ current: counters.number(place, 'pids.current'), limit });
}

/** Of cgroup v1 only; with v2, zeros stand here. */
function cpusetStats(counters: Counters, found: ControllerPlace | undefined): object {
  const place = found?.version === 1 ? found : undefined;
  const flag = (name: string) => counters.number(place, `cpuset.${name}`);
  return {
    ...present({ cpus: list(counters.text(place, 'cpuset.cpus')) }),
    cpu_exclusive: flag('cpu_exclusive'),
    ...present({ mems: list(counters.text(place, 'cpuset.mems')) }),
    mem_hardwall: flag('mem_hardwall'),
    mem_exclusive: flag('mem_exclusive'),
    memory_migrate: flag('memory_migrate'),
    memory_spread_page: flag('memory_spread_page'),
    memory_spread_slab: flag('memory_spread_slab'),
    memory_pressure: flag('memory_pressure'),
    sched_load_balance: flag('sched_load_balance'),
    sched_relax_domain_level: flag('sched_relax_domain_level'),
  };
}

/** `0-2,7` as numbers. */
function list(text: string): number[] {
  return text
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-', 2).map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** A page size is what stands between the dots: `hugetlb.2MB.usage_in_bytes`, and `hugetlb.2MB.current` of v2. */
function hugetlbStats(counters: Counters, place: ControllerPlace | undefined): object {
  const found: Record<string, object> = {};
  for (const name of counters.names(place)) {
    const [, size] = /^hugetlb\.([^.]+)\.(?:usage_in_bytes|current)$/.exec(name) ?? [];
    if (size === undefined) continue;
    const number = (file: string) => counters.number(place, `hugetlb.${size}.${file}`);
    found[size] =
      place?.version === 1
        ? {
            ...present({ usage: number('usage_in_bytes'), max: number('max_usage_in_bytes') }),
            failcnt: number('failcnt'),
          }
        : {
            ...present({ usage: number('current') }),
            failcnt: counters.table(place, `hugetlb.${size}.events`).max ?? 0n,
          };
  }
  return found;
}
