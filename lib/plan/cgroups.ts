/**
 * linux.cgroupsPath and linux.resources → the container's cgroup in every hierarchy: made and limited by the host program,
 * entered by init, removed at the end. Called by compile.ts. Pure: how the host mounts its cgroups is given.
 * Sources: config-linux.md#control-groups, cgroups(7), clone(2).
 */
import { RuntimeError } from '../errors.js';
import type { Resources, Spec } from '../spec/types.gen.js';
import { type CgroupHierarchy, type CgroupLayout, hierarchyOf, unifiedHierarchy } from './cgroupLayout.js';
import { cgroupOwner } from './cgroupOwner.js';
import { delegated, type Delegation, type Undelegated } from './delegation.js';
import { deviceProgram } from './deviceProgram.js';
import { deviceRules } from './deviceRules.js';
import { deviceWrites } from './deviceWrites.js';
import { cleanPath, isWithin } from './paths.js';
import { besidePlaceholder, countsPlaceholder } from './placeholder.js';
import type { RareResources } from './rareResources.js';
import type { CallerFacts, RootlessCaller } from './rootless.js';
import { type ResourcePlan, resourcePlan } from './resources.js';
import type { ResourceWrite } from './resourceWrite.js';
import { type Slots, type Step, step } from './step.js';
import type { SystemdDriver } from './systemdDriver.js';
import type { PlannedUnit } from './systemdScope.js';
import type { UnitPlace } from './systemdUnit.js';
import type { HostAct, InitAct, TeardownAct } from './wire.gen.js';

/** What must be known of the host. */
export interface CgroupFacts extends CallerFacts {
  readonly layout: CgroupLayout;
  /** What of the cgroups the caller may use; absent for root of the host, who may use all of them. */
  readonly delegation?: Delegation | undefined;
}

export interface Cgroups {
  /** Before anything that binds or opens the directories. */
  readonly host: readonly Step<HostAct>[];
  /** First of what init does: what it costs counts for the container. */
  readonly init: readonly Step<InitAct>[];
  readonly teardown: readonly Step<TeardownAct>[];
  /** Slot of the v2 directory to be cloned into, or -1 where there is only v1. */
  readonly cgroupSlot: number;
  /** Name of the hierarchy → directory on the host. */
  readonly directories: Readonly<Record<string, string>>;
  /** What systemd is asked to make before all of it, where it is asked. */
  readonly unit?: PlannedUnit;
  readonly warnings: readonly string[];
}

/** Who makes the cgroups: we, systemd, or nobody, and then the container is in those of its caller. */
export type CgroupDriver = 'cgroupfs' | 'disabled' | SystemdDriver;

/** What lib/container brings along. */
export interface CgroupCompilers {
  /** Of resources that few configs have; needed where isRare (resources.ts) says so. */
  readonly rare?: RareResources | undefined;
  /** Who makes the cgroups; `cgroupfs` when left out. */
  readonly driver?: CgroupDriver | undefined;
}

/** The cgroup of ours that holds the containers without an absolute path. It stays when they go. */
const PARENT = '/caisson';

/** Milliseconds: a process in uninterruptible sleep may take long to die, and its cgroup as long to empty. */
const DEADLINE = 10_000;

/** Milliseconds that systemd may take to remove what is empty. */
const PATIENCE = 5_000;

interface Place {
  readonly path: string;
  readonly pointer: string;
  readonly layout: CgroupLayout;
  readonly directories: Readonly<Record<string, string>>;
  readonly unit?: UnitPlace;
}

/**
 * @param id of the container
 * @throws RuntimeError config-invalid for a path that would take in others; host-unsupported where a controller is missing
 */
export function cgroups(
  spec: Spec,
  id: string,
  facts: CgroupFacts,
  slots: Slots,
  { rare, driver = 'cgroupfs' }: CgroupCompilers = {},
): Cgroups {
  const { layout, delegation, rootless } = facts;
  const resources = resourcePlan(spec, layout, rare);
  if (driver === 'disabled') return none(spec, resources, DISABLED);
  const place = driver === 'cgroupfs' ? placeOf(spec, id, facts) : placeInUnit(spec, id, layout, driver);
  const top =
    delegation === undefined ? '' : delegated(place.path, layout, ofDriver(delegation, driver), resources.writes);
  if (typeof top !== 'string') return none(spec, resources, top);
  const entry = enter(place, slots);
  return {
    host: [
      // All of these come first: when one fails, nothing was made, and nothing there is ours to remove.
      ...emptiness(place),
      ...layout.hierarchies.map((hierarchy) => make(place, hierarchy)),
      ...thawed(place),
      ...limits(place, besidePlaceholder(resources.writes, place.unit), top),
      ...(rootless === undefined ? devices(place, spec.linux?.resources ?? {}) : []),
      ...(rootless === undefined ? cgroupOwner(spec, layout, place.directories) : []),
      ...entry.host,
    ],
    init: entry.init,
    teardown: teardown(place),
    cgroupSlot: entry.cgroupSlot,
    directories: place.directories,
    ...withUnit(spec, id, place, withOpenDevices(spec, resources, rootless), driver),
  };
}

/** Whoever asks for a unit gets one, or an error: nothing else would end what is in it. */
function ofDriver(delegation: Delegation, driver: CgroupDriver): Delegation {
  return typeof driver === 'string' ? delegation : { ...delegation, strict: true };
}

/** A program that guards devices is loaded by root of the host. */
function withOpenDevices(spec: Spec, resources: ResourcePlan, caller: RootlessCaller | undefined): ResourcePlan {
  if (caller === undefined) return resources;
  return { ...resources, warnings: [...resources.warnings, ...openDevices(spec, 'they are for root to guard')] };
}

/** In the unit there is a process already: it holds the place. */
function emptiness(place: Place): Step<HostAct>[] {
  if (place.unit !== undefined) return [];
  return each(place, (path) => ({ op: 'require-empty-cgroup', path }), 'a cgroup is never shared by accident');
}

function withUnit(
  spec: Spec,
  id: string,
  { unit: place, layout, directories }: Place,
  { writes, warnings }: ResourcePlan,
  driver: CgroupDriver,
): Pick<Cgroups, 'unit' | 'warnings'> {
  if (place === undefined || typeof driver === 'string') return { warnings };
  const rules = deviceRules(spec.linux?.resources?.devices);
  const planned = driver.unit(spec, place, { id, writes, rules, v1: layout.kind !== 'v2' });
  const settled = writes
    .filter((write) => countsPlaceholder(write, place))
    .map(({ controller, file, value, pointer }) => {
      return { pointer, path: `${directoryOf(controller, layout, directories)}/${file}`, value };
    });
  return { unit: { ...planned.unit, settled }, warnings: [...warnings, ...planned.warnings] };
}

const DISABLED: Undelegated = {
  why: 'cgroups are disabled',
  hint: 'leave it out, or choose another --cgroup-manager',
};

/** @throws RuntimeError for a limit: nobody would hold it; config-invalid, or cgroup-failed where the host is the reason */
function none(spec: Spec, { writes, warnings }: ResourcePlan, reason: Undelegated): Cgroups {
  const { why, hint } = reason;
  if (writes[0] !== undefined) {
    const code = reason === DISABLED ? 'config-invalid' : 'cgroup-failed';
    throw new RuntimeError(code, `a limit needs a cgroup, and ${why}`, { pointer: writes[0].pointer, hint });
  }
  const without = reason === DISABLED ? [] : [`the container has no cgroup of its own: ${why}`];
  const all = [...warnings, ...without, ...openDevices(spec, why), ...strays(spec, why)];
  return { host: [], init: [], teardown: [], cgroupSlot: -1, directories: {}, warnings: all };
}

/** A warning where nothing holds the processes together. */
function strays({ linux }: Spec, why: string): string[] {
  if (linux?.namespaces?.some(({ type, path = '' }) => type === 'pid' && path === '') === true) return [];
  return [`linux/namespaces: ${why}, and without a pid namespace of its own what it leaves running outlives its end`];
}

/** A warning where devices are to be denied, and nobody does it. */
function openDevices({ linux }: Spec, why: string): string[] {
  const devices = linux?.resources?.devices ?? [];
  if (devices.every(({ allow }) => allow)) return [];
  return [`linux/resources/devices: ${why}: nothing but permissions guards the devices`];
}

/** What takes the cgroups of a container away, whatever limits they have. @throws RuntimeError config-invalid */
export function cgroupTeardown(spec: Spec, id: string, facts: CgroupFacts): readonly Step<TeardownAct>[] {
  return teardown(placeOf(spec, id, facts));
}

/** For who is not root, beside the caller's cgroup: nothing else is likely to be its own. */
function placeOf(spec: Spec, id: string, { layout, delegation, rootless }: CgroupFacts): Place {
  const parent = delegation === undefined || rootless === undefined ? PARENT : delegation.parent;
  const path = cgroupPath(spec.linux?.cgroupsPath, id, parent);
  const pointer = spec.linux?.cgroupsPath ? 'linux/cgroupsPath' : '';
  return { path, pointer, layout, directories: directoriesOf(path, layout) };
}

/** In every hierarchy at the same path, also where systemd knows nothing of it. */
function placeInUnit(spec: Spec, id: string, layout: CgroupLayout, driver: SystemdDriver): Place {
  const unit = driver.place(spec.linux?.cgroupsPath, id);
  const pointer = spec.linux?.cgroupsPath ? 'linux/cgroupsPath' : '';
  return { path: unit.path, pointer, layout, directories: directoriesOf(unit.path, layout), unit };
}

function directoriesOf(path: string, { hierarchies }: CgroupLayout): Record<string, string> {
  const directories: Record<string, string> = {};
  for (const { name, mount } of hierarchies) directories[name] = `${mount}${path}`;
  return directories;
}

/**
 * Where the cgroup is below each mount point. Absolute paths are taken from the mount point (config-linux.md#cgroups-path),
 * relative ones from the parent, so never below a cgroup that somebody else manages; `..` leads nowhere above either.
 */
export function cgroupPath(cgroupsPath: string | undefined, id: string, parent = PARENT): string {
  const pointer = 'linux/cgroupsPath';
  // Engines written in Go send '' for what is not set. Beside units of systemd, the name says whose it is.
  if (cgroupsPath === undefined || cgroupsPath === '') return `${parent}/${parent === PARENT ? '' : 'caisson-'}${id}`;
  if (/[\n\0]/.test(cgroupsPath)) {
    throw new RuntimeError('config-invalid', 'a cgroup path cannot have a newline or a NUL', { pointer });
  }
  const absolute = cgroupsPath.startsWith('/');
  const path = absolute ? cleanPath(cgroupsPath) : cleanPath(`${parent}${cleanPath(cgroupsPath)}`);
  // Everything in the container's cgroup is killed when the container is removed.
  if (isWithin(PARENT, path) || (parent !== '' && isWithin(parent, path))) {
    throw new RuntimeError('config-invalid', `the cgroup ${path} cannot be a container's own: others are below it`, {
      pointer,
      hint: `give a path of its own, such as ${parent}/${id}, or leave it out`,
    });
  }
  return path;
}

function make({ path, pointer }: Place, { mount, version, controllers }: CgroupHierarchy): Step<HostAct> {
  const cpuset = version === 1 && controllers.includes('cpuset');
  const act = { op: 'make-cgroup', mount, path, cpuset: cpuset ? 1 : 0 } as const;
  return cpuset
    ? step(pointer, act, 'v1 starts without CPUs and memory nodes, and then nobody can enter')
    : step(pointer, act);
}

/** Init would stand still in a frozen cgroup until a deadline passes, and nobody would know why. */
function thawed({ pointer, layout, directories }: Place): Step<HostAct>[] {
  const [v1, v2] = [hierarchyOf(layout, 'freezer'), unifiedHierarchy(layout)];
  const steps: Step<HostAct>[] = [];
  const require = (name: string, file: string): void => {
    steps.push(step(pointer, { op: 'require-thawed', path: `${directories[name] ?? ''}/${file}` }));
  };
  if (v1 !== undefined) require(v1.name, 'freezer.state');
  if (v2 !== undefined) require(v2.name, 'cgroup.events');
  return steps;
}

/** The values that config.json asks for; on v2 only with the controllers that they need, from the cgroup `top` on. */
function limits({ path, layout, directories }: Place, writes: readonly ResourceWrite[], top: string): Step<HostAct>[] {
  const v2 = unifiedHierarchy(layout);
  const steps: Step<HostAct>[] = [];
  const needed = v2 === undefined ? [] : ofHierarchy(writes, v2);
  if (v2 !== undefined && needed[0] !== undefined) {
    const controllers = [...new Set(needed.map(({ controller }) => `+${controller}`))].join(' ');
    const [mount, below] = [`${v2.mount}${top}`, path.slice(top.length)];
    steps.push(step(needed[0].pointer, { op: 'enable-controllers', mount, path: below, controllers }));
  }
  for (const write of writes) steps.push(step(write.pointer, writeAct(write, layout, directories), write.why));
  return steps;
}

function writeAct(write: ResourceWrite, layout: CgroupLayout, directories: Place['directories']): HostAct {
  const { file, value, optional, instead } = write;
  const directory = directoryOf(write.controller, layout, directories);
  const path = `${directory}/${file}`;
  if (instead !== undefined) {
    return { op: 'write-either', path, value, otherPath: `${directory}/${instead.file}`, otherValue: instead.value };
  }
  return { op: optional === true ? 'write-present' : 'write', path, value };
}

/**
 * The directory of a container in which a controller has its files.
 * @param controller as in ResourceWrite
 * @param directories by name of the hierarchy
 */
export function directoryOf(
  controller: string,
  layout: CgroupLayout,
  directories: Readonly<Record<string, string>>,
): string {
  const hierarchy = controller === 'cgroup' ? unifiedHierarchy(layout) : hierarchyOf(layout, controller);
  return directories[hierarchy?.name ?? ''] ?? '';
}

function ofHierarchy(writes: readonly ResourceWrite[], { controllers }: CgroupHierarchy): ResourceWrite[] {
  const found: ResourceWrite[] = [];
  for (const write of writes) if (controllers.includes(write.controller)) found.push(write);
  return found;
}

/** Device access is denied unless allowed, also when config.json says nothing of it. */
function devices({ layout, directories }: Place, resources: Resources): Step<HostAct>[] {
  const rules = deviceRules(resources.devices);
  const pointer = resources.devices === undefined ? '' : 'linux/resources/devices';
  const v1 = hierarchyOf(layout, 'devices');
  if (v1 !== undefined) {
    const directory = directories[v1.name] ?? '';
    return deviceWrites(rules).map(({ file, value, pointer }) =>
      step(pointer, { op: 'write', path: `${directory}/${file}`, value }),
    );
  }
  // Programs attach to any cgroup of v2, whatever its controllers.
  const v2 = unifiedHierarchy(layout);
  if (v2 === undefined) {
    throw new RuntimeError('host-unsupported', 'this host has no way to deny a container its devices', {
      pointer,
      hint: 'mount the devices controller of cgroup v1, or cgroup v2',
    });
  }
  return [step(pointer, { op: 'device-program', cgroup: directories[v2.name] ?? '', program: deviceProgram(rules) })];
}

/** Init enters v1 by itself: only a single thread that moves itself does not wait for an RCU grace period. v2 it is born in. */
function enter({ pointer, layout, directories }: Place, slots: Slots): Pick<Cgroups, 'host' | 'init' | 'cgroupSlot'> {
  const host: Step<HostAct>[] = [];
  const init: Step<InitAct>[] = [];
  let cgroupSlot = -1;
  for (const { name, version } of layout.hierarchies) {
    const directory = directories[name] ?? '';
    const slot = slots.take();
    if (version === 1) {
      host.push(step(pointer, { op: 'open-write', path: `${directory}/tasks`, slot }));
      init.push(step(pointer, { op: 'enter-cgroup', slot }));
    } else {
      host.push(step(pointer, { op: 'open-directory', path: directory, slot }, 'init is cloned into it'));
      cgroupSlot = slot;
    }
  }
  return { host, init, cgroupSlot };
}

/**
 * Every process is in every hierarchy, so killing by one is enough. By that of the v1 freezer where there is one: whoever
 * is frozen there dies only when thawed there.
 */
function teardown(place: Place): Step<TeardownAct>[] {
  const { layout } = place;
  const killed = hierarchyOf(layout, 'freezer') ?? unifiedHierarchy(layout) ?? layout.hierarchies[0];
  const path = place.directories[killed?.name ?? ''] ?? '';
  return [
    step(place.pointer, { op: 'end-cgroup', path, deadline: DEADLINE }),
    ...leaveToSystemd(place),
    ...each(place, (path) => ({ op: 'remove-cgroup', path, deadline: DEADLINE }) as const),
  ];
}

/** A scope ends when systemd sees that it is empty, in the hierarchy in which it keeps its units. A slice does not. */
function leaveToSystemd({ unit, pointer, layout, directories }: Place): Step<TeardownAct>[] {
  if (unit === undefined || unit.name.endsWith('.slice')) return [];
  const path =
    directories[
      (unifiedHierarchy(layout) ?? layout.hierarchies.find(({ name }) => name === 'name=systemd'))?.name ?? ''
    ] ?? '';
  return [step(pointer, { op: 'await-removal', path, patience: PATIENCE }, 'it ends the unit as well')];
}

function each<A extends HostAct | TeardownAct>(place: Place, act: (directory: string) => A, why?: string): Step<A>[] {
  return Object.values(place.directories).map((directory) => step(place.pointer, act(directory), why));
}
