/**
 * hooks of config.json → who runs which of them, when, and with which state on its standard input. Called by compile.ts.
 * Sources: config.md#posix-platform-hooks, runtime.md#lifecycle, runtime.md#state. Reasons: docs/decisions/0009-hooks.md.
 */
import type { Hook, Process, Spec } from '../spec/types.gen.js';
import { environment } from './process.js';
import { type Step, step } from './step.js';
import type { InitAct, ParentAct, TeardownAct } from './wire.gen.js';

/** The six lists, each for the program that runs it. */
export interface HookSteps {
  /** prestart, then createRuntime. */
  readonly mounted: readonly Step<ParentAct>[];
  readonly createContainer: readonly Step<InitAct>[];
  readonly startContainer: readonly Step<InitAct>[];
  readonly poststart: readonly Step<ParentAct>[];
  readonly poststop: readonly Step<TeardownAct>[];
  /** Whether some of them come upon the container before the pivot, when its root is looked for at its path on the host. */
  readonly beforePivot: boolean;
}

interface Subject {
  readonly id: string;
  readonly bundle: string;
}

type Status = 'creating' | 'created' | 'running' | 'stopped';

/** What every hook's act has. */
interface Common {
  readonly path: string;
  readonly args: readonly string[];
  /** Milliseconds, 0 = none. */
  readonly timeout: number;
}

const NONE: HookSteps = {
  mounted: [],
  createContainer: [],
  startContainer: [],
  poststart: [],
  poststop: [],
  beforePivot: false,
};

/** The hooks of a container. */
export function hookSteps(spec: Spec, subject: Subject): HookSteps {
  const { hooks } = spec;
  if (hooks === undefined) return NONE;
  const state = (status: Status) => stateAround(spec, subject, status);
  // runtime.md has no word for the moment of prestart, and the OCI suite expects "created".
  const mounted = [
    ...runtimeHooks(hooks.prestart, 'prestart', state('created'), 1),
    ...runtimeHooks(hooks.createRuntime, 'createRuntime', state('creating'), 1),
  ];
  const createContainer = stepsOf<InitAct>(hooks.createContainer, 'createContainer', (common, env) => ({
    op: 'create-container-hook',
    ...common,
    env: env ?? [],
    ...state('creating'),
  }));
  return {
    mounted,
    createContainer,
    startContainer: stepsOf<InitAct>(hooks.startContainer, 'startContainer', (common, env) => ({
      op: 'start-container-hook',
      ...common,
      ...environmentInside(env, spec.process),
      ...state('created'),
    })),
    // The program may be short: its end is not the hook's.
    poststart: runtimeHooks(hooks.poststart, 'poststart', state('running'), 0),
    poststop: stepsOf<TeardownAct>(hooks.poststop, 'poststop', (common, env) => ({
      op: 'poststop-hook',
      ...common,
      ...environmentOutside(env),
      state: JSON.stringify(stateOf(spec, subject, 'stopped')),
    })),
    beforePivot: mounted.length + createContainer.length > 0,
  };
}

function runtimeHooks(
  hooks: readonly Hook[] | undefined,
  list: string,
  state: { before: string; after: string },
  tied: 0 | 1,
): Step<ParentAct>[] {
  return stepsOf<ParentAct>(hooks, list, (common, env) => ({
    op: 'runtime-hook',
    ...common,
    ...environmentOutside(env),
    ...state,
    tied,
  }));
}

function stepsOf<A extends InitAct | ParentAct | TeardownAct>(
  hooks: readonly Hook[] | undefined,
  list: string,
  actOf: (common: Common, env: readonly string[] | undefined) => A,
): Step<A>[] {
  const steps: Step<A>[] = [];
  for (const { path, args = [], env, timeout = 0 } of hooks ?? []) {
    const common = { path, args: args.length === 0 ? [path] : args, timeout: timeout * 1000 };
    steps.push(step(`hooks/${list}/${steps.length}`, actOf(common, env)));
  }
  return steps;
}

/** Without one of its own, a hook of the runtime's namespaces has the environment of caisson's caller. */
function environmentOutside(env: readonly string[] | undefined): { env: readonly string[]; inherit: 0 | 1 } {
  return env === undefined ? { env: [], inherit: 1 } : { env, inherit: 0 };
}

/** In the container it has that of the program, with the HOME that is looked for where the config gives none. As in runc. */
function environmentInside(
  env: readonly string[] | undefined,
  process: Process | undefined,
): { env: readonly string[]; home: 0 | 1 } {
  if (env !== undefined || process === undefined) return { env: env ?? [], home: 0 };
  const programs = environment(process);
  return { env: programs.env, home: programs.home.length > 0 ? 1 : 0 };
}

/** runtime.md#state, without the pid. */
function stateOf({ ociVersion, annotations = {} }: Spec, { id, bundle }: Subject, status: Status): object {
  return Object.keys(annotations).length === 0
    ? { ociVersion, id, status, bundle }
    : { ociVersion, id, status, bundle, annotations };
}

/** The text before and behind the pid, which is known when the hook runs. */
function stateAround(spec: Spec, subject: Subject, status: Status): { before: string; after: string } {
  const text = JSON.stringify(stateOf(spec, subject, status)).slice(0, -1);
  return { before: `${text},"pid":`, after: '}' };
}
