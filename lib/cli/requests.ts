/**
 * What a command is asked for: the values of its flags and arguments, checked, under the names of the option table in
 * camel case. Types only, derived from the table: a flag added there is here at once.
 *
 * A command is `lib/commands/VERB.ts` with `export async function VERB(request: VerbRequest): Promise<number>`; what it
 * returns is the exit status. (`delete` is a reserved word: that function is called `deleteContainer`.) It throws
 * RuntimeError for every failure and prints nothing about it.
 *
 * Paths are as they were typed, relative to the working directory. An empty text is the same as none.
 */
import type { ArgumentValues, FlagValues, GLOBAL_FLAGS } from './options.js';
import type { SupportedVerb, TableOf } from './verbs.js';

/**
 * The flags before the verb. `root` is undefined when it was not given: only then may the state root be chosen, and be
 * missing in `list`.
 */
export type Globals = FlagValues<typeof GLOBAL_FLAGS>;

/** The request of a verb. */
export type Request<V extends SupportedVerb> = { readonly globals: Globals } & ArgumentValues<TableOf<V>['args']> &
  FlagValues<TableOf<V>['flags']>;

/** id, bundle, config, consoleSocket?, pidFile?, pidfdSocket?, preserveFds?, noNewKeyring */
export type CreateRequest = Request<'create'>;
/** id */
export type StartRequest = Request<'start'>;
/** As create, and detach, keep, noSubreaper. */
export type RunRequest = Request<'run'>;
/** id, command, and what ProcessFlags and ExecOrder of lib/container have. */
export type ExecRequest = Request<'exec'>;
/** id, warnings */
export type StateRequest = Request<'state'>;
/** id, signal (its number), all */
export type KillRequest = Request<'kill'>;
/** id, json */
export type WaitRequest = Request<'wait'>;
/** id, force */
export type DeleteRequest = Request<'delete'>;
/** format, quiet */
export type ListRequest = Request<'list'>;
/** id, options (of ps(1)), format */
export type PsRequest = Request<'ps'>;
/** id */
export type PauseRequest = Request<'pause'>;
/** id */
export type ResumeRequest = Request<'resume'>;
/** id, interval (milliseconds), stats */
export type EventsRequest = Request<'events'>;
/** id, resources (a file or -), and a flag for each limit */
export type UpdateRequest = Request<'update'>;
/** bundle, rootless */
export type SpecRequest = Request<'spec'>;
/** Nothing. */
export type FeaturesRequest = Request<'features'>;
/** bundle, config, json */
export type PlanRequest = Request<'plan'>;
/** file?, bundle?, json */
export type ValidateRequest = Request<'validate'>;
