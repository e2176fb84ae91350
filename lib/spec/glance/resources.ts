/** Whether `linux.resources` are plain. Part of lib/spec/glance.ts. */
import type { CpuLimits, DeviceRule, HugepageLimit, MemoryLimits, Resources } from '../types.gen.js';

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
  return (cpu.cpus ?? '') === '' && (cpu.mems ?? '') === '';
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
