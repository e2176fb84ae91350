import type { Cases } from './case.js';

const memory = (limits: object) => ({ 'linux/resources/memory': limits });
const cpu = (limits: object) => ({ 'linux/resources/cpu': limits });
const blockIO = (limits: object) => ({ 'linux/resources/blockIO': limits });
const devices = (...list: readonly object[]) => ({ 'linux/devices': list });
const rules = (rule: object) => ({ 'linux/resources/devices': [{ allow: true, access: 'rwm', ...rule }] });
const fuse = { type: 'c', path: '/dev/fuse', major: 10, minor: 229 };

export const DEVICES: Cases = {
  'device-path': {
    hits: [[devices({ type: 'p', path: 'dev/x' }), 'linux/devices/0/path', /^must be an absolute path/]],
    misses: [devices({ type: 'p', path: '/dev/x' })],
  },
  'device-numbers': {
    hits: [
      [devices({ type: 'c', path: '/x', major: 1 }), 'linux/devices/0/minor', /^is required for a device/],
      [devices({ type: 'b', path: '/x', minor: 1 }), 'linux/devices/0/major', /^is required for a device/],
      [devices({ type: 'u', path: '/x', minor: 1 }), 'linux/devices/0/major', /^is required for a device/],
    ],
    misses: [devices({ type: 'p', path: '/x' }), devices({ type: 'u', path: '/x', major: 0, minor: 0 })],
  },
  'device-numbers-range': {
    hits: [
      [devices({ ...fuse, major: 4096 }), 'linux/devices/0/major', 'must be from 0 to 4095, but is 4096'],
      [devices({ ...fuse, minor: -1 }), 'linux/devices/0/minor', 'must be from 0 to 1048575, but is -1'],
    ],
    misses: [devices({ ...fuse, major: 4095, minor: 1_048_575 }), devices({ type: 'p', path: '/x', major: -1 })],
  },
  'device-conflict': {
    hits: [
      [
        devices(fuse, { ...fuse, minor: 1 }),
        'linux/devices/1',
        'is another device than linux/devices/0, at the same path',
      ],
      [devices(fuse, { ...fuse, type: 'b' }), 'linux/devices/1', /^is another device/],
    ],
    misses: [devices(fuse, { ...fuse, path: '/dev/other' })],
  },
  'device-duplicate': {
    hits: [
      [devices(fuse, fuse), 'linux/devices/1', 'lists /dev/fuse again, after linux/devices/0'],
      [devices(fuse, { ...fuse, type: 'u' }), 'linux/devices/1', /^lists/],
    ],
    misses: [devices(fuse, { ...fuse, path: '/dev/other' })],
  },
  'device-rule-type': {
    hits: [[rules({ type: 'p' }), 'linux/resources/devices/0/type', /^must be a \(all\).*, but is "p"$/]],
    misses: [rules({ type: '' }), rules({ type: 'a' }), rules({})],
  },
  'device-rule-access': {
    hits: [
      [rules({ access: 'rwx' }), 'linux/resources/devices/0/access', /^must be made of r.*, but is "rwx"$/],
      [rules({ access: '' }), 'linux/resources/devices/0/access', 'is required'],
      [rules({ access: undefined }), 'linux/resources/devices/0/access', 'is required'],
    ],
    misses: [rules({ access: 'm' }), rules({ access: 'mwr' })],
  },
  'device-rule-numbers': {
    hits: [
      [rules({ major: -2 }), 'linux/resources/devices/0/major', /or -1 for all, but is -2$/],
      [rules({ minor: 4_294_967_296 }), 'linux/resources/devices/0/minor', /but is 4294967296$/],
    ],
    misses: [rules({ major: -1, minor: 4_294_967_295 })],
  },
};

export const RESOURCES: Cases = {
  'memory-amount': {
    hits: ['limit', 'reservation', 'swap', 'kernel', 'kernelTCP'].map((field) => [
      memory({ [field]: -2 }),
      `linux/resources/memory/${field}`,
      'must not be below -1, but is -2',
    ]),
    misses: [memory({ limit: -1, reservation: -1, swap: -1, kernel: -1, kernelTCP: -1 })],
  },
  'memory-swap': {
    hits: [
      [memory({ swap: 5 }), 'linux/resources/memory/swap', 'needs linux.resources.memory.limit'],
      [memory({ limit: 0, swap: 5 }), 'linux/resources/memory/swap', 'needs linux.resources.memory.limit'],
      [memory({ limit: -1, swap: 5 }), 'linux/resources/memory/swap', /^must be -1 as well/],
      [memory({ limit: 6, swap: 5 }), 'linux/resources/memory/swap', /the limit of memory: 5 is less than 6$/],
    ],
    misses: [memory({ limit: 5, swap: 5 }), memory({ swap: 0 }), memory({ limit: 5, swap: -1 }), memory({ swap: -1 })],
  },
  'memory-reservation': {
    hits: [[memory({ limit: 5, reservation: 6 }), 'linux/resources/memory/reservation', /6 is more than 5$/]],
    misses: [memory({ limit: 5, reservation: 5 }), memory({ limit: -1, reservation: 6 }), memory({ reservation: 6 })],
  },
  'memory-swappiness': {
    hits: [[memory({ swappiness: 101 }), 'linux/resources/memory/swappiness', 'must be from 0 to 100, but is 101']],
    misses: [memory({ swappiness: 100 })],
  },
  'cpu-quota': {
    hits: [[cpu({ quota: 999 }), 'linux/resources/cpu/quota', 'must be at least 1000 microseconds, but is 999']],
    misses: [cpu({ quota: 1000 }), cpu({ quota: 0 }), cpu({ quota: -1 })],
  },
  'cpu-period': {
    hits: [
      [cpu({ period: 999 }), 'linux/resources/cpu/period', /from 1000 to 1000000 microseconds, but is 999$/],
      [cpu({ period: 1_000_001 }), 'linux/resources/cpu/period', /but is 1000001$/],
    ],
    misses: [cpu({ period: 1000 }), cpu({ period: 1_000_000 }), cpu({ period: 0 })],
  },
  'cpu-burst': {
    hits: [
      [cpu({ quota: 1000, burst: 1001 }), 'linux/resources/cpu/burst', /above the quota: 1001 is more than 1000$/],
    ],
    misses: [cpu({ quota: 1000, burst: 1000 }), cpu({ quota: -1, burst: 5 })],
  },
  'cpu-realtime': {
    hits: [
      [cpu({ realtimeRuntime: 6, realtimePeriod: 5 }), 'linux/resources/cpu/realtimeRuntime', /6 is more than 5$/],
    ],
    misses: [cpu({ realtimeRuntime: 5, realtimePeriod: 5 }), cpu({ realtimeRuntime: 5 })],
  },
  'cpu-idle': {
    hits: [
      [cpu({ idle: 2 }), 'linux/resources/cpu/idle', 'must be 0 or 1, but is 2'],
      [cpu({ idle: -1 }), 'linux/resources/cpu/idle', 'must be 0 or 1, but is -1'],
    ],
    misses: [cpu({ idle: 1 }), cpu({ idle: 0, shares: 5 })],
  },
  'cpu-idle-shares': {
    hits: [[cpu({ idle: 1, shares: 2 }), 'linux/resources/cpu/shares', /^must not be set with idle/]],
    misses: [cpu({ idle: 1, shares: 0 })],
  },
  'cpu-list': {
    hits: [
      [cpu({ cpus: '0-' }), 'linux/resources/cpu/cpus', /^has "0-", which is no number/],
      [cpu({ mems: '1-0' }), 'linux/resources/cpu/mems', 'has 1-0, which runs backwards'],
    ],
    misses: [cpu({ cpus: '0-3,7,8-31:2/4', mems: '0' }), cpu({ cpus: '', mems: '' })],
  },
  'pids-limit': {
    hits: [[{ 'linux/resources/pids': { limit: -2 } }, 'linux/resources/pids/limit', /^must not be below -1/]],
    misses: [{ 'linux/resources/pids': { limit: -1 } }, { 'linux/resources/pids': {} }],
  },
  'block-weight': {
    hits: [
      [blockIO({ weight: 9 }), 'linux/resources/blockIO/weight', 'must be from 10 to 1000, but is 9'],
      [blockIO({ leafWeight: 1001 }), 'linux/resources/blockIO/leafWeight', /but is 1001$/],
      [
        blockIO({ weightDevice: [{ major: 8, minor: 0, weight: 5 }] }),
        'linux/resources/blockIO/weightDevice/0/weight',
        /but is 5$/,
      ],
    ],
    misses: [
      blockIO({ weight: 10, leafWeight: 1000, weightDevice: [{ major: 8, minor: 0, weight: 0, leafWeight: 10 }] }),
      blockIO({ weight: 0 }),
    ],
  },
  'block-weight-device': {
    hits: [
      [
        blockIO({ weightDevice: [{ major: 8, minor: 0 }] }),
        'linux/resources/blockIO/weightDevice/0',
        'needs weight or leafWeight',
      ],
    ],
    misses: [blockIO({ weightDevice: [{ major: 8, minor: 0, leafWeight: 10 }] })],
  },
  'block-device': {
    hits: [
      [
        blockIO({ throttleReadBpsDevice: [{ major: -1, minor: 0, rate: 1 }] }),
        'linux/resources/blockIO/throttleReadBpsDevice/0/major',
        'must not be negative, but is -1',
      ],
      [
        blockIO({ weightDevice: [{ major: 8, minor: -1, weight: 10 }] }),
        'linux/resources/blockIO/weightDevice/0/minor',
        /^must not be negative/,
      ],
    ],
    misses: [blockIO({ throttleWriteIOPSDevice: [{ major: 0, minor: 0, rate: 0 }] })],
  },
  'huge-page-size': {
    hits: [
      [
        { 'linux/resources/hugepageLimits': [{ pageSize: '3MB', limit: 0 }] },
        'linux/resources/hugepageLimits/0/pageSize',
        'must be a power of two, as pages are, but is 3MB',
      ],
    ],
    misses: [
      { 'linux/resources/hugepageLimits': ['64KB', '512MB', '16GB'].map((pageSize) => ({ pageSize, limit: 0 })) },
    ],
  },
  'huge-page-duplicate': {
    hits: [
      [
        { 'linux/resources/hugepageLimits': ['1024KB', '2MB', '1MB'].map((pageSize) => ({ pageSize, limit: 0 })) },
        'linux/resources/hugepageLimits/2',
        'limits 1MB again, after linux/resources/hugepageLimits/0; the last counts',
      ],
    ],
    misses: [{ 'linux/resources/hugepageLimits': ['2MB', '2GB'].map((pageSize) => ({ pageSize, limit: 0 })) }],
  },
  'rdma-limit': {
    hits: [
      [{ 'linux/resources/rdma': { mlx5_0: {} } }, 'linux/resources/rdma/mlx5_0', 'needs hcaHandles or hcaObjects'],
    ],
    misses: [{ 'linux/resources/rdma': { mlx5_0: { hcaObjects: 0 } } }],
  },
  'rdma-name': {
    hits: [
      [{ 'linux/resources/rdma': { 'a b': { hcaHandles: 1 } } }, 'linux/resources/rdma/a b', 'is no name of a device'],
      [{ 'linux/resources/rdma': { '': { hcaHandles: 1 } } }, 'linux/resources/rdma/', 'is no name of a device'],
    ],
    misses: [{ 'linux/resources/rdma': { 'a-b': { hcaHandles: 1 } } }],
  },
  'unified-key': {
    hits: [
      [{ 'linux/resources/unified': { '../x': '1' } }, 'linux/resources/unified/..~1x', /^must be the name of a file/],
      [{ 'linux/resources/unified': { '..': '1' } }, 'linux/resources/unified/..', /^must be the name of a file/],
      [{ 'linux/resources/unified': { '': '1' } }, 'linux/resources/unified/', /^must be the name of a file/],
    ],
    misses: [{ 'linux/resources/unified': { 'memory.high': 'max', '...': '' } }],
  },
};
