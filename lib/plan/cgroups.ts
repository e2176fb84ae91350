/**
 * linux.cgroupsPath and linux.resources → the container's cgroup in every hierarchy: made and limited by the host program,
 * entered by init, removed at the end. Called by compile.ts. Pure: how the host mounts its cgroups is given.
 * Sources: config-linux.md#control-groups, cgroups(7), clone(2).
 */
import { RuntimeError } from '../errors.js';
import type { Resources, Spec } from '../spec/types.gen.js';
import { type CgroupHierarchy, type CgroupLayout, hierarchyOf, unifiedHierarchy } from './cgroupLayout.js';
import { deviceProgram } from './deviceProgram.js';
import { deviceRules } from './deviceRules.js';
import { deviceWrites } from './deviceWrites.js';
import { cleanPath, isWithin } from './paths.js';
import type { RareResources } from './rareResources.js';
import { resourcePlan } from './resources.js';
import type { ResourceWrite } from './resourceWrite.js';
import { type Slots, type Step, step } from './step.js';
import type { HostAct, InitAct, TeardownAct } from './wire.gen.js';

/** What must be known of the host. */
export interface CgroupFacts {
  readonly layout: CgroupLayout;
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
  readonly warnings: readonly string[];
}

/** The cgroup of ours that holds the containers without an absolute path. It stays when they go. */
const PARENT = '/caisson';

/** Milliseconds: a process in uninterruptible sleep may take long to die, and its cgroup as long to empty. */
const DEADLINE = 10_000;

interface Place {
  readonly path: string;
  readonly pointer: string;
  readonly layout: CgroupLayout;
  readonly directories: Readonly<Record<string, string>>;
}

/**
 * @param id of the container
 * @param rare the compilers of resources that few configs have (isRare in resources.ts)
 * @throws RuntimeError config-invalid for a path that would take in others; host-unsupported where a controller is missing
 */
export function cgroups(
  spec: Spec,
  id: string,
  { layout }: CgroupFacts,
  slots: Slots,
  rare: RareResources | undefined,
): Cgroups {
  const place = placeOf(spec, id, layout);
  const resources = resourcePlan(spec, layout, rare);
  const entry = enter(place, slots);
  return {
    host: [
      // All of these come first: when one fails, nothing was made, and nothing there is ours to remove.
      ...each(place, (path) => ({ op: 'require-empty-cgroup', path }), 'a cgroup is never shared by accident'),
      ...layout.hierarchies.map((hierarchy) => make(place, hierarchy)),
      ...limits(place, resources.writes),
      ...devices(place, spec.linux?.resources ?? {}),
      ...entry.host,
    ],
    init: entry.init,
    teardown: teardown(place),
    cgroupSlot: entry.cgroupSlot,
    directories: place.directories,
    warnings: resources.warnings,
  };
}

/** What takes the cgroups of a container away, whatever limits they have. @throws RuntimeError config-invalid */
export function cgroupTeardown(spec: Spec, id: string, { layout }: CgroupFacts): readonly Step<TeardownAct>[] {
  return teardown(placeOf(spec, id, layout));
}

function placeOf(spec: Spec, id: string, layout: CgroupLayout): Place {
  const path = cgroupPath(spec.linux?.cgroupsPath, id);
  const pointer = spec.linux?.cgroupsPath ? 'linux/cgroupsPath' : '';
  const directories: Record<string, string> = {};
  for (const { name, mount } of layout.hierarchies) directories[name] = `${mount}${path}`;
  return { path, pointer, layout, directories };
}

/**
 * Where the cgroup is below each mount point. Absolute paths are taken from the mount point (config-linux.md#cgroups-path),
 * relative ones from /caisson, so never below a cgroup that somebody else manages; `..` leads nowhere above either.
 */
export function cgroupPath(cgroupsPath: string | undefined, id: string): string {
  const pointer = 'linux/cgroupsPath';
  // Engines written in Go send '' for what is not set.
  if (cgroupsPath === undefined || cgroupsPath === '') return `${PARENT}/${id}`;
  if (/[\n\0]/.test(cgroupsPath)) {
    throw new RuntimeError('config-invalid', 'a cgroup path cannot have a newline or a NUL', { pointer });
  }
  const absolute = cgroupsPath.startsWith('/');
  const path = absolute ? cleanPath(cgroupsPath) : cleanPath(`${PARENT}${cleanPath(cgroupsPath)}`);
  // Everything in the container's cgroup is killed when the container is removed.
  if (isWithin(PARENT, path)) {
    throw new RuntimeError('config-invalid', `the cgroup ${path} cannot be a container's own: others are below it`, {
      pointer,
      hint: `give a path of its own, such as ${PARENT}/${id}, or leave it out`,
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

/** The values that config.json asks for; on v2 only with the controllers that they need. */
function limits({ path, layout, directories }: Place, writes: readonly ResourceWrite[]): Step<HostAct>[] {
  const v2 = unifiedHierarchy(layout);
  const steps: Step<HostAct>[] = [];
  const needed = v2 === undefined ? [] : ofHierarchy(writes, v2);
  if (v2 !== undefined && needed[0] !== undefined) {
    const controllers = [...new Set(needed.map(({ controller }) => `+${controller}`))].join(' ');
    steps.push(step(needed[0].pointer, { op: 'enable-controllers', mount: v2.mount, path, controllers }));
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
    ...each(place, (path) => ({ op: 'remove-cgroup', path, deadline: DEADLINE }) as const),
  ];
}

function each<A extends HostAct | TeardownAct>(place: Place, act: (directory: string) => A, why?: string): Step<A>[] {
  return Object.values(place.directories).map((directory) => step(place.pointer, act(directory), why));
}
