/**
 * The option table as the pages for people need it: what is supported, with names as they are typed, and what a value is.
 * Called by the writers of completions and manual pages beside it; the engine loads none of them.
 */
import { flagName } from '../flags.js';
import { GLOBAL_FLAGS, type Argument, type Flag, type Flags, type Verb } from '../options.js';
import { VERBS } from '../verbs.js';

/** What may stand behind a flag. */
export type ValueKind = 'none' | 'file' | 'directory' | 'choice' | 'text';

export interface PageFlag {
  /** `--pid-file` */
  readonly long: string;
  /** `-b` */
  readonly short: string | undefined;
  readonly value: ValueKind;
  /** What the value is called; '' for none. */
  readonly placeholder: string;
  readonly choices: readonly string[];
  readonly repeats: boolean;
  readonly fallback: string | undefined;
  readonly help: string;
}

export interface PageVerb {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly PageFlag[];
  readonly args: readonly { readonly name: string; readonly kind: Argument['kind']; readonly optional: boolean }[];
  /** The id is that of a container which is there. */
  readonly known: boolean;
  /** What follows the first argument belongs to somebody else. */
  readonly stops: boolean;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Exit status of a failure of caisson itself. */
  readonly failure: number;
}

/** Verbs that make what they name. */
const MAKERS: readonly string[] = ['create', 'run', 'restore'];

/** Every verb that has a command, in the order of the table. */
export function pageVerbs(): PageVerb[] {
  return Object.entries<() => Verb>(VERBS)
    .map(([name, table]): [string, Verb] => [name, table()])
    .filter(([, verb]) => verb.supported !== false)
    .map(([name, verb]) => ({
      name,
      summary: verb.summary,
      flags: pageFlags(verb.flags),
      args: Object.entries(verb.args).map(([arg, { kind, optional }]) => ({
        name: arg,
        kind,
        optional: optional === true,
      })),
      known: !MAKERS.includes(name) && Object.values(verb.args)[0]?.kind === 'id',
      stops: verb.stops === true,
      examples: verb.examples ?? [],
      failure: verb.failure ?? 1,
    }));
}

/** The flags before the verb. */
export function globalFlags(): PageFlag[] {
  return pageFlags(GLOBAL_FLAGS);
}

function pageFlags(flags: Flags): PageFlag[] {
  return Object.entries<Flag>(flags)
    .filter(([, flag]) => flag.supported !== false && flag.ignored !== true)
    .map(([name, flag]) => ({
      long: `--${flagName(name)}`,
      short: flag.short === undefined ? undefined : `-${flag.short}`,
      value: valueOf(flag),
      placeholder: flag.placeholder ?? (flag.choices === undefined ? '' : 'WORD'),
      choices: flag.choices ?? [],
      repeats: flag.kind === 'list',
      fallback: flag.fallback,
      help: flag.help,
    }));
}

function valueOf({ kind, placeholder = '' }: Flag): ValueKind {
  if (kind === 'boolean' || kind === 'help' || kind === 'version') return 'none';
  if (kind === 'choice') return 'choice';
  if (placeholder === 'DIR') return 'directory';
  return ['FILE', 'SOCKET', 'PATH'].includes(placeholder) ? 'file' : 'text';
}

/** Names of signals that are worth to be offered. */
export const SIGNALS: readonly string[] = [
  'TERM',
  'KILL',
  'INT',
  'HUP',
  'QUIT',
  'USR1',
  'USR2',
  'STOP',
  'CONT',
  'WINCH',
];
