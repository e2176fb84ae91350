/**
 * Memory and CPU of linux.resources → files of cgroup v2. Called by resources.ts. Pure. The fields are those of cgroup v1:
 * the conversions are the ones that all runtimes have agreed on, so that the same config weighs the same everywhere.
 * Sources: config-linux.md#memory, config-linux.md#cpu, cgroup-v2.rst.
 */
import { RuntimeError } from '../errors.js';
import type { CpuLimits, Int64, MemoryLimits } from '../spec/types.gen.js';
import { amount, type Asked, isSet, type Write } from './resourceWrite.js';
import { newer } from './resourcesV1.js';

const MEMORY = 'linux/resources/memory';
const CPU = 'linux/resources/cpu';

/** Controller `memory`. */
export function memory({ resources: { memory: limits = {} }, warn }: Asked): Write[] {
  const writes: Write[] = [];
  const { limit, reservation } = limits;
  if (isSet(limit)) {
    const pointer = `${MEMORY}/limit`;
    writes.push({ file: 'memory.max', value: amount(limit, pointer, 'max'), pointer });
  }
  writes.push(...swap(limits));
  if (isSet(reservation)) {
    const pointer = `${MEMORY}/reservation`;
    writes.push({ file: 'memory.low', value: amount(reservation, pointer, 'max'), pointer });
  }
  warnOfV1(limits, warn);
  return writes;
}

/** `swap` counts memory and swap together, memory.swap.max swap alone. */
function swap({ limit, swap: total }: MemoryLimits): Write[] {
  if (!isSet(total)) return [];
  const pointer = `${MEMORY}/swap`;
  const value = total === -1 ? 'max' : (BigInt(amount(total, pointer)) - memoryOf(limit, pointer)).toString();
  const write = { file: 'memory.swap.max', value, pointer };
  // Without accounting of swap there is no file. What asks for all or for nothing of it loses nothing there.
  return [value === 'max' || value === '0' ? { ...write, optional: true } : write];
}

/** @throws RuntimeError config-invalid where no number can be taken from the sum */
function memoryOf(limit: Int64 | undefined, pointer: string): bigint {
  if (isSet(limit) && limit > 0) return BigInt(limit);
  throw new RuntimeError('config-invalid', 'swap counts memory and swap together, and memory has no limit', {
    pointer,
    hint: 'set linux.resources.memory.limit as well',
  });
}

/** What cgroup v2 has no file for, and does no harm. */
function warnOfV1({ kernel, kernelTCP, swappiness, disableOOMKiller }: MemoryLimits, warn: Asked['warn']): void {
  const counted = 'cgroup v2 has no limit for it alone; it counts towards the limit of memory';
  if (isSet(kernel) && kernel !== -1) warn(`${MEMORY}/kernel`, counted);
  if (isSet(kernelTCP) && kernelTCP !== -1) warn(`${MEMORY}/kernelTCP`, counted);
  if (swappiness !== undefined) warn(`${MEMORY}/swappiness`, 'cgroup v2 has no swappiness; ignored');
  if (disableOOMKiller === true) warn(`${MEMORY}/disableOOMKiller`, 'cgroup v2 always ends a process; ignored');
}

/** Controller `cpu`. @throws RuntimeError host-unsupported for a budget of real time, which only cgroup v1 has */
export function cpu({ resources: { cpu: limits = {} } }: Asked): Write[] {
  refuseRealtime(limits);
  const writes: Write[] = [];
  const { shares, quota, period } = limits;
  if (isSet(shares)) writes.push({ file: 'cpu.weight', value: weightOf(Number(shares)), pointer: `${CPU}/shares` });
  if (isSet(quota) || isSet(period)) {
    const most = isSet(quota) && quota > 0 ? quota.toString() : 'max';
    const pointer = `${CPU}/${isSet(quota) ? 'quota' : 'period'}`;
    writes.push({ file: 'cpu.max', value: isSet(period) ? `${most} ${period.toString()}` : most, pointer });
  }
  writes.push(...newer(limits, 'cpu.max.burst'));
  return writes;
}

function refuseRealtime({ realtimeRuntime, realtimePeriod }: CpuLimits): void {
  const field = isSet(realtimeRuntime) ? 'realtimeRuntime' : isSet(realtimePeriod) ? 'realtimePeriod' : undefined;
  if (field === undefined) return;
  throw new RuntimeError('host-unsupported', 'cgroup v2 has no budget of real time', {
    pointer: `${CPU}/${field}`,
    hint: 'leave it out, or run on a host with the cpu controller of cgroup v1',
  });
}

/**
 * cpu.weight (1 to 10000, 100 by default) for shares (2 to 262144, 1024 by default): a curve through both ends and both
 * defaults, as all runtimes have drawn it since 2025. A straight line before that gave the default of one 39 of the other.
 */
export function weightOf(shares: number): string {
  if (shares <= 2) return '1';
  if (shares >= 262_144) return '10000';
  const log = Math.log2(shares);
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34)).toString();
}
