/** Units: what systemd is asked for, for each field of linux.resources that it has a property for, as prose. */
import { cgroups } from '../../../lib/plan/cgroups.js';
import { RARE } from '../../../lib/plan/rareResources.js';
import { Slots } from '../../../lib/plan/step.js';
import { systemdDriver } from '../../../lib/plan/systemdDriver.js';
import type { SystemdFacts } from '../../../lib/plan/systemdUnit.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Resources, Spec } from '../../../lib/spec/types.gen.js';
import { unitProse } from '../../../lib/plan/prose.js';
import { container, type Golden, hostWith } from './world.js';
import type { LAYOUTS } from './layouts.js';

export const SYSTEM: SystemdFacts = { user: false, root: '', version: 255 };
const DENIED = { allow: false, access: 'rwm' };

export const CASES: Readonly<Record<string, Resources>> = {
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

/** A config with these limits. */
export function limited(resources: Resources, spec: Partial<Spec> = {}): Spec {
  return { ociVersion: '1.3.0', ...spec, linux: { resources, ...spec.linux } };
}

/** The unit of a container. */
export function unitOf(spec: Spec, layout: keyof typeof LAYOUTS, facts: SystemdFacts): string[] {
  const { unit, warnings } = cgroups(spec, 'web', hostWith(layout), new Slots(), {
    rare: RARE,
    driver: systemdDriver(facts),
  });
  return [...(unit === undefined ? [] : unitProse(unit)), ...warnings.map((warning) => `  warning: ${warning}`)];
}

/** Without the lines that every unit has. */
export function own(lines: readonly string[]): string[] {
  const common = new Set((['v2', 'v1'] as const).flatMap((layout) => unitOf(limited({}), layout, SYSTEM)));
  return lines.filter((line) => !common.has(line));
}

function units(layout: 'v1' | 'v2'): Golden[] {
  const rare = ['unified, beside other fields', 'block devices'];
  const cases = Object.entries(CASES).filter(([title]) => layout === 'v2' || !rare.includes(title));
  const file = `systemd-${layout}`;
  const whole = (spec: Spec): string[] => unitOf(spec, layout, SYSTEM);
  return [
    { file, spec: limited({}), prose: whole },
    ...cases.map(([title, resources]) => ({
      file,
      title,
      spec: limited(resources),
      prose: (spec: Spec) => own(whole(spec)),
    })),
  ];
}

const ofUser: SystemdFacts = { user: true, root: '/user.slice/user-1000.slice/user@1000.service', version: 252 };
const standard = defaultSpec({ cgroupNamespace: true });
const named: Spec = { ...standard, linux: { ...standard.linux, cgroupsPath: 'a-b.slice:pod:web' } };

export const UNITS: readonly Golden[] = [
  ...units('v1'),
  ...units('v2'),
  container('systemd-plan', named, { compilers: { driver: systemdDriver(ofUser) } }),
  container('cgroups-disabled', standard, { facts: hostWith('hybrid'), compilers: { driver: 'disabled' } }),
];
