/**
 * What is written to the files of a cgroup → the same as properties of its unit, so that systemd, when it writes those files
 * anew (daemon-reload), writes what is in force. Called by systemdScope.ts and by `update`. Pure.
 * Sources: systemd.resource-control(5), org.freedesktop.systemd1(5).
 */
import { maskOf } from '../linux/lists.js';
import type { ResourceWrite } from './resourceWrite.js';

/** Name, D-Bus signature, and the value in the shape of that signature; numbers of 64 bits as bigint. */
export type UnitProperty = readonly [name: string, signature: string, value: unknown];

/** "infinity" and "not set" of systemd. */
const NONE = 2n ** 64n - 1n;
const SECOND = 1_000_000n;
/** Microseconds: systemd rounds what it is given to this, and warns where it has to round down. */
const QUOTA_STEP = 10_000n;
const DEFAULT_PERIOD = 100_000n;

type Values = ReadonlyMap<string, string>;

interface Mirror {
  readonly file: string;
  readonly property: string;
  readonly signature: string;
  /** The version of systemd that has known it first; 0 where that is of no interest any more. */
  readonly since: number;
  /** The file has this name in v1 too, and the property says nothing of it there. */
  readonly onlyV2?: true;
  readonly valueOf: (value: string, values: Values) => unknown;
}

function number(value: string): bigint {
  return value === 'max' || value.startsWith('-') ? NONE : BigInt(value);
}

/** A file that holds nothing but one amount, in the unit that the property has. */
function amount(file: string, property: string, since = 0): Mirror {
  return { file, property, signature: 't', since, valueOf: number };
}

/** In this order; where two speak of the same property, the later one counts. */
const MIRRORS: readonly Mirror[] = [
  amount('memory.max', 'MemoryMax'),
  amount('memory.high', 'MemoryHigh'),
  amount('memory.low', 'MemoryLow', 240),
  amount('memory.min', 'MemoryMin', 240),
  amount('memory.swap.max', 'MemorySwapMax'),
  amount('memory.limit_in_bytes', 'MemoryLimit'),
  amount('pids.max', 'TasksMax'),
  amount('cpu.weight', 'CPUWeight'),
  amount('cpu.shares', 'CPUShares'),
  amount('blkio.weight', 'BlockIOWeight'),
  {
    file: 'cpu.idle',
    onlyV2: true,
    property: 'CPUWeight',
    signature: 't',
    since: 252,
    // 0 is "idle" to systemd, and the weight of everybody is what an idle cgroup has no more.
    valueOf: (value, values) => (value === '1' ? 0n : BigInt(values.get('cpu.weight') ?? 100)),
  },
  { file: 'cpu.max', property: 'CPUQuotaPerSecUSec', signature: 't', since: 0, valueOf: quotaV2 },
  { file: 'cpu.max', property: 'CPUQuotaPeriodUSec', signature: 't', since: 242, valueOf: periodV2 },
  {
    file: 'cpu.cfs_quota_us',
    property: 'CPUQuotaPerSecUSec',
    signature: 't',
    since: 0,
    valueOf: (quota, values) => perSecond(quota, values.get('cpu.cfs_period_us')),
  },
  amount('cpu.cfs_period_us', 'CPUQuotaPeriodUSec', 242),
  { file: 'cpuset.cpus', property: 'AllowedCPUs', signature: 'ay', since: 244, valueOf: mask },
  { file: 'cpuset.mems', property: 'AllowedMemoryNodes', signature: 'ay', since: 244, valueOf: mask },
  { file: 'io.weight', property: 'IOWeight', signature: 't', since: 0, valueOf: number },
  {
    file: 'memory.oom.group',
    property: 'OOMPolicy',
    signature: 's',
    since: 253,
    valueOf: (value) => (value === '1' ? 'kill' : 'continue'),
  },
];

/**
 * The properties that say the same as these writes.
 * @param version of systemd: what it does not know is in the files alone
 * @param v1 whether systemd has its controllers in cgroup v1
 */
export function mirrored(writes: readonly ResourceWrite[], version: number, v1: boolean): UnitProperty[] {
  const values = valuesOf(writes);
  const found = new Map<string, UnitProperty>();
  for (const { file, property, signature, since, onlyV2, valueOf } of MIRRORS) {
    const value = values.get(file);
    if (value === undefined || version < since || (v1 && onlyV2 === true)) continue;
    const mirror = valueOf(value, values);
    if (mirror !== undefined) found.set(property, [property, signature, mirror]);
  }
  return [...found.values()];
}

/** What each file will hold; lines for a single device are not among them. */
function valuesOf(writes: readonly ResourceWrite[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { file, value, instead } of writes) {
    // systemd makes the weight of BFQ out of the other one.
    for (const one of [{ file, value }, ...(instead === undefined ? [] : [instead])]) {
      if (!one.value.includes(':')) values.set(one.file, one.value.replace(/^default /, ''));
    }
  }
  return values;
}

/** `50000 100000`, `max 100000` or `50000`. */
function quotaV2(value: string): bigint {
  const [quota = '', period] = value.split(' ');
  return perSecond(quota, period);
}

function periodV2(value: string): bigint {
  const period = value.split(' ')[1];
  return period === undefined ? NONE : BigInt(period);
}

/** Microseconds of CPU in a second, rounded up: a container never gets less than it was promised. */
function perSecond(quota: string, period: string | undefined): bigint {
  if (number(quota) === NONE) return NONE;
  const exact = (BigInt(quota) * SECOND) / (period === undefined ? DEFAULT_PERIOD : BigInt(period));
  return ((exact + QUOTA_STEP - 1n) / QUOTA_STEP) * QUOTA_STEP;
}

/** Undefined for a list with strides, which cpuset knows and systemd does not. */
function mask(list: string): Uint8Array | undefined {
  return list.includes(':') ? undefined : maskOf(list);
}
