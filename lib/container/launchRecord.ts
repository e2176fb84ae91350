/**
 * The record of a container while it is made: a draft before there is anything to be removed, the whole of it before init goes on.
 * Called by launch.
 */
import { fromSystem, RuntimeError } from '../errors.js';
import { hearsWarnings, warning } from '../log.js';
import { native } from '../native/load.js';
import type { Opening } from '../plan/opening.js';
import { actsOf, type Plan, type Step } from '../plan/step.js';
import type { Spec } from '../spec/types.gen.js';
import type { Bundle } from './bundle.js';
import { listenerOf } from './listener.js';
import { identify } from './process.js';
import { type ContainerRecord, FULL_HINT, type ProcessIdentity, RECORD_VERSION, writeRecord } from './record.js';

/** What the order adds to a bundle. */
interface Named {
  readonly id: string;
  readonly foreground: boolean;
}

/** First of all what delete --force needs, should we be killed. */
export function writeDraft(opening: Opening, bundle: Bundle, order: Named, directory: string): ContainerRecord {
  const draft = draftRecord(opening, bundle, order);
  writeRecord(directory, draft);
  try {
    native().createFile(`${directory}/config.json`, bundle.text, 0o600);
  } catch (error) {
    throw fromSystem('state-root', 'cannot keep the configuration', error, { hint: FULL_HINT });
  }
  return draft;
}

function draftRecord(opening: Opening, bundle: Bundle, { id, foreground }: Named): ContainerRecord {
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
export function wholeRecord(draft: ContainerRecord, plan: Plan): ContainerRecord {
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
export function identifyInit(pid: number): ProcessIdentity {
  const identity = identify(pid);
  if (identity === undefined) throw new RuntimeError('init-died', 'init ended while its record was written');
  return identity;
}

/** Those of the config that nobody knows, and those of the plan. */
export async function tellWarnings({ warnings }: ContainerRecord, spec: Spec): Promise<void> {
  if (!hearsWarnings()) return;
  const { unknownWarnings } = await import('./unknown.js');
  for (const one of [...unknownWarnings(spec), ...warnings]) warning(one);
}
