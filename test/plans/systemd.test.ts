/** Golden units: what systemd is asked for, for each field of linux.resources that it has a property for, as prose. */
import { expect, test } from '@jest/globals';
import { cgroups } from '../../lib/plan/cgroups.js';
import { compile } from '../../lib/plan/compile.js';
import { RARE } from '../../lib/plan/rareResources.js';
import { Slots } from '../../lib/plan/step.js';
import { systemdDriver } from '../../lib/plan/systemdDriver.js';
import type { SystemdFacts } from '../../lib/plan/systemdUnit.js';
import { defaultSpec } from '../../lib/spec/default.js';
import type { Resources, Spec } from '../../lib/spec/types.gen.js';
import { unitProse } from '../../lib/plan/prose.js';
import { expectGolden, expectText, FILTER, hostWith, PLACE } from './golden.js';
import type { LAYOUTS } from './layouts.js';

const SYSTEM: SystemdFacts = { user: false, root: '', version: 255 };
const DENIED = { allow: false, access: 'rwm' };

const CASES: Readonly<Record<string, Resources>> = {
  memory: { memory: { limit: 64 << 20, swap: 96 << 20, reservation: 32 << 20 } },
  'memory, no limits': { memory: { limit: -1, swap: -1, reservation: -1 } },
  'memory, 63 bits': { memory: { limit: 2n ** 62n, swap: 2n ** 63n - 1n } },
  cpu: { cpu: { shares: 512, quota: 50_000, period: 200_000, cpus: '0-1,9', mems: '0' } },
  'cpu, a quota that is no multiple of 10 ms in a second': { cpu: { quota: 33_333, period: 100_000 } },
  'cpu, a quota alone': { cpu: { quota: 20_000 } },
  'cpu, a period alone': { cpu: { period: 50_000 } },
  'cpu, no quota': { cpu: { quota: -1, period: 50_000 } },
  'cpu, idle': { cpu: { idle: 1 } },
  'cpu, not idle any more': { cpu: { idle: 0, shares: 2048 } },
  pids: { pids: { limit: 32 } },
  'pids, no limit': { pids: { limit: -1 } },
  'block devices': { blockIO: { weight: 500, weightDevice: [{ major: 8, minor: 0, weight: 10 }] } },
  'unified, beside other fields': {
    pids: { limit: 10 },
    memory: { limit: 64 << 20 },
    unified: { 'pids.max': '20', 'memory.high': '1000000', 'memory.min': '4096', 'memory.oom.group': '1' },
  },
  'devices, all but one': {
    devices: [
      { allow: true, access: 'rwm' },
      { allow: false, type: 'b', major: 8, minor: 0, access: 'rwm' },
    ],
  },
  'devices, in order': {
    devices: [
      DENIED,
      { allow: true, type: 'c', major: 10, minor: 229, access: 'rw' },
      { allow: true, type: 'c', major: 4, access: 'r' },
      { allow: true, type: 'b', major: 8, minor: 0, access: 'r' },
      { allow: true, type: 'b', major: 8, minor: 16, access: 'rw' },
      { allow: false, type: 'b', major: 8, access: 'w' },
    ],
  },
};

function prose(
  resources: Resources,
  layout: keyof typeof LAYOUTS,
  facts: SystemdFacts,
  spec: Partial<Spec> = {},
): string[] {
  const whole: Spec = { ociVersion: '1.3.0', ...spec, linux: { resources, ...spec.linux } };
  const { unit, warnings } = cgroups(whole, 'web', hostWith(layout), new Slots(), {
    rare: RARE,
    driver: systemdDriver(facts),
  });
  return [...(unit === undefined ? [] : unitProse(unit)), ...warnings.map((warning) => `  warning: ${warning}`)];
}

/** Without the lines that every unit has. */
function own(lines: readonly string[]): string[] {
  const common = new Set(prose({}, 'v2', SYSTEM).concat(prose({}, 'v1', SYSTEM)));
  return lines.filter((line) => !common.has(line));
}

test.each(['v1', 'v2'] as const)('%s', (layout) => {
  const rare = ['unified, beside other fields', 'block devices'];
  const cases = Object.entries(CASES).filter(([title]) => layout === 'v2' || !rare.includes(title));
  const text = cases.flatMap(([title, resources]) => [title, ...own(prose(resources, layout, SYSTEM))]);
  expectText(`systemd-${layout}`, [...prose({}, layout, SYSTEM), ...text, ''].join('\n'));
});

test('what an old systemd does not know is in the files alone', () => {
  const all: Resources = { ...CASES.cpu, unified: { 'memory.oom.group': '1', 'memory.min': '4096' } };
  const names = (version: number): string =>
    own(prose(all, 'v2', { ...SYSTEM, version }))
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
  const lines = prose({ memory: { limit: 4096 } }, 'v2', SYSTEM, { annotations });
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
  expect(() => prose({}, 'v2', SYSTEM, { annotations })).toThrow(message);
});

test('the whole plan', () => {
  const facts: SystemdFacts = { user: true, root: '/user.slice/user-1000.slice/user@1000.service', version: 252 };
  const spec = defaultSpec({ cgroupNamespace: true });
  const linux = { ...spec.linux, cgroupsPath: 'a-b.slice:pod:web' };
  const plan = compile({ ...spec, linux }, PLACE, hostWith('v2'), { ...FILTER, driver: systemdDriver(facts) });
  expectGolden('systemd-plan', plan);
});

test('no cgroups at all', () => {
  const plan = compile(defaultSpec({ cgroupNamespace: true }), PLACE, hostWith('hybrid'), {
    ...FILTER,
    driver: 'disabled',
  });
  expectGolden('cgroups-disabled', plan);
});

test('no cgroups hold no limits', () => {
  const spec: Spec = { ociVersion: '1.3.0', linux: { resources: { pids: { limit: 3 } } } };
  expect(() => cgroups(spec, 'web', hostWith('v2'), new Slots(), { driver: 'disabled' })).toThrow(
    /cgroups are disabled/,
  );
});
