/**
 * One more process in a container that is there: from a request to its program running. Called by `caisson exec`. Nothing is
 * kept of it: when something fails, the process is ended, and that is all there was.
 */
import { RuntimeError } from '../errors.js';
import { HostFacts } from '../host/facts.js';
import { warning } from '../log.js';
import { native } from '../native/load.js';
import type { Launched } from '../native/surface.js';
import { compileExec } from '../plan/exec.js';
import type { Plan } from '../plan/step.js';
import type { Spec } from '../spec/types.gen.js';
import { mark } from '../trace.js';
import { passedDescriptors } from './descriptors.js';
import { explained } from './actFailure.js';
import { compileFilter } from './filter.js';
import { forgetPidFile, handOver, type Receivers, requireConsole, writePidFile } from './handOver.js';
import { withListener } from './listener.js';
import { LAUNCH_DEADLINE, runToReady } from './meetings.js';
import type { Container } from './status.js';

/** What exec knows of the process to be. */
export interface ExecOrder extends Receivers {
  /** The state root, for compiled filters. */
  readonly root: string;
  readonly pidFile: string | undefined;
  readonly preserveFds: number | undefined;
  /** `[CONTROLLERS:]PATH`: cgroups below those of the container. */
  readonly cgroups: readonly string[];
}

export interface ExecutedProcess {
  readonly plan: Plan;
  readonly launched: Launched;
}

/**
 * Runs the process of a spec in a container.
 * @param spec the container's, with that process
 * @throws RuntimeError of nearly every code
 */
export async function execIn(container: Container, spec: Spec, order: ExecOrder): Promise<ExecutedProcess> {
  requireConsole(spec, order);
  const process = await reachReady(container, spec, order);
  mark('init ready');
  const { plan, launched } = process;
  for (const one of plan.warnings) warning(one);
  try {
    await handOver(launched, order, 'setns');
    writePidFile(order.pidFile, launched.pid);
    const go = () => native().proceed(launched, LAUNCH_DEADLINE);
    await withListener(
      container.record,
      (receiver) => (receiver === undefined ? go() : native().proceed(launched, LAUNCH_DEADLINE, receiver)),
      launched.pid,
    );
  } catch (error) {
    await native().endInit(launched);
    forgetPidFile(order.pidFile);
    throw await explained(error, plan.init);
  }
  mark('program executed');
  return process;
}

/**
 * In the cgroups of the record; or where the first process has gone since: a cgroup of v2 that has given its controllers to
 * others takes no process any more (systemd in a container).
 */
async function reachReady(container: Container, spec: Spec, order: ExecOrder): Promise<ExecutedProcess> {
  const { cgroups } = container.record;
  if (order.cgroups.length > 0) {
    const { subCgroups } = await import('./execCgroups.js');
    return await launchIn(container, spec, order, subCgroups(cgroups, order.cgroups));
  }
  try {
    return await launchIn(container, spec, order, cgroups);
  } catch (error) {
    if (!isRefusedByCgroup(error)) throw error;
    const { currentCgroups } = await import('./execCgroups.js');
    return await launchIn(container, spec, order, currentCgroups(container.record));
  }
}

async function launchIn(
  { directory, record }: Container,
  spec: Spec,
  { root, preserveFds }: ExecOrder,
  cgroups: Readonly<Record<string, string>>,
): Promise<ExecutedProcess> {
  const { pid = 0, startTime = 0 } = record.init ?? {};
  const descriptors = passedDescriptors(preserveFds, false).all;
  const place = { pid, startTime, stateDirectory: directory, cgroups, resctrl: groupsOf(record), descriptors };
  const plan = compileExec(spec, place, new HostFacts(), (profile) => compileFilter(profile, root));
  mark('plan compiled');
  return { plan, launched: await runToReady(plan, directory, ignore) };
}

/** A group of resctrl that somebody has removed has left its processes to the one above, and further ones are in that too. */
function groupsOf({ resctrl = [] }: Container['record']): string[] {
  return resctrl.filter((group) => native().fileKind(`${group}/tasks`) === 'file');
}

function isRefusedByCgroup(error: unknown): boolean {
  if (!(error instanceof RuntimeError)) return false;
  const { errno, syscall } = error.details;
  if (error.code === 'cgroup-failed') return errno === 'ENOENT' || errno === 'ENODEV';
  return syscall === 'clone3' && (errno === 'EBUSY' || errno === 'ENODEV');
}

function ignore(): void {
  // A further process has no hooks that could hold it up, so nobody has to find it meanwhile.
}
