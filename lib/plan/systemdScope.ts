/**
 * The unit of systemd that a container is to have: its name, and what it is told of it. Called by cgroups.ts with the driver
 * `systemd`. Pure: what lib/host/systemd.ts sends is this and the processes of the unit.
 * Sources: org.freedesktop.systemd1(5), systemd.resource-control(5).
 */
import { RuntimeError } from '../errors.js';
import type { Spec } from '../spec/types.gen.js';
import type { Rule } from './deviceRules.js';
import type { SettledLimit } from './placeholder.js';
import type { ResourceWrite } from './resourceWrite.js';
import { unitDevices } from './systemdDevices.js';
import { mirrored, type UnitProperty } from './systemdProperties.js';
import { parseText, TextFault } from './systemdText.js';
import type { SystemdFacts, UnitPlace } from './systemdUnit.js';

/** What systemd is asked to make. */
export interface PlannedUnit {
  readonly name: string;
  readonly user: boolean;
  /** Without PIDs: a scope begins with a process, which is not there yet. */
  readonly properties: readonly UnitProperty[];
  /** Limits that must be wider until init has taken the place of the process that holds it. */
  readonly settled?: readonly SettledLimit[];
}

/** What is asked of the unit. */
export interface UnitOrder {
  /** Of the container, for whoever lists units. */
  readonly id: string;
  readonly writes: readonly ResourceWrite[];
  readonly rules: readonly Rule[];
  /** Whether systemd has its controllers in cgroup v1. */
  readonly v1: boolean;
}

const ANNOTATION = 'org.systemd.property.';

/**
 * @returns the unit, and what it will not hold to
 * @throws RuntimeError config-invalid for an annotation
 */
export function plannedUnit(
  spec: Spec,
  { name, slice }: UnitPlace,
  { id, writes, rules, v1 }: UnitOrder,
  { user, version }: SystemdFacts,
): { unit: PlannedUnit; warnings: readonly string[] } {
  const devices = unitDevices(rules);
  const properties: UnitProperty[] = [
    ['Description', 's', `caisson container ${id}`],
    ...(name.endsWith('.slice') ? [] : scope(slice)),
    ['DefaultDependencies', 'b', false],
    // Nobody asks later why it failed: it is forgotten when it is empty.
    ['CollectMode', 's', 'inactive-or-failed'],
    ['MemoryAccounting', 'b', true],
    ['CPUAccounting', 'b', true],
    [v1 ? 'BlockIOAccounting' : 'IOAccounting', 'b', true],
    ['TasksAccounting', 'b', true],
    ...devices.properties,
    ...mirrored(writes, version, v1),
  ];
  const warnings =
    devices.unsaid && v1
      ? ['linux/resources/devices: systemd cannot deny single devices: a daemon-reload allows them']
      : [];
  return { unit: { name, user, properties: withAnnotated(properties, spec) }, warnings };
}

/** What is below the scope is the container's: systemd keeps out. */
function scope(slice: string): UnitProperty[] {
  return [
    ['Slice', 's', slice],
    ['Delegate', 'b', true],
  ];
}

/** Whoever names a property means it: it takes the place of one of ours. */
function withAnnotated(ours: readonly UnitProperty[], { annotations = {} }: Spec): UnitProperty[] {
  const found = new Map(ours.map((one) => [one[0], one]));
  for (const [key, text] of Object.entries(annotations)) {
    if (!key.startsWith(ANNOTATION)) continue;
    const property = annotated(key, text);
    found.set(property[0], property);
  }
  return [...found.values()];
}

/** @throws RuntimeError config-invalid */
function annotated(key: string, text: string): UnitProperty {
  const name = key.slice(ANNOTATION.length);
  if (!/^[A-Z][A-Za-z0-9]+$/.test(name)) throw invalid(key, `${JSON.stringify(name)} is no property of a unit`);
  try {
    const { signature, value } = parseText(text);
    return name.endsWith('Sec') && !name.endsWith('USec') ? inMicroseconds(key, name, value) : [name, signature, value];
  } catch (error) {
    if (error instanceof TextFault) throw invalid(key, `${JSON.stringify(text)} ${error.message}`);
    throw error;
  }
}

/** Unit files have TimeoutStopSec=30, D-Bus has TimeoutStopUSec. */
function inMicroseconds(key: string, name: string, value: unknown): UnitProperty {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw invalid(key, 'is not a number of seconds');
  if (value < 0) throw invalid(key, 'is less than no time');
  return [`${name.slice(0, -'Sec'.length)}USec`, 't', BigInt(Math.round(Number(value) * 1e6))];
}

function invalid(key: string, message: string): RuntimeError {
  return new RuntimeError('config-invalid', message, {
    pointer: `annotations/${key}`,
    hint: "write it as systemd's D-Bus interface has it, in GVariant text: \"'kill'\", 'true', 'uint64 42'",
  });
}
