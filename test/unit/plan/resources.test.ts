import { describe, expect, test } from '@jest/globals';
import type { CgroupLayout } from '../../../lib/plan/cgroupLayout.js';
import { RARE } from '../../../lib/plan/rareResources.js';
import { isRare, resourcePlan } from '../../../lib/plan/resources.js';
import { weightOf } from '../../../lib/plan/resourcesV2.js';
import type { Resources } from '../../../lib/spec/types.gen.js';
import { hybrid, v1, v2 } from './layouts.js';

const plan = (resources: Resources, layout: CgroupLayout = v1) =>
  resourcePlan({ ociVersion: '1.3.0', linux: { resources } }, layout, RARE);
const lines = (resources: Resources, layout?: CgroupLayout) =>
  plan(resources, layout).writes.map(({ controller, file, value }) => `${controller} ${file} ${value}`);
const refusal = (code: string, pointer: string) =>
  expect.objectContaining({ code, details: expect.objectContaining({ pointer: `linux/resources/${pointer}` }) });

describe('numbers that are no limits', () => {
  test.each([
    [{ memory: { limit: -2 } }, 'memory/limit'],
    [{ memory: { limit: -(2n ** 63n) } }, 'memory/limit'],
    [{ memory: { reservation: -5 } }, 'memory/reservation'],
    [{ pids: { limit: -2 } }, 'pids/limit'],
  ] as [Resources, string][])('%#', (resources, pointer) => {
    for (const layout of [
      { ...v1, hierarchies: [...v1.hierarchies, { ...v1.hierarchies[0]!, controllers: ['pids'] }] },
      v2,
    ])
      expect(() => plan(resources, layout)).toThrow(refusal('config-invalid', pointer));
  });
});

describe('a controller that the host lacks', () => {
  const without: CgroupLayout = { kind: 'v1', hierarchies: v1.hierarchies.filter(({ name }) => name === 'memory') };

  test.each([
    [{ cpu: { shares: 5 } }, 'cpu/shares'],
    [{ cpu: { cpus: '0' } }, 'cpu/cpus'],
    [{ pids: { limit: 5 } }, 'pids/limit'],
    [{ blockIO: { weight: 100 } }, 'blockIO/weight'],
    [{ hugepageLimits: [{ pageSize: '2MB', limit: 0 }] }, 'hugepageLimits/0/limit'],
    [{ network: { classID: 1 } }, 'network/classID'],
    [{ network: { priorities: [{ name: 'lo', priority: 1 }] } }, 'network/priorities/0'],
    [{ rdma: { a: { hcaHandles: 1 } } }, 'rdma/a'],
    [{ unified: { 'memory.high': '1' } }, 'unified/memory.high'],
    [{ unified: { 'cgroup.max.depth': '1' } }, 'unified/cgroup.max.depth'],
    [{ unified: { 'a~b/c.d': '1' } }, 'unified/a~0b~1c.d'],
  ] as [Resources, string][])('is an error where it is needed: %j', (resources, pointer) => {
    expect(() => plan(resources, without)).toThrow(refusal('host-unsupported', pointer));
  });

  test('is none where nothing is asked of it, or what the kernel does anyway', () => {
    expect(
      lines({ memory: { limit: 4096 }, cpu: { idle: 0, burst: 0, shares: 0 }, blockIO: { weight: 0 } }, without),
    ).toEqual(['memory memory.limit_in_bytes 4096']);
  });
});

test('a file of cgroup v2 itself needs no controller, and one of a controller of v1 is refused', () => {
  expect(lines({ unified: { 'cgroup.max.depth': '3' } }, hybrid)).toEqual(['cgroup cgroup.max.depth 3']);
  expect(() => plan({ unified: { 'memory.high': '3' } }, hybrid)).toThrow(
    refusal('host-unsupported', 'unified/memory.high'),
  );
});

test('an empty value is written as such', () => {
  expect(lines({ unified: { 'cpuset.cpus': '' } }, v2)).toEqual(['cpuset cpuset.cpus ']);
});

test('what few configs have needs its compilers; engines send it empty', () => {
  for (const [resources, rare] of [
    [{}, false],
    [
      { blockIO: { weight: 0, throttleReadBpsDevice: [] }, hugepageLimits: [], network: {}, rdma: {}, unified: {} },
      false,
    ],
    [{ blockIO: { weight: 10 } }, true],
    [{ blockIO: { throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1 }] } }, true],
    [{ hugepageLimits: [{ pageSize: '2MB', limit: 0 }] }, true],
    [{ network: { classID: 1 } }, true],
    [{ network: { priorities: [{ name: 'lo', priority: 1 }] } }, true],
    [{ rdma: { a: {} } }, true],
    [{ unified: { a: '' } }, true],
  ] as [Resources, boolean][]) {
    expect(isRare(resources)).toBe(rare);
  }
  expect(() =>
    resourcePlan({ ociVersion: '1.3.0', linux: { resources: { unified: { a: '' } } } }, v2, undefined),
  ).toThrow(expect.objectContaining({ code: 'internal' }));
});

// The figures that the projects agreed on when they left the straight line.
test.each([
  [1, '1'],
  [2, '1'],
  [3, '2'],
  [102, '17'],
  [512, '59'],
  [1024, '100'],
  [2000, '170'],
  [2048, '174'],
  [262_144, '10000'],
  [400_000, '10000'],
])('%d shares weigh %s', (shares, weight) => {
  expect(weightOf(shares)).toBe(weight);
});
