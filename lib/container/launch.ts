/**
 * From a request to a process that waits: claims the id, compiles the plan, runs it up to the meeting point, writes the record.
 * Called by create and run. Whatever fails, what was made is taken back before the error goes on.
 */
import { HostFacts } from '../host/facts.js';
import { native } from '../native/load.js';
import { type Compilers, compile } from '../plan/compile.js';
import { encodePlan } from '../plan/encode.js';
import { type Opening, openingOf } from '../plan/opening.js';
import type { Place } from '../plan/place.js';
import { actsOf, type Plan } from '../plan/step.js';
import type { Spec } from '../spec/types.gen.js';
import { mark } from '../trace.js';
import { type Bundle, readBundle } from './bundle.js';
import type { CgroupDriverName } from './cgroupDriver.js';
import { passedDescriptors, withListening } from './descriptors.js';
import { compileFilter } from './filter.js';
import { handOver, requireConsole, writePidFile } from './handOver.js';
import { identifyInit, tellWarnings, wholeRecord, writeDraft } from './launchRecord.js';
import { type Borrower, forgetLoans, giveUp } from './loans.js';
import { runToReady } from './meetings.js';
import { type ContainerRecord, writeRecord } from './record.js';
import { rareResources } from './resources.js';
import { claim, lockClaimed } from './store.js';
import { orAbandon, orNameLimit, orUndo } from './undo.js';
import type { UnitMaker } from './unit.js';

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
  const planned = await planFor(order, bundle, units);
  mark('cgroups compiled');
  const claimed = await claimId(order, bundle, planned.opening);
  mark('id claimed');
  const reached = await inUnit(units, planned.opening, claimed, () => reachReady(planned, claimed));
  mark('init ready');
  const record = await orUndo(reached.plan, 'ready', () => commit(reached, order, claimed));
  native().close(claimed.lock);
  mark('record written');
  const { plan, launched } = reached;
  return { plan, launched, record, pidFile: order.pidFile };
}

/** The first part of a plan, and how the whole is compiled. */
interface Planned {
  readonly spec: Spec;
  readonly opening: Opening;
  readonly compileWhole: () => Plan;
}

async function planFor(order: LaunchOrder, bundle: Bundle, units: UnitMaker | undefined): Promise<Planned> {
  const passed = passedDescriptors(order.preserveFds, true);
  const spec = withListening(bundle.spec, passed);
  const place = placeOf(order, bundle, passed.all);
  const facts = new HostFacts(order.rootless);
  const rare = await rareResources(bundle.spec);
  const driver = units?.driver ?? (order.cgroupDriver === 'disabled' ? 'disabled' : 'cgroupfs');
  const compilers: Compilers = { rare, driver, filter: (profile) => compileFilter(profile, order.root) };
  const opening = openingOf(spec, place, facts, compilers);
  return { spec, opening, compileWhole: () => compile(spec, place, facts, compilers, opening) };
}

function placeOf(order: LaunchOrder, { directory, rootfs }: Bundle, descriptors: number): Place {
  const { id, root, gate, callerKeyring, noPivot } = order;
  return { id, bundle: directory, rootfs, stateDirectory: `${root}/${id}`, gate, callerKeyring, noPivot, descriptors };
}

/** An id that is ours, with a record for whoever has to remove it. */
interface Claimed {
  readonly directory: string;
  readonly lock: number;
  readonly draft: ContainerRecord;
}

async function claimId(order: LaunchOrder, bundle: Bundle, opening: Opening): Promise<Claimed> {
  const directory = claim(order.root, order.id);
  const lock = await orUndo(opening, 'claimed', () => lockClaimed(directory, order.id));
  const draft = await orUndo(opening, 'claimed', () => writeDraft(opening, bundle, order, directory));
  return { directory, lock, draft };
}

/** What holds the place in a unit of systemd is not needed once init is there. */
async function inUnit(
  units: UnitMaker | undefined,
  opening: Opening,
  { directory }: Claimed,
  run: () => Promise<Reached>,
): Promise<Reached> {
  if (units === undefined) return await run();
  const unit = { unit: opening.unit, cgroups: opening.cgroup.directories };
  const place = await orUndo(opening, 'claimed', () => units.make(unit, directory));
  let reached: Reached;
  try {
    reached = await run();
  } finally {
    await place.end();
  }
  await orUndo(reached.plan, 'ready', () => orGiveUp(reached.launched, () => place.settle()));
  return reached;
}

/** Init at its meeting point, and what its record is going to be. */
interface Reached {
  readonly plan: Plan;
  readonly launched: Borrower;
  readonly whole: ContainerRecord;
}

async function reachReady({ opening, compileWhole, spec }: Planned, { directory, draft }: Claimed): Promise<Reached> {
  const number = await orUndo(opening, 'claimed', () => native().begin(encodePlan(actsOf(opening.host))));
  const plan = await orAbandon(number, opening, compileWhole);
  mark('plan compiled');
  const whole = wholeRecord(draft, plan);
  await tellWarnings(whole, spec);
  const note = (pid: number) => writeRecord(directory, { ...whole, unready: identifyInit(pid) });
  const begun = { number, steps: opening.host.length };
  const launched = await orUndo(plan, 'launching', () => orNameLimit(plan, runToReady(plan, directory, note, begun)));
  return { plan, launched, whole };
}

/** Init waits: the world may learn of it. */
async function commit(
  { launched, whole }: Reached,
  order: LaunchOrder,
  { directory }: Claimed,
): Promise<ContainerRecord> {
  return await orGiveUp(launched, async () => {
    await handOver(launched, order, 'standard');
    const record = { ...whole, init: identifyInit(launched.pid) };
    writeRecord(directory, record);
    writePidFile(order.pidFile, launched.pid);
    forgetLoans(launched);
    return record;
  });
}

/** What was lent to a container that does not come to be goes back. */
async function orGiveUp<T>(launched: Borrower, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await giveUp(launched);
    throw error;
  }
}
