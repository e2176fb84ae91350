import { expect, test } from '@jest/globals';
import { mergeResources } from '../../../lib/plan/mergeResources.js';
import type { Resources } from '../../../lib/spec/types.gen.js';

const old: Resources = {
  devices: [{ allow: false, access: 'rwm' }],
  memory: { limit: 100, swap: 200, reservation: 50 },
  cpu: { shares: 512, quota: 5000, period: 10_000 },
  pids: { limit: 5 },
  blockIO: { weight: 100, throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1 }] },
  hugepageLimits: [{ pageSize: '2MB', limit: 1 }],
};

test('0 leaves a limit as it is, but where it means something', () => {
  const { all, due } = mergeResources(old, {
    memory: { limit: 0, swappiness: 0 },
    cpu: { shares: 0, idle: 0, burst: 0 },
  });
  expect(all.memory).toEqual({ ...old.memory, swappiness: 0 });
  expect(due.memory).toEqual({ swappiness: 0 });
  expect(due.cpu).toEqual({ idle: 0, burst: 0 });
  expect(all.cpu).toEqual({ ...old.cpu, idle: 0, burst: 0 });
});

test('what goes into one file, or is weighed against it, is written together', () => {
  expect(mergeResources(old, { memory: { limit: 150 } }).due.memory).toEqual({ limit: 150, swap: 200 });
  expect(mergeResources(old, { memory: { swap: 300 } }).due.memory).toEqual({ limit: 100, swap: 300 });
  expect(mergeResources(old, { cpu: { period: 20_000 } }).due.cpu).toEqual({ quota: 5000, period: 20_000 });
  expect(mergeResources(old, { memory: { reservation: 20 } }).due.memory).toEqual({ reservation: 20 });
});

test('no limit of memory is none of memory and swap', () => {
  expect(mergeResources(old, { memory: { limit: -1 } }).due.memory).toEqual({ limit: -1, swap: -1 });
});

test('an idle cgroup has no shares', () => {
  expect(mergeResources(old, { cpu: { idle: 1 } }).all.cpu).toEqual({ quota: 5000, period: 10_000, idle: 1 });
});

test('a list changes the entry of the same device or size', () => {
  const asked: Resources = {
    blockIO: {
      throttleReadBpsDevice: [
        { major: 8, minor: 0, rate: 2 },
        { major: 8, minor: 16, rate: 3 },
      ],
    },
    hugepageLimits: [{ pageSize: '1GB', limit: 2 }],
  };
  const { all, due } = mergeResources(old, asked);
  expect(all.blockIO).toEqual({ weight: 100, throttleReadBpsDevice: asked.blockIO!.throttleReadBpsDevice });
  expect(all.hugepageLimits).toEqual([...old.hugepageLimits!, ...asked.hugepageLimits!]);
  expect(due.blockIO).toEqual(asked.blockIO);
});

test('device rules are never touched', () => {
  const { all, due } = mergeResources(old, { devices: [{ allow: true, access: 'rwm' }] });
  expect(all.devices).toEqual(old.devices);
  expect(due.devices).toBeUndefined();
});
