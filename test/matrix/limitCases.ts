/** Resources as engines and people ask for them, each to be carried out by caisson and its peers: limits.test.ts. */
import type { Resources } from '../../lib/spec/types.gen.js';

const MIB = 1024 * 1024;

/** @param disk number of a block device that is there */
export function limitCases(disk: {
  readonly major: number;
  readonly minor: number;
}): Readonly<Record<string, Resources>> {
  return {
    'nothing at all': {},
    'docker run': {
      memory: { disableOOMKiller: false },
      cpu: { shares: 0 },
      pids: { limit: 0 },
      blockIO: { weight: 0 },
    },
    'docker run --memory': { memory: { limit: 64 * MIB, swap: 128 * MIB, disableOOMKiller: false } },
    'docker run --memory --memory-swap -1': { memory: { limit: 64 * MIB, swap: -1 } },
    'docker run --memory --memory-swappiness': { memory: { limit: 64 * MIB, swappiness: 30 } },
    'docker run --memory-reservation': { memory: { limit: 64 * MIB, reservation: 32 * MIB } },
    'docker run --oom-kill-disable': { memory: { limit: 64 * MIB, disableOOMKiller: true } },
    'docker run --kernel-memory': { memory: { limit: 64 * MIB, kernel: 32 * MIB } },
    'docker run --cpus 0.5': { cpu: { quota: 50_000, period: 100_000 } },
    'docker run --cpu-shares': { cpu: { shares: 512 } },
    'docker run --cpu-period': { cpu: { period: 50_000 } },
    'docker run --cpuset-cpus --cpuset-mems': { cpu: { cpus: '0', mems: '0' } },
    'docker run --pids-limit': { pids: { limit: 64 } },
    'docker run --pids-limit -1': { pids: { limit: -1 } },
    'docker run --blkio-weight': { blockIO: { weight: 300 } },
    'docker run --device-read-bps': { blockIO: { throttleReadBpsDevice: [{ ...disk, rate: MIB }] } },
    'docker run --device-write-bps': { blockIO: { throttleWriteBpsDevice: [{ ...disk, rate: 3 * MIB }] } },
    'docker run --device-read-iops --device-write-iops': {
      blockIO: {
        throttleReadIOPSDevice: [{ ...disk, rate: 100 }],
        throttleWriteIOPSDevice: [{ ...disk, rate: 50 }],
      },
    },
    'a pod of Kubernetes, BestEffort': {
      cpu: { shares: 2 },
      memory: {},
      hugepageLimits: [{ pageSize: '2MB', limit: 0 }],
    },
    'a pod of Kubernetes, Burstable': {
      cpu: { shares: 102, quota: 20_000, period: 100_000 },
      memory: { limit: 128 * MIB },
      pids: { limit: 1000 },
    },
    'a pod of Kubernetes, Guaranteed': {
      cpu: { shares: 1024, quota: 100_000, period: 100_000, cpus: '0', mems: '' },
      memory: { limit: 256 * MIB, swap: 256 * MIB },
      hugepageLimits: [
        { pageSize: '2MB', limit: 4 * MIB },
        { pageSize: '1GB', limit: 0 },
      ],
    },
    'podman run': { pids: { limit: 2048 } },
    'podman run --memory': {
      memory: { limit: 64 * MIB, swap: 64 * MIB, reservation: 16 * MIB },
      pids: { limit: 2048 },
    },
    'podman run --cpu-rt-period': { cpu: { realtimePeriod: 500_000 } },
    'no limit of anything': {
      memory: { limit: -1, swap: -1, reservation: -1 },
      cpu: { quota: -1 },
      pids: { limit: -1 },
    },
    'no memory limit, swap left out': { memory: { limit: -1 } },
    'memory that is not a multiple of a page': { memory: { limit: 64 * MIB + 5 } },
    'memory of TCP buffers': { memory: { kernelTCP: 8 * MIB } },
    'a hierarchy': { memory: { limit: 64 * MIB, useHierarchy: true } },
    'a burst': { cpu: { quota: 50_000, period: 100_000, burst: 20_000 } },
    'an idle cgroup': { cpu: { idle: 1 } },
    'more shares than the kernel takes': { cpu: { shares: 300_000 } },
    everything: {
      memory: { limit: 96 * MIB, swap: 128 * MIB, reservation: 48 * MIB, swappiness: 10 },
      cpu: { shares: 2000, quota: 150_000, period: 100_000, cpus: '0-1', mems: '0' },
      pids: { limit: 100 },
      blockIO: { weight: 700, throttleReadBpsDevice: [{ ...disk, rate: 2 * MIB }] },
      hugepageLimits: [{ pageSize: '2MB', limit: 2 * MIB }],
    },
  };
}
