/**
 * THE ORDER: what is done to make a container, one line an act, each where it is for a reason. Pure: no file, no clock, no environment.
 * Called by lib/container and by `caisson plan`. What the acts mean stands in addon/wire/wire.json.
 */
import type { Spec } from '../spec/types.gen.js';
import type { CgroupCompilers } from './cgroups.js';
import { descriptorSteps } from './descriptors.js';
import { deviceSteps, deviceWarnings } from './devices.js';
import type { Facts } from './facts.js';
import { type FilterCompiler, filterSteps } from './filter.js';
import { type LabelSteps, labelSteps, mountLabel } from './labels.js';
import { limits } from './limits.js';
import { memoryPolicy } from './memoryPolicy.js';
import { hiddenPaths, type Root, rootSteps } from './mountRoot.js';
import { type Mounts, mounts } from './mounts.js';
import { CLONE_FLAGS, type Namespaces } from './namespaces.js';
import { networkDevices } from './networkDevices.js';
import { type Opening, openingOf } from './opening.js';
import { personality } from './personality.js';
import type { Place } from './place.js';
import { processSteps } from './process.js';
import { takeTrees } from './rootless.js';
import { scheduling } from './scheduling.js';
import { sysctls } from './sysctls.js';
import { timeSteps } from './time.js';
import { userSteps, withoutUnmappedGroups } from './userNamespace.js';
import { type Meeting, type Plan, type Slots, type Step, step } from './step.js';
import { type HostAct, type InitAct, type ParentAct, POINTS } from './wire.gen.js';

/** What lib/container brings along. */
export interface Compilers extends CgroupCompilers {
  /** How a filter is made of linux.seccomp. */
  readonly filter: FilterCompiler;
}

/**
 * The plan of a container.
 * @param opening its first part, where that is carried out already
 * @throws RuntimeError config-invalid, config-unsupported, host-unsupported, seccomp-failed
 */
export function compile(
  spec: Spec,
  place: Place,
  facts: Facts,
  compilers: Compilers,
  opening: Opening = openingOf(spec, place, facts, compilers),
): Plan {
  const { cgroup, hooks, slots, spaces } = opening;
  const user = userSteps(spec, spaces, facts.rootless);
  const labels = { ...labelSteps(spec, facts), ...mountLabel(spec, facts) };
  const { root, mounted, trees } = rootAndMounts(spec, place, facts, opening, labels.label);
  const process = processSteps(spec, facts, place.gate);
  const [gate, passed] = [gateSteps(place, slots), descriptorSteps(place.descriptors, slots)];
  const filter = spec.linux?.seccomp && compilers.filter(spec.linux.seccomp);
  const [limited, score] = [limits(spec, spaces.user !== 'none'), oomScore(spec, spaces)];

  const meetings: Meeting[] = [];
  const meet = (point: Meeting['point'], steps: Meeting['steps'], why: string, needed = false): Step<InitAct>[] => {
    if (steps.length === 0 && !needed) return [];
    meetings.push({ point, steps });
    return [step('', { op: 'meet', point: POINTS[point] }, why)];
  };

  const init: Step<InitAct>[] = [
    step('', { op: 'signals' }, 'engines ignore SIGPIPE and others; a program must not inherit that'),
    ...score.init, //                    while the procfs of the host is reachable, and its files are init's own
    ...undumpable(spaces),
    ...cgroup.init, //                   before anything that costs memory or time
    step('', { op: 'reset-affinity' }, 'the CPUs are those of the cgroup, not of the caller'),
    ...spaces.enter,
    ...timeSteps(spec, spaces), //       in the user namespace, and while init is the owner of its files in /proc
    ...meet('born', [...user.born, ...score.parent, ...networkDevices(spec)], 'what only the host can give'),
    ...trees.init, //                    as who may walk there: init is still its maker
    ...user.become,
    ...unshareCgroup(spaces), //         after the entry: its root is the cgroup we are in
    step('', { op: 'new-session' }, 'no controlling terminal of the caller'),
    ...keyring(place, labels),
    ...loopback(spaces),
    ...sysctls(spec), //                 in the namespaces, and while the procfs of the host is reachable
    ...root.init,
    ...mounted.init, //                  in the order of the config
    ...deviceSteps(spec), //             after /dev is mounted
    ...process.console, //               after devpts is mounted
    ...process.workingDirectory, //      before the root becomes read-only
    ...meet('mounted', hooks.mounted, 'the mounts are there, and the host is still in sight', hooks.beforePivot),
    ...hooks.createContainer, //         after those of the host, whose paths are still in sight
    ...mounted.readOnly, //              after everything was made inside
    ...labels.process, //                behind the hooks of the host, and while its procfs is reachable
    root.enter,
    ...readonlyRoot(spec),
    ...names(spec),
    ...hiddenPaths(spec), //             last of the mounts: nothing later writes there
    ...root.propagation, //              what is unbindable cannot be made read-only by a bind
    step('', { op: 'reopen-null' }, 'a /dev/null of the host leads back to its mount'),
    ...limited.init, //                  while CAP_SYS_RESOURCE is there
    ...scheduling(spec), //              while CAP_SYS_NICE is there
    ...personality(spec),
    ...memoryPolicy(spec), //            after the entry: its nodes are those of the cgroup
    ...process.identity,
    ...process.executable, //            so that create says what start would stumble on
    step('', { op: 'meet', point: POINTS.ready }, 'the record is written before the container can run'),
    ...gate.init,
    ...hooks.startContainer, //                     each bound by what follows, and init itself not yet
    ...passed.init, //                              over what init itself has open, and needs no more
    ...filterSteps(filter), //                      as late as can be: it binds what follows
    ...process.exec,
  ];

  if (limited.parent.length > 0) meetings.push({ point: 'ready', steps: limited.parent });
  return {
    host: [...opening.host, ...trees.host, ...gate.host, ...passed.host],
    init,
    meetings,
    started: hooks.poststart,
    teardown: opening.teardown,
    ...{ cloneFlags: spaces.cloneFlags, cgroupSlot: cgroup.cgroupSlot },
    ...{ cgroups: cgroup.directories, resctrl: cgroup.groups },
    ...(cgroup.unit === undefined ? {} : { unit: cgroup.unit }),
    ownPids: spaces.isNew('pid'),
    warnings: warningsOf(cgroup, labels, mounted, { warnings: deviceWarnings(spec) }, process, filter),
  };
}

/** The root and the mounts of the config; and who takes the trees that they are made of. */
function rootAndMounts(
  spec: Spec,
  place: Place,
  { layout, rootless }: Facts,
  { cgroup, hooks, slots, spaces }: Opening,
  label: string,
): { root: Root; mounted: Mounts; trees: ReturnType<typeof takeTrees> } {
  const root = rootSteps(spec, place, spaces, hooks.beforePivot, slots);
  const mounted = mounts(withoutUnmappedGroups(spec, rootless), {
    ...{ bundle: place.bundle, label, slots, caller: rootless, staging: stagingPlace(place, spaces) },
    cgroup: { layout, directories: cgroup.directories, cgroupNamespace: spaces.isNew('cgroup') },
  });
  return { root, mounted, trees: takeTrees(rootless, [root.host, ...mounted.host]) };
}

function warningsOf(...rooms: readonly ({ readonly warnings: readonly string[] } | undefined)[]): string[] {
  const all: string[] = [];
  for (const room of rooms) if (room !== undefined) all.push(...room.warnings);
  return all;
}

/** In a new user namespace init is that of nobody on the host yet: then its maker is the one who may trace it. */
function undumpable({ cloneFlags }: Namespaces): Step<InitAct>[] {
  if ((cloneFlags & CLONE_FLAGS.user) !== 0) return [];
  return [step('', { op: 'dumpable', value: 0 }, 'no process of a container may trace init (CVE-2016-9962)')];
}

/** A process in a user namespace may not make itself less likely to be killed. */
function oomScore(spec: Spec, { cloneFlags }: Namespaces): { init: Step<InitAct>[]; parent: Step<ParentAct>[] } {
  const score = spec.process?.oomScoreAdj;
  if (score === undefined) return { init: [], parent: [] };
  const pointer = 'process/oomScoreAdj';
  const value = score.toString();
  return (cloneFlags & CLONE_FLAGS.user) === 0
    ? { init: [step(pointer, { op: 'oom-score', value })], parent: [] }
    : { init: [], parent: [step(pointer, { op: 'write-process', name: 'oom_score_adj', value })] };
}

function keyring({ callerKeyring = false }: Place, labels: LabelSteps): Step<InitAct>[] {
  if (callerKeyring) return [];
  const own = step<InitAct>('', { op: 'session-keyring' }, 'keys of the caller stay outside');
  return [...labels.beforeKeyring, own, ...labels.behindKeyring];
}

function unshareCgroup(spaces: Namespaces): Step<InitAct>[] {
  if (!spaces.isNew('cgroup')) return [];
  return [step(spaces.pointer('cgroup'), { op: 'unshare', flags: CLONE_FLAGS.cgroup })];
}

/**
 * Where trees of the host may be attached out of sight. In a user namespace init may not walk to the state directory;
 * without a pivot the old root stays, with all that is staged in it.
 */
function stagingPlace({ stateDirectory, noPivot = false }: Place, spaces: Namespaces): string {
  return noPivot || spaces.user !== 'none' || !spaces.isNew('mount') ? '' : stateDirectory;
}

function loopback(spaces: Namespaces): Step<InitAct>[] {
  return spaces.isNew('network') ? [step(spaces.pointer('network'), { op: 'loopback' })] : [];
}

function readonlyRoot(spec: Spec): Step<InitAct>[] {
  return spec.root?.readonly === true ? [step('root/readonly', { op: 'read-only', path: '/' })] : [];
}

/** Engines written in Go send '' for a name that is not set. */
function names(spec: Spec): Step<InitAct>[] {
  const { hostname, domainname } = spec;
  return [
    ...(!hostname ? [] : [step<InitAct>('hostname', { op: 'hostname', name: hostname })]),
    ...(!domainname ? [] : [step<InitAct>('domainname', { op: 'domainname', name: domainname })]),
  ];
}

function gateSteps(place: Place, slots: Slots): { host: Step<HostAct>[]; init: Step<InitAct>[] } {
  if (!place.gate) return { host: [], init: [] };
  const slot = slots.take();
  return {
    host: [step('', { op: 'listen', directory: place.stateDirectory, slot })],
    init: [step('', { op: 'gate', slot }, 'until start connects')],
  };
}
