/**
 * The driver `systemd`: loaded by lib/container when it is asked for, given to cgroups.ts, so that nobody else pays for it.
 * Pure. What the systemd is like that will be asked is given.
 */
import type { Spec } from '../spec/types.gen.js';
import { type PlannedUnit, plannedUnit, type UnitOrder } from './systemdScope.js';
import { type SystemdFacts, type UnitPlace, unitPlace } from './systemdUnit.js';

export interface SystemdDriver {
  /** @throws RuntimeError config-invalid */
  place(cgroupsPath: string | undefined, id: string): UnitPlace;
  /** @throws RuntimeError config-invalid */
  unit(spec: Spec, place: UnitPlace, order: UnitOrder): { unit: PlannedUnit; warnings: readonly string[] };
}

export function systemdDriver(facts: SystemdFacts): SystemdDriver {
  return {
    place: (cgroupsPath, id) => unitPlace(cgroupsPath, id, facts),
    unit: (spec, place, order) => plannedUnit(spec, place, order, facts),
  };
}
