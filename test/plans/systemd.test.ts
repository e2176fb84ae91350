/** What systemd is asked for by its version and by annotations; units for each field are golden (cases/systemd.ts). */
import { expect, test } from '@jest/globals';
import { cgroups } from '../../lib/plan/cgroups.js';
import { Slots } from '../../lib/plan/step.js';
import type { Resources, Spec } from '../../lib/spec/types.gen.js';
import { CASES, limited, own, SYSTEM, unitOf } from './cases/systemd.js';
import { hostWith } from './cases/world.js';

test('what an old systemd does not know is in the files alone', () => {
  const all: Resources = { ...CASES.cpu, unified: { 'memory.oom.group': '1', 'memory.min': '4096' } };
  const names = (version: number): string =>
    own(unitOf(limited(all), 'v2', { ...SYSTEM, version }))
      .map((line) => line.trim().split(' ')[0])
      .join(' ');
  expect(names(239)).toBe('CPUWeight CPUQuotaPerSecUSec');
  expect(names(244)).toBe('MemoryMin CPUWeight CPUQuotaPerSecUSec CPUQuotaPeriodUSec AllowedCPUs AllowedMemoryNodes');
  expect(names(253)).toMatch(/ OOMPolicy$/);
});

test('annotations name properties, and take the place of ours', () => {
  const annotations = {
    'org.systemd.property.TimeoutStopSec': '1.5',
    'org.systemd.property.CollectMode': "'inactive'",
    'org.systemd.property.MemoryMax': 'uint64 5',
    'org.systemd.property.After': "['a.service', 'b.service']",
    other: 'x',
  };
  const lines = unitOf(limited({ memory: { limit: 4096 } }, { annotations }), 'v2', SYSTEM);
  expect(lines).toContain('  TimeoutStopUSec t 1500000');
  expect(lines).toContain('  CollectMode s "inactive"');
  expect(lines).toContain('  MemoryMax t 5');
  expect(lines).toContain('  After as ["a.service","b.service"]');
  expect(lines.filter((line) => /CollectMode|MemoryMax/.test(line))).toHaveLength(2);
});

test.each([
  [{ 'org.systemd.property.x': 'true' }, /no property/],
  [{ 'org.systemd.property.Foo': '' }, /ends too early/],
  [{ 'org.systemd.property.Foo': 'true false' }, /goes on/],
  [{ 'org.systemd.property.TimeoutStopSec': "'soon'" }, /seconds/],
  [{ 'org.systemd.property.TimeoutStopSec': '-1' }, /no time/],
])('an annotation that is none: %j', (annotations, message) => {
  expect(() => unitOf(limited({}, { annotations }), 'v2', SYSTEM)).toThrow(message);
});

test('no cgroups hold no limits', () => {
  const spec: Spec = { ociVersion: '1.3.0', linux: { resources: { pids: { limit: 3 } } } };
  expect(() => cgroups(spec, 'web', hostWith('v2'), new Slots(), { driver: 'disabled' })).toThrow(
    /cgroups are disabled/,
  );
});
