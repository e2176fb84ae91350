/**
 * The unit of systemd that holds a container: made before it with a placeholder in it, and stopped behind it. Called by
 * launch, undo, destroy and update, and loaded only for a container that has a unit.
 */
import { fromSystem, RuntimeError } from '../errors.js';
import { cgroupProcesses } from '../host/cgroup.js';
import { isPrivileged } from '../host/privilege.js';
import { Systemd } from '../host/systemd.js';
import { native } from '../native/load.js';
import type { Launched } from '../native/surface.js';
import { encodePlan } from '../plan/encode.js';
import type { Plan } from '../plan/step.js';
import { type SystemdDriver, systemdDriver } from '../plan/systemdDriver.js';
import type { ResourceWrite } from '../plan/resourceWrite.js';
import { mirrored, type UnitProperty } from '../plan/systemdProperties.js';
import type { PlannedUnit } from '../plan/systemdScope.js';
import { POINTS } from '../plan/wire.gen.js';

/** A unit as a record keeps it. */
export interface ContainerUnit {
  readonly name: string;
  /** Whether the systemd of the user has it. */
  readonly user: boolean;
}

/** A unit that is there, and has a place for init. */
export interface HeldPlace {
  /** Ends the process that holds the place: init is in it, or will never be. */
  end(): Promise<void>;
  /** Narrows the limits that counted that process. @throws RuntimeError cgroup-failed */
  settle(): void;
}

/** systemd, as launch uses it. */
export interface UnitMaker {
  readonly driver: SystemdDriver;
  /**
   * Makes the unit of a plan.
   * @throws RuntimeError systemd-failed, cgroup-failed, timeout; nothing of it is left then
   */
  make(plan: Unitary, directory: string): Promise<HeldPlace>;
  close(): void;
}

/** A unit that is to be made, and its directories. */
interface Unitary {
  readonly unit: PlannedUnit | undefined;
  readonly cgroups: Plan['cgroups'];
}

const PLACEHOLDER_DEADLINE = 30_000;

/** @throws RuntimeError systemd-failed, timeout */
export async function unitMaker(): Promise<UnitMaker> {
  const systemd = await Systemd.connect(!isPrivileged());
  try {
    const driver = systemdDriver(await systemd.facts());
    return { driver, make: (plan, directory) => make(systemd, plan, directory), close: () => systemd.close() };
  } catch (error) {
    systemd.close();
    throw error;
  }
}

async function make(systemd: Systemd, { unit, cgroups }: Unitary, directory: string): Promise<HeldPlace> {
  if (unit === undefined) throw new RuntimeError('internal', 'a plan for systemd has no unit');
  requireNobody(unit, cgroups);
  if (unit.name.endsWith('.slice')) {
    await start(systemd, unit, []);
    return { end: () => Promise.resolve(), settle: () => undefined };
  }
  const placeholder = await startPlaceholder(directory);
  try {
    await start(systemd, unit, [['PIDs', 'au', [placeholder.pid]]]);
  } catch (error) {
    await end(placeholder);
    throw error;
  }
  return { end: () => end(placeholder), settle: () => settle(unit) };
}

/** Everything in the unit is ended with the container. @throws RuntimeError cgroup-failed */
function requireNobody({ name }: PlannedUnit, cgroups: Plan['cgroups']): void {
  const [pid] = cgroupProcesses(cgroups);
  if (pid === undefined) return;
  throw new RuntimeError('cgroup-failed', `the unit ${name} has processes already, ${pid} among them`, {
    pointer: 'linux/cgroupsPath',
    hint: 'choose another linux.cgroupsPath',
  });
}

/** What has the name and nobody in it is what is left of an earlier unit. */
async function start(systemd: Systemd, unit: PlannedUnit, more: readonly UnitProperty[]): Promise<void> {
  const properties = [...unit.properties, ...more];
  if (await systemd.start(unit.name, properties)) return;
  await systemd.stop(unit.name);
  if (await systemd.start(unit.name, properties)) return;
  throw new RuntimeError('systemd-failed', `systemd has a unit ${unit.name} already, and keeps it`, {
    pointer: 'linux/cgroupsPath',
    hint: 'a unit of a file cannot be that of a container: choose another linux.cgroupsPath',
  });
}

/** An init that waits for a word that does not come, and ends with us. */
async function startPlaceholder(directory: string): Promise<Launched> {
  return await native().launch({
    host: encodePlan([]),
    init: encodePlan([{ op: 'meet', point: POINTS.ready }]),
    cloneFlags: 0,
    cgroupSlot: -1,
    deadline: PLACEHOLDER_DEADLINE,
    imageDirectory: directory,
    trace: false,
  });
}

async function end(placeholder: Launched): Promise<void> {
  await native().endInit(placeholder);
  native().close(placeholder.pidfd);
  native().close(placeholder.channel);
}

function settle({ settled = [] }: PlannedUnit): void {
  for (const { pointer, path, value } of settled) {
    try {
      native().writeKernelText(path, value);
    } catch (error) {
      throw fromSystem('cgroup-failed', `write ${JSON.stringify(value)}`, error, { pointer });
    }
  }
}

/** Stops the unit of a container that has ended. @throws RuntimeError systemd-failed, timeout */
export async function stopUnit(unit: ContainerUnit): Promise<void> {
  await asked(unit, (systemd) => systemd.stop(unit.name));
}

/**
 * Gives a unit the limits that are written to the files of its cgroup.
 * @param v1 whether systemd has its controllers in cgroup v1
 * @returns what gives it back those that it had
 * @throws RuntimeError systemd-failed, timeout
 */
export async function limitUnit(
  unit: ContainerUnit,
  writes: readonly ResourceWrite[],
  v1: boolean,
): Promise<() => Promise<void>> {
  const former = await asked(unit, async (systemd) => {
    const properties = mirrored(writes, (await systemd.facts()).version, v1);
    const before = await systemd.properties(unit.name, properties);
    await systemd.change(unit.name, properties);
    return before;
  });
  return () => asked(unit, (systemd) => systemd.change(unit.name, former));
}

async function asked<T>({ user }: ContainerUnit, work: (systemd: Systemd) => Promise<T>): Promise<T> {
  const systemd = await Systemd.connect(user);
  try {
    return await work(systemd);
  } finally {
    systemd.close();
  }
}
