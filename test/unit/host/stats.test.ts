/** The stats of `events` from files of each layout: the keys of runc, with what the kernel says. */
import { describe, expect, test } from '@jest/globals';
import type { SystemError } from '../../../lib/errors.js';
import type { ControllerPlace, CounterFiles } from '../../../lib/host/counters.js';
import { statsOf } from '../../../lib/host/stats.js';

const PRESSURE = 'some avg10=1.50 avg60=0.25 avg300=0.00 total=12345\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=6\n';
const PSI = {
  some: { avg10: 1.5, avg60: 0.25, avg300: 0, total: 12345n },
  full: { avg10: 0, avg60: 0, avg300: 0, total: 6n },
};

/** Stats of a container whose cgroup has these files, in one directory for each version. */
function stats(files: Record<string, string>, versions: Record<string, 1 | 2>): Record<string, unknown> {
  const reader: CounterFiles = {
    readKernelText(path) {
      const text = files[path];
      if (text !== undefined) return text;
      throw Object.assign(new Error(path), { errno: 'ENOENT', syscall: 'open', path }) as SystemError;
    },
    listDirectory: (path) =>
      Object.keys(files).flatMap((name) => (name.startsWith(`${path}/`) ? [name.slice(path.length + 1)] : [])),
  };
  const places = (controller: string): ControllerPlace | undefined => {
    const version = versions[controller];
    return version && { version, directory: `/${version}` };
  };
  return statsOf(places, reader) as Record<string, unknown>;
}

const NO_CPUSET = {
  cpu_exclusive: 0n,
  mem_hardwall: 0n,
  mem_exclusive: 0n,
  memory_migrate: 0n,
  memory_spread_page: 0n,
  memory_spread_slab: 0n,
  memory_pressure: 0n,
  sched_load_balance: 0n,
  sched_relax_domain_level: 0n,
};
const NOTHING = { limit: 0n, failcnt: 0n };

describe('cgroup v2', () => {
  const files = {
    '/2/cpu.stat':
      'usage_usec 5000\nuser_usec 3000\nsystem_usec 2000\nnr_periods 7\nnr_throttled 3\nthrottled_usec 900\nnr_bursts 0\n',
    '/2/cpu.pressure': PRESSURE,
    '/2/memory.stat': 'anon 4096\nfile 8192\n',
    '/2/memory.current': '16384\n',
    '/2/memory.max': '67108864\n',
    '/2/memory.peak': '20000\n',
    '/2/memory.swap.current': '1000\n',
    '/2/memory.swap.max': '0\n',
    '/2/memory.events': 'low 0\nhigh 0\nmax 4\noom 1\noom_kill 1\n',
    '/2/memory.pressure': PRESSURE,
    '/2/pids.current': '3\n',
    '/2/pids.max': 'max\n',
    '/2/io.stat': '8:16 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n254:1 \n',
    '/2/io.pressure': PRESSURE,
    '/2/hugetlb.2MB.current': '2097152\n',
    '/2/hugetlb.2MB.events': 'max 5\n',
  };
  const all = { cgroup: 2, cpu: 2, memory: 2, pids: 2, io: 2, cpuset: 2, hugetlb: 2 } as const;

  test('everything that is counted, with the pressure', () => {
    expect(stats(files, all)).toEqual({
      cpu: {
        usage: { total: 5_000_000n, kernel: 2_000_000n, user: 3_000_000n },
        throttling: { periods: 7n, throttledPeriods: 3n, throttledTime: 900_000n },
        psi: PSI,
      },
      cpuset: NO_CPUSET,
      memory: {
        cache: 8192n,
        usage: { limit: 67_108_864n, usage: 16_384n, max: 20_000n, failcnt: 4n },
        swap: { limit: 67_108_864n, usage: 17_384n, failcnt: 0n },
        kernel: NOTHING,
        kernelTCP: NOTHING,
        raw: { anon: 4096n, file: 8192n },
        psi: PSI,
      },
      pids: { current: 3n },
      blkio: {
        ioServiceBytesRecursive: [
          { major: 8n, minor: 16n, op: 'Read', value: 4096n },
          { major: 8n, minor: 16n, op: 'Write' },
        ],
        ioServicedRecursive: [
          { major: 8n, minor: 16n, op: 'Read', value: 1n },
          { major: 8n, minor: 16n, op: 'Write' },
        ],
        psi: PSI,
      },
      hugetlb: { '2MB': { usage: 2_097_152n, failcnt: 5n } },
      intel_rdt: {},
      network_interfaces: null,
    });
  });

  test('no limit is the largest number, of swap with the memory as well', () => {
    const unlimited = { ...files, '/2/memory.max': 'max\n', '/2/memory.swap.max': '4096\n' };
    expect(stats(unlimited, all).memory).toMatchObject({
      usage: { limit: 2n ** 64n - 1n },
      swap: { limit: 2n ** 64n - 1n },
    });
  });

  test('a container without any controller has its CPU time', () => {
    const { cpu, memory, pids } = stats({ '/2/cpu.stat': files['/2/cpu.stat'] }, { cgroup: 2 });
    expect(cpu).toMatchObject({ usage: { total: 5_000_000n } });
    expect({ memory, pids }).toEqual({
      memory: { usage: NOTHING, swap: NOTHING, kernel: NOTHING, kernelTCP: NOTHING },
      pids: {},
    });
  });
});

describe('a hybrid host', () => {
  const v1 = { cpu: 1, cpuacct: 1, memory: 1, pids: 1, blkio: 1, cpuset: 1, hugetlb: 1, cgroup: 2 } as const;
  const files = {
    '/1/cpuacct.usage': '30\n',
    '/1/cpuacct.usage_percpu': '10 20 \n',
    '/1/cpuacct.usage_percpu_sys': '1 2 \n',
    '/1/cpuacct.usage_percpu_user': '3 4 \n',
    '/1/cpuacct.usage_sys': '3\n',
    '/1/cpuacct.usage_user': '7\n',
    '/1/cpu.stat': 'nr_periods 9\nnr_throttled 8\nthrottled_time 7\n',
    '/2/cpu.stat': 'usage_usec 1\n',
    '/2/cpu.pressure': PRESSURE,
    '/1/memory.stat': 'cache 5\ntotal_cache 6\n',
    '/1/memory.limit_in_bytes': '9223372036854771712\n',
    '/1/memory.usage_in_bytes': '100\n',
    '/1/memory.max_usage_in_bytes': '200\n',
    '/1/memory.failcnt': '2\n',
    '/1/memory.kmem.usage_in_bytes': '50\n',
    '/1/pids.current': '2\n',
    '/1/pids.max': '17\n',
    '/1/cpuset.cpus': '0-2,7\n',
    '/1/cpuset.mems': '0\n',
    '/1/cpuset.sched_load_balance': '1\n',
    '/1/cpuset.sched_relax_domain_level': '-1\n',
    '/1/blkio.throttle.io_service_bytes_recursive': '8:0 Read 10\n8:0 Total 10\nTotal 10\n',
    '/1/blkio.throttle.io_serviced_recursive': '8:0 Read 1\nTotal 1\n',
    '/1/hugetlb.1GB.usage_in_bytes': '0\n',
    '/1/hugetlb.1GB.max_usage_in_bytes': '1073741824\n',
    '/1/hugetlb.1GB.failcnt': '3\n',
  };

  test('counts by cgroup v1, and has the pressure from v2', () => {
    expect(stats(files, v1)).toEqual({
      cpu: {
        usage: { total: 30n, percpu: [10n, 20n], percpu_kernel: [1n, 2n], percpu_user: [3n, 4n], kernel: 3n, user: 7n },
        throttling: { periods: 9n, throttledPeriods: 8n, throttledTime: 7n },
        psi: PSI,
      },
      cpuset: { ...NO_CPUSET, cpus: [0, 1, 2, 7], mems: [0], sched_load_balance: 1n, sched_relax_domain_level: -1n },
      memory: {
        cache: 5n,
        usage: { limit: 9_223_372_036_854_771_712n, usage: 100n, max: 200n, failcnt: 2n },
        swap: NOTHING,
        kernel: { ...NOTHING, usage: 50n },
        kernelTCP: NOTHING,
        raw: { cache: 5n, total_cache: 6n },
      },
      pids: { current: 2n, limit: 17n },
      blkio: {
        ioServiceBytesRecursive: [
          { major: 8n, op: 'Read', value: 10n },
          { major: 8n, op: 'Total', value: 10n },
        ],
        ioServicedRecursive: [{ major: 8n, op: 'Read', value: 1n }],
      },
      hugetlb: { '1GB': { max: 1_073_741_824n, failcnt: 3n } },
      intel_rdt: {},
      network_interfaces: null,
    });
  });

  test('what a scheduler counts comes before what the throttle counts', () => {
    const bfq = {
      ...files,
      '/1/blkio.bfq.io_serviced_recursive': '8:0 Write 4\n',
      '/1/blkio.bfq.sectors_recursive': '8:0 99\n',
    };
    expect(stats(bfq, v1).blkio).toEqual({
      ioServicedRecursive: [{ major: 8n, op: 'Write', value: 4n }],
      sectorsRecursive: [{ major: 8n, value: 99n }],
    });
  });
});
