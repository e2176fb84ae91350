/**
 * THE ORDER of `exec`: one more process in a container that is there. The same acts as compile.ts where it is the same, and
 * nothing made but the process. Pure. Called by lib/container/exec.ts.
 *
 * The container may be hostile by now: its files, its procfs and its processes say nothing that is believed here. It is
 * found by its first process, and what is written in procfs is written before its mounts are joined.
 */
import type { Spec } from '../spec/types.gen.js';
import { affinity } from './affinity.js';
import { type Filter, type FilterCompiler, filterSteps } from './filter.js';
import type { HeldCapabilities } from './capabilities.js';
import { descriptorSteps } from './descriptors.js';
import { enterGroups } from './intelRdt.js';
import { labelSteps, type SecurityFacts } from './labels.js';
import { limits } from './limits.js';
import { memoryPolicy } from './memoryPolicy.js';
import { CLONE_FLAGS } from './namespaces.js';
import { personality } from './personality.js';
import { sharedRoot } from './paths.js';
import { processSteps } from './process.js';
import type { CallerFacts } from './rootless.js';
import { scheduling } from './scheduling.js';
import { type Plan, Slots, type Step, step } from './step.js';
import { becomeSteps } from './userNamespace.js';
import { type HostAct, type InitAct, POINTS } from './wire.gen.js';

/** The container as its record has it. */
export interface ExecPlace {
  /** Its first process, as proc_pid_stat(5) has it. */
  readonly pid: number;
  readonly startTime: number;
  readonly stateDirectory: string;
  /** The cgroup to be entered in each hierarchy: name of the hierarchy → directory on the host. */
  readonly cgroups: Readonly<Record<string, string>>;
  /** The groups of resctrl to be entered, in their order. */
  readonly resctrl?: readonly string[];
  /** How many descriptors of the caller, from 3 on, the program gets. */
  readonly descriptors?: number;
}

/** What must be known of the host. */
export interface ExecFacts extends SecurityFacts, CallerFacts {
  readonly capabilities: HeldCapabilities;
}

/**
 * The plan of a further process.
 * @param spec the container's, with the process that is wanted
 * @throws RuntimeError config-invalid, seccomp-failed
 */
export function compileExec(spec: Spec, place: ExecPlace, facts: ExecFacts, compileFilter: FilterCompiler): Plan {
  const slots = new Slots(place.descriptors);
  const cgroup = cgroupEntry(place.cgroups, slots);
  const rdt = enterGroups(place.resctrl ?? [], slots);
  const spaces = joining(spec, place, slots, facts);
  const passed = descriptorSteps(place.descriptors, slots);
  const process = processSteps(spec, facts);
  const labels = labelSteps(spec, facts);
  const limited = limits(spec, spaces.user);
  const cpus = affinity(spec.process?.execCPUAffinity);
  const filter: Filter | undefined = spec.linux?.seccomp && compileFilter(spec.linux.seccomp);
  const init: Step<InitAct>[] = [
    step('', { op: 'signals' }, 'engines ignore SIGPIPE and others; a program must not inherit that'),
    ...oomScore(spec), //                while the procfs of the host is reachable, and its files are init's own
    step('', { op: 'dumpable', value: 0 }, 'no process of the container may trace init (CVE-2016-9962)'),
    ...cpus.before,
    ...cgroup.init, //                   before anything that costs memory or time
    ...rdt.init,
    ...cpus.behind,
    ...spaces.enter,
    step('', { op: 'new-session' }, 'no controlling terminal of the caller'),
    ...labels.beforeKeyring,
    step('', { op: 'session-keyring' }, 'keys of the caller stay outside'),
    ...labels.behindKeyring,
    ...labels.process, //                while the procfs of the host is reachable
    step('', { op: 'hold-root' }, 'the host is out of sight from here'),
    ...terminal(spec),
    step('', { op: 'reopen-null' }, 'a /dev/null of the host leads back to its mount'),
    ...limited.init, //                  while CAP_SYS_RESOURCE is there
    ...scheduling(spec), //              while CAP_SYS_NICE is there
    ...personality(spec),
    ...memoryPolicy(spec), //            after the entry: its nodes are those of the cgroup
    ...process.identity,
    ...process.executable,
    step('', { op: 'meet', point: POINTS.ready }, 'whoever called learns the pid before the program can run'),
    ...passed.init, //                   over what init itself has open, and needs no more
    ...filterSteps(filter), //           as late as can be: it binds what follows
    ...process.exec,
  ];
  return {
    host: [...spaces.host, ...cgroup.host, ...rdt.host, ...passed.host],
    init,
    meetings: limited.parent.length > 0 ? [{ point: 'ready', steps: limited.parent }] : [],
    started: [],
    teardown: [],
    cloneFlags: 0,
    cgroupSlot: cgroup.cgroupSlot,
    cgroups: place.cgroups,
    resctrl: place.resctrl ?? [],
    ownPids: false,
    warnings: [...process.warnings, ...(filter?.warnings ?? [])],
  };
}

/** By name: `unified` is v2 beside v1, '' is v2 alone (lib/plan/cgroupLayout.ts). */
function isUnified(hierarchy: string): boolean {
  return hierarchy === '' || hierarchy === 'unified';
}

/** As of a container's first process: into v1 by itself, into v2 by its birth. */
function cgroupEntry(
  cgroups: Readonly<Record<string, string>>,
  slots: Slots,
): { host: Step<HostAct>[]; init: Step<InitAct>[]; cgroupSlot: number } {
  const host: Step<HostAct>[] = [];
  const init: Step<InitAct>[] = [];
  let cgroupSlot = -1;
  for (const name in cgroups) {
    const directory = cgroups[name] ?? '';
    const slot = slots.take();
    if (isUnified(name)) {
      host.push(step('', { op: 'open-directory', path: directory, slot }, 'init is cloned into it'));
      cgroupSlot = slot;
    } else {
      host.push(step('', { op: 'open-write', path: `${directory}/tasks`, slot }));
      init.push(step('', { op: 'enter-cgroup', slot }));
    }
  }
  return { host, init, cgroupSlot };
}

/**
 * The namespaces that the container has of its own, by its first process. The pid namespace first, and a fork: from then on
 * init is in it, and its procfs is still that of the host.
 */
function joining(
  spec: Spec,
  { pid, startTime, stateDirectory }: ExecPlace,
  slots: Slots,
  { rootless }: CallerFacts,
): { host: Step<HostAct>[]; enter: Step<InitAct>[]; user: boolean } {
  let flags = 0;
  for (const { type } of spec.linux?.namespaces ?? []) flags |= CLONE_FLAGS[type];
  const slot = slots.take();
  const host: Step<HostAct>[] = [step('', { op: 'open-process', pid, startTime, slot }, 'numbers are given out again')];
  const enter: Step<InitAct>[] = [];
  const user = (flags & CLONE_FLAGS.user) !== 0;
  // Who has no privilege has it in the user namespace that was made for it, and then over all the others.
  const first = user && rootless?.admin === false ? CLONE_FLAGS.user : 0;
  if (first !== 0) enter.push(step('linux/namespaces', { op: 'join-process', process: slot, flags: first }));
  const rest = flags & ~CLONE_FLAGS.pid & ~first;
  if ((flags & CLONE_FLAGS.pid) !== 0) {
    enter.push(
      step('linux/namespaces', { op: 'join-process', process: slot, flags: CLONE_FLAGS.pid }),
      step('', { op: 'fork', flags: 0 }, 'a process is only born into a pid namespace'),
    );
  }
  if ((flags & CLONE_FLAGS.mount) === 0) {
    const directory = slots.take();
    host.push(step('root/path', { op: 'open-directory', path: sharedRoot(stateDirectory), slot: directory }));
    enter.push(step('root/path', { op: 'enter-root', directory }, 'its mounts are those of the host'));
  }
  if (rest !== 0) {
    const why = 'all of them at once, or none';
    enter.push(step('linux/namespaces', { op: 'join-process', process: slot, flags: rest }, why));
  }
  if (user) enter.push(...becomeSteps(spec));
  return { host, enter, user };
}

/** A process in a user namespace may not make itself less likely to be killed, and this is before it is in one. */
function oomScore({ process }: Spec): Step<InitAct>[] {
  const score = process?.oomScoreAdj;
  return score === undefined ? [] : [step('process/oomScoreAdj', { op: 'oom-score', value: score.toString() })];
}

function terminal({ process }: Spec): Step<InitAct>[] {
  if (process?.terminal !== true) return [];
  const { height, width } = process.consoleSize ?? { height: 0, width: 0 };
  return [step('process/terminal', { op: 'terminal', rows: height, columns: width })];
}
