/**
 * From a request to a process that waits: claims the id, compiles the plan, runs it up to the meeting point, writes the record.
 * Called by create and run. Whatever fails, what was made is taken back before the error goes on.
 */
import { fromSystem, RuntimeError } from '../errors.js';
import { HostFacts } from '../host/facts.js';
import { hearsWarnings, warning } from '../log.js';
import { native } from '../native/load.js';
import { type Compilers, compile } from '../plan/compile.js';
import { encodePlan } from '../plan/encode.js';
import { timeOfHooks } from '../plan/hookTime.js';
import { type Opening, openingOf } from '../plan/opening.js';
import type { Place } from '../plan/place.js';
import { actsOf, type Plan, type Step } from '../plan/step.js';
import type { Spec } from '../spec/types.gen.js';
import { mark } from '../trace.js';
import { type Bundle, readBundle } from './bundle.js';
import type { CgroupDriverName } from './cgroupDriver.js';
import { passedDescriptors, withListening } from './descriptors.js';
import { explained } from './actFailure.js';
import { forgetPidFile, handOver, requireConsole, writePidFile } from './handOver.js';
import { compileFilter } from './filter.js';
import { listenerOf, withListener } from './listener.js';
import { type Borrower, forgetLoans, giveUp } from './loans.js';
import { LAUNCH_DEADLINE, runStarted, runToReady } from './meetings.js';
import { identify } from './process.js';
import { rareResources } from './resources.js';
import { type ContainerRecord, FULL_HINT, type ProcessIdentity, RECORD_VERSION, writeRecord } from './record.js';
import { claim } from './store.js';
import { traceInit } from './traceInit.js';
import { orAbandon, orUndo } from './undo.js';
import type { HeldPlace, UnitMaker } from './unit.js';

/** What create and run know of the container to be. */
export interface LaunchOrder {
  readonly root: string;
  readonly id: string;
  readonly bundle: string;
  readonly config: string;
  readonly consoleSocket: string | undefined;
  readonly pidfdSocket: string | undefined;
  readonly preserveFds: number | undefined;
  readonly pidFile: string | undefined;
  /** Whether the container keeps the session keyring of the caller. */
  readonly callerKeyring: boolean;
  readonly noPivot: boolean;
  /** Who makes the cgroups; `disabled` is nobody. */
  readonly cgroupDriver: CgroupDriverName;
  /** Whether to do without a cgroup where none may be made and no limit is asked for; `auto`: unless root of the host calls. */
  readonly rootless: 'auto' | 'true' | 'false';
  /** Whether init waits at the gate for `start` (create), or goes on at once (run). */
  readonly gate: boolean;
  /** Whether the caller stays in the foreground and copies the terminal itself. */
  readonly foreground: boolean;
}

/** A container at its meeting point `ready`, with its record written: it may be let go. */
export interface LaunchedContainer {
  readonly plan: Plan;
  readonly launched: Borrower;
  readonly record: ContainerRecord;
  readonly pidFile: string | undefined;
}

/**
 * The kernel makes the cgroups on another thread while the rest of the plan is compiled here: each takes milliseconds.
 * @throws RuntimeError of nearly every code: whatever can be wrong with a bundle or a host
 */
export async function launch(order: LaunchOrder): Promise<LaunchedContainer> {
  if (order.cgroupDriver !== 'systemd') return await launchWith(order, undefined);
  const units = await (await import('./unit.js')).unitMaker();
  try {
    return await launchWith(order, units);
  } finally {
    units.close();
  }
}

async function launchWith(order: LaunchOrder, units: UnitMaker | undefined): Promise<LaunchedContainer> {
  const bundle = await readBundle(order.bundle, order.config);
  requireConsole(bundle.spec, order);
  mark('bundle found');
  const passed = passedDescriptors(order.preserveFds, true);
  const spec = withListening(bundle.spec, passed);
  const place = placeOf(order, bundle, passed.all);
  const facts = new HostFacts(order.rootless);
  const rare = await rareResources(bundle.spec);
  const driver = units?.driver ?? (order.cgroupDriver === 'disabled' ? 'disabled' : 'cgroupfs');
  const compilers: Compilers = { rare, driver, filter: (profile) => compileFilter(profile, order.root) };
  const opening = openingOf(spec, place, facts, compilers);
  mark('cgroups compiled');
  const directory = claim(order.root, order.id);
  const lock = await orUndo(opening, 'claimed', () => lockClaimed(directory, order.id));
  const draft = await orUndo(opening, 'claimed', () => writeDraft(opening, bundle, order, directory));
  mark('id claimed');
  const unit = { unit: opening.unit, cgroups: opening.cgroup.directories };
  const placed = await orUndo(opening, 'claimed', () => units?.make(unit, directory));
  const compiled = () => compile(spec, place, facts, compilers, opening);
  const { plan, launched, whole } = await inPlace(placed, () =>
    reachReady(opening, compiled, draft, { directory, spec }),
  );
  const record = await orUndo(plan, 'ready', () => commit(launched, order, directory, whole));
  native().close(lock);
  mark('record written');
  return { plan, launched, record, pidFile: order.pidFile };
}

/** A delete --force may have come between the claim and the lock. */
async function lockClaimed(directory: string, id: string): Promise<number> {
  try {
    return await native().lockDirectory(directory, 0);
  } catch (error) {
    throw fromSystem('container-status', `container ${id} is deleted while it is created`, error, {
      hint: 'two commands at once: the other one came first',
    });
  }
}

async function tellWarnings({ warnings }: ContainerRecord, spec: Spec): Promise<void> {
  if (!hearsWarnings()) return;
  const { unknownWarnings } = await import('./unknown.js');
  for (const one of [...unknownWarnings(spec), ...warnings]) warning(one);
}

function placeOf(order: LaunchOrder, { directory, rootfs }: Bundle, descriptors: number): Place {
  const { id, root, gate, callerKeyring, noPivot } = order;
  return { id, bundle: directory, rootfs, stateDirectory: `${root}/${id}`, gate, callerKeyring, noPivot, descriptors };
}

/** An init that fails for its memory limit fails in many ways; while its cgroup is there, the cgroup knows. */
async function orNameLimit<T>({ cgroups }: Plan, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { orWantOfMemory } = await import('./wantOfMemory.js');
    throw orWantOfMemory(error, cgroups);
  }
}

/** What holds the place in a unit is not needed once init is there. */
async function inPlace(place: HeldPlace | undefined, run: () => Promise<Reached>): Promise<Reached> {
  if (place === undefined) return await run();
  let reached: Reached;
  try {
    reached = await run();
  } finally {
    await place.end();
  }
  await orUndo(reached.plan, 'ready', () => place.settle());
  return reached;
}

interface Reached {
  readonly plan: Plan;
  readonly launched: Borrower;
  readonly whole: ContainerRecord;
}

async function reachReady(
  opening: Opening,
  compiled: () => Plan,
  draft: ContainerRecord,
  { directory, spec }: { readonly directory: string; readonly spec: Spec },
): Promise<Reached> {
  const number = await orUndo(opening, 'claimed', () => native().begin(encodePlan(actsOf(opening.host))));
  const begun = { number, steps: opening.host.length };
  const plan = await orAbandon(begun.number, opening, compiled);
  mark('plan compiled');
  const whole = wholeRecord(draft, plan);
  await tellWarnings(whole, spec);
  const note = (pid: number) => writeRecord(directory, { ...whole, unready: identifyInit(pid) });
  const launched = await orUndo(plan, 'launching', () => orNameLimit(plan, runToReady(plan, directory, note, begun)));
  mark('init ready');
  return { plan, launched, whole };
}

/** First of all what delete --force needs, should we be killed. */
function writeDraft(opening: Opening, bundle: Bundle, order: LaunchOrder, directory: string): ContainerRecord {
  const draft = draftRecord(opening, bundle, order);
  writeRecord(directory, draft);
  try {
    native().createFile(`${directory}/config.json`, bundle.text, 0o600);
  } catch (error) {
    throw fromSystem('state-root', 'cannot keep the configuration', error, { hint: FULL_HINT });
  }
  return draft;
}

/** Init waits: the world may learn of it. */
async function commit(
  launched: Borrower,
  order: LaunchOrder,
  directory: string,
  draft: ContainerRecord,
): Promise<ContainerRecord> {
  try {
    await handOver(launched, order, 'standard');
    const record = { ...draft, init: identifyInit(launched.pid) };
    writeRecord(directory, record);
    writePidFile(order.pidFile, launched.pid);
    forgetLoans(launched);
    return record;
  } catch (error) {
    await giveUp(launched);
    throw error;
  }
}

/** Lets init go on to the container's program. @throws RuntimeError when it cannot be executed */
export async function execute(container: LaunchedContainer): Promise<void> {
  const { plan, launched, record, pidFile } = container;
  await orUndo(plan, 'ready', async () => {
    try {
      const deadline = LAUNCH_DEADLINE + timeOfHooks(plan.init, 'start-container-hook');
      await withListener(record, (receiver) => native().proceed(launched, deadline, receiver));
      await hooksOfStart(launched, plan.started);
    } catch (error) {
      forgetPidFile(pidFile);
      throw await explained(error, plan.init);
    }
  });
  mark('program executed');
  traceInit(plan);
}

/** The program may not go on when one fails: runtime.md#lifecycle, step 9. */
async function hooksOfStart(launched: Borrower, hooks: Plan['started']): Promise<void> {
  try {
    await runStarted(launched, hooks);
  } catch (error) {
    await native().endInit(launched);
    throw error;
  }
}

function draftRecord(opening: Opening, bundle: Bundle, { id, foreground }: LaunchOrder): ContainerRecord {
  const { spec, directory, rootfs, warnings } = bundle;
  return {
    version: RECORD_VERSION,
    id,
    ociVersion: spec.ociVersion,
    bundle: directory,
    rootfs,
    created: native().timestamp(),
    annotations: spec.annotations,
    cgroups: opening.cgroup.directories,
    ...(opening.cgroup.groups.length === 0 ? {} : { resctrl: opening.cgroup.groups }),
    ...(opening.unit === undefined ? {} : { unit: { name: opening.unit.name, user: opening.unit.user } }),
    ...(opening.spaces.isNew('pid') ? {} : { sharesPids: true }),
    ...(foreground ? { foreground } : {}),
    listener: listenerOf(spec),
    afterGate: { from: 0, steps: [] },
    // Should we be killed: init dies by itself then, and whoever else is in the cgroup must not.
    teardown: actsOf(opening.teardown).filter(({ op }) => op !== 'end-cgroup'),
    warnings,
  };
}

/** With what only the whole plan tells. */
function wholeRecord(draft: ContainerRecord, plan: Plan): ContainerRecord {
  return {
    ...draft,
    afterGate: afterGate(plan),
    ...(plan.started.length === 0 ? {} : { started: plan.started }),
    teardown: actsOf(plan.teardown),
    warnings: [...draft.warnings, ...plan.warnings],
  };
}

/** The few steps behind the gate, without what would make the record large. */
function afterGate({ init }: Plan): ContainerRecord['afterGate'] {
  const from = init.findIndex(({ act }) => act.op === 'gate') + 1;
  if (from === 0) return { from, steps: [] };
  const slim = (step: Step): Step => {
    if (step.act.op === 'exec') return { ...step, act: { ...step.act, args: step.act.args.slice(0, 1), env: [] } };
    const filters = step.act.op === 'seccomp' || step.act.op === 'seccomp-listener';
    return filters ? { ...step, act: { ...step.act, filter: new Uint8Array() } } : step;
  };
  return { from, steps: init.slice(from).map(slim) };
}

/** The process was cloned by us and waits: its start time cannot change under our eyes. */
function identifyInit(pid: number): ProcessIdentity {
  const identity = identify(pid);
  if (identity === undefined) throw new RuntimeError('init-died', 'init ended while its record was written');
  return identity;
}
