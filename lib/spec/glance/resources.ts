/** Whether `linux.resources` are plain. Part of lib/spec/glance.ts. */
import type { CpuLimits, DeviceRule, HugepageLimit, MemoryLimits, Resources } from '../types.gen.js';

const [ZERO, NINE, COMMA, DASH] = [0x30, 0x39, 0x2c, 0x2d];

export function arePlainResources(resources: Resources): boolean {
  const { devices, memory, cpu, pids, blockIO, hugepageLimits, rdma, unified } = resources;
  if (rdma !== undefined || (pids?.limit ?? 0) < -1) return false;
  if (blockIO !== undefined) {
    const { weight = 0, leafWeight = 0, weightDevice = [] } = blockIO;
    if (weight !== 0 || leafWeight !== 0 || weightDevice.length > 0) return false;
    const { throttleReadBpsDevice: a, throttleWriteBpsDevice: b } = blockIO;
    const { throttleReadIOPSDevice: c, throttleWriteIOPSDevice: d } = blockIO;
    if ((a?.length ?? 0) + (b?.length ?? 0) + (c?.length ?? 0) + (d?.length ?? 0) > 0) return false;
  }
  if (unified !== undefined) {
    for (const key in unified) if (key === '' || key === '.' || key === '..' || key.includes('/')) return false;
  }
  return (
    (devices === undefined || arePlainRules(devices)) &&
    (memory === undefined || isPlainMemory(memory)) &&
    (cpu === undefined || isPlainCpu(cpu)) &&
    (hugepageLimits === undefined || arePlainPages(hugepageLimits))
  );
}

function arePlainRules(rules: readonly DeviceRule[]): boolean {
  for (const { type = '', access, major = 0, minor = 0 } of rules) {
    if (type !== 'c' && type !== 'b' && type !== 'a' && type !== '') return false;
    if (access !== 'rwm' && access !== 'rw' && access !== 'r' && access !== 'm' && access !== 'rm') return false;
    if (major < -1 || major > 0xffff_ffff || minor < -1 || minor > 0xffff_ffff) return false;
  }
  return true;
}

function isPlainMemory(memory: MemoryLimits): boolean {
  const { limit = 0, reservation = 0, swap = 0, kernel = 0, kernelTCP = 0, swappiness = 0 } = memory;
  if (limit < -1 || reservation < -1 || swap < -1 || kernel < -1 || kernelTCP < -1 || swappiness > 100) return false;
  if (limit > 0 && reservation > limit) return false;
  return swap <= 0 || (limit > 0 && swap >= limit);
}

function isPlainCpu(cpu: CpuLimits): boolean {
  const { quota = 0, period = 0, burst = 0, realtimeRuntime = 0, realtimePeriod = 0, idle = 0 } = cpu;
  if (quota > 0 && quota < 1000) return false;
  if (period !== 0 && (period < 1000 || period > 1_000_000)) return false;
  if (burst !== 0 || realtimeRuntime !== 0 || realtimePeriod !== 0 || idle !== 0) return false;
  return isPlainList(cpu.cpus) && isPlainList(cpu.mems);
}

/** Numbers of two digits at most, one range of them, or some with commas: what `--cpuset-cpus` is given, on most hosts. */
function isPlainList(list = ''): boolean {
  let [digits, last, from] = [0, 0, -1];
  for (let i = 0; i <= list.length; i++) {
    const code = i < list.length ? list.charCodeAt(i) : COMMA;
    if (code >= ZERO && code <= NINE) {
      if (++digits > 2) return false;
      last = last * 10 + code - ZERO;
      continue;
    }
    if (digits === 0 || (code !== COMMA && (code !== DASH || from >= 0)) || from > last) return list === '';
    from = code === DASH ? last : -1;
    [digits, last] = [0, 0];
  }
  return true;
}

/** The sizes of x86 and some of arm, each once. */
function arePlainPages(limits: readonly HugepageLimit[]): boolean {
  let seen = 0;
  for (const { pageSize } of limits) {
    const bit = pageSize === '2MB' ? 1 : pageSize === '1GB' ? 2 : pageSize === '64KB' ? 4 : pageSize === '32MB' ? 8 : 0;
    if (bit === 0 || (seen & bit) !== 0) return false;
    seen |= bit;
  }
  return true;
}
