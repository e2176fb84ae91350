/** CPU time and its throttling for stats.ts, in nanoseconds. Sources: cgroup-v1/cpuacct.rst, sched-bwc.rst, cgroup-v2.rst#cpu. */
import { type Counters, type ControllerPlace, type Places, present, whole } from './counters.js';
import { pressure } from './statsPressure.js';

const MICROSECOND = 1000n;

export function cpuStats(counters: Counters, places: Places): object {
  const accounting = places('cpuacct');
  const unified = places('cgroup');
  // cpu.stat of v2 has the times whatever controllers are enabled.
  const usage = accounting === undefined ? usageV2(counters, unified) : usageV1(counters, accounting);
  const cpu = places('cpu');
  return {
    usage,
    throttling: cpu?.version === 1 ? throttlingV1(counters, cpu) : throttlingV2(counters, unified),
    ...pressure(counters, unified, 'cpu'),
  };
}

function usageV1(counters: Counters, place: ControllerPlace): object {
  const each = (file: string) => counters.text(place, file).trim().split(' ').filter(Boolean).map(whole);
  return {
    ...present({
      total: counters.number(place, 'cpuacct.usage'),
      percpu: each('cpuacct.usage_percpu'),
      percpu_kernel: each('cpuacct.usage_percpu_sys'),
      percpu_user: each('cpuacct.usage_percpu_user'),
    }),
    kernel: counters.number(place, 'cpuacct.usage_sys'),
    user: counters.number(place, 'cpuacct.usage_user'),
  };
}

function throttlingV1(counters: Counters, place: ControllerPlace): object {
  const {
    nr_periods: periods,
    nr_throttled: throttledPeriods,
    throttled_time: throttledTime,
  } = counters.table(place, 'cpu.stat');
  return present({ periods, throttledPeriods, throttledTime });
}

function usageV2(counters: Counters, place: ControllerPlace | undefined): object {
  const { usage_usec = 0n, system_usec = 0n, user_usec = 0n } = counters.table(place, 'cpu.stat');
  return {
    ...present({ total: usage_usec * MICROSECOND }),
    kernel: system_usec * MICROSECOND,
    user: user_usec * MICROSECOND,
  };
}

function throttlingV2(counters: Counters, place: ControllerPlace | undefined): object {
  const {
    nr_periods: periods,
    nr_throttled: throttledPeriods,
    throttled_usec = 0n,
  } = counters.table(place, 'cpu.stat');
  return present({ periods, throttledPeriods, throttledTime: throttled_usec * MICROSECOND });
}
