/** Block devices for stats.ts. Sources: cgroup-v1/blkio-controller.rst, bfq-iosched.rst, cgroup-v2.rst#io. */
import { type Counters, type ControllerPlace, type Places, present, whole } from './counters.js';
import { pressure } from './statsPressure.js';

/** One number of one device. */
interface Entry {
  readonly major?: bigint;
  readonly minor?: bigint;
  readonly op?: string;
  readonly value?: bigint;
}

/** Key → the name of the file of cgroup v1, behind `blkio.` or `blkio.bfq.`. */
const FILES = {
  ioServiceBytesRecursive: 'io_service_bytes_recursive',
  ioServicedRecursive: 'io_serviced_recursive',
  ioQueueRecursive: 'io_queued_recursive',
  ioServiceTimeRecursive: 'io_service_time_recursive',
  ioWaitTimeRecursive: 'io_wait_time_recursive',
  ioMergedRecursive: 'io_merged_recursive',
  ioTimeRecursive: 'time_recursive',
  sectorsRecursive: 'sectors_recursive',
} as const;

type Tables = Partial<Record<keyof typeof FILES, readonly Entry[]>>;

/** Who counts on v1: the scheduler of the device, if it is one that does, or else the throttle, which is always there. */
const PREFIXES = ['blkio.bfq.', 'blkio.', 'blkio.throttle.'];

export function blkioStats(counters: Counters, places: Places, unified: ControllerPlace | undefined): object {
  const v1 = places('blkio');
  const tables = v1 === undefined ? tablesV2(counters, places('io')) : tablesV1(counters, v1);
  return { ...present(tables), ...pressure(counters, unified, 'io') };
}

function tablesV1(counters: Counters, place: ControllerPlace): Tables {
  for (const prefix of PREFIXES) {
    const found: Tables = {};
    for (const key in FILES) {
      const name = key as keyof typeof FILES;
      found[name] = entriesV1(counters.text(place, `${prefix}${FILES[name]}`));
    }
    if ((found.ioServicedRecursive ?? []).length > 0) return found;
  }
  return {};
}

/** `8:0 Read 4096`, `8:0 4096`, and sums, which are no device. */
function entriesV1(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    const [device = '', ...rest] = line.split(' ');
    if (!device.includes(':')) return [];
    return [entry(device, rest.length > 1 ? (rest[0] ?? '') : '', whole(rest.at(-1) ?? ''))];
  });
}

/** `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`: what v1 has names for. */
function tablesV2(counters: Counters, place: ControllerPlace | undefined): Tables {
  const lines = counters.text(place, 'io.stat').split('\n').filter(Boolean);
  const table = (read: string, write: string): Entry[] =>
    lines.flatMap((line) => {
      const [device = '', ...fields] = line.split(' ');
      const value = (name: string) => fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1);
      const [reads, writes] = [value(read), value(write)];
      if (reads === undefined || writes === undefined) return [];
      return [entry(device, 'Read', whole(reads)), entry(device, 'Write', whole(writes))];
    });
  return { ioServiceBytesRecursive: table('rbytes', 'wbytes'), ioServicedRecursive: table('rios', 'wios') };
}

function entry(device: string, op: string, value: bigint): Entry {
  const [major = '', minor = ''] = device.split(':', 2);
  return present({ major: whole(major), minor: whole(minor), op, value });
}
