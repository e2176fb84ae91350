/**
 * The words an option table is written in, the flags that stand before the verb, and the types that follow from a table.
 * The parser (argv.ts), the help and the request types all read the same tables; nothing about a flag is said twice.
 */

/** One flag. Its key in the table is the name that programs use: `pidFile` for `--pid-file`. */
export interface Flag {
  /** What it takes: nothing, one text, a whole number, a time (duration.ts), one text each time it is given, one of `choices`, or it only prints. */
  readonly kind: 'boolean' | 'string' | 'number' | 'duration' | 'list' | 'choice' | 'help' | 'version';
  readonly short?: string;
  /** What the value is called in the help: `FILE`. */
  readonly placeholder?: string;
  /** The value when it is not given. Without it: false, an empty list, or undefined. */
  readonly fallback?: string;
  readonly choices?: readonly string[];
  /** One line, without a full stop. */
  readonly help: string;
  /** Known, and refused when it is given. */
  readonly supported?: false;
  /** Accepted for the sake of callers that give it, and without effect by design. */
  readonly ignored?: true;
}

export type Flags = Readonly<Record<string, Flag>>;

/** One positional argument. Its name is its key: `id`. */
export interface Argument {
  /** A container id (id.ts), a signal (signals.ts), one text, or all the words that are left. */
  readonly kind: 'id' | 'signal' | 'string' | 'words';
  readonly optional?: true;
}

export type Arguments = Readonly<Record<string, Argument>>;

export interface Verb {
  /** One line, without a full stop. */
  readonly summary: string;
  /** In the order of the command line. */
  readonly args: Arguments;
  readonly flags: Flags;
  /** Flags end at the first positional argument: what follows belongs to somebody else. */
  readonly stops?: true;
  /** Exit status of a failure of caisson itself; 1 when left out. */
  readonly failure?: number;
  readonly supported?: false;
  readonly examples?: readonly (readonly [command: string, meaning: string])[];
}

/** The flags that stand before the verb. They are accepted after it too. */
export const GLOBAL_FLAGS = {
  root: { kind: 'string', placeholder: 'DIR', help: 'directory for the state of containers (default /run/caisson)' },
  log: { kind: 'string', placeholder: 'FILE', help: 'append errors, warnings and debug lines to FILE' },
  logFormat: { kind: 'choice', choices: ['text', 'json'], fallback: 'text', help: 'format of the log' },
  logLevel: {
    kind: 'choice',
    choices: ['error', 'warning', 'debug'],
    fallback: 'error',
    help: 'the least grave lines that are logged',
  },
  debug: { kind: 'boolean', help: 'same as --log-level debug; unexpected errors show their stack' },
  trace: { kind: 'string', placeholder: 'FILE', help: 'write where the time went to FILE, in Chrome trace format' },
  rootless: {
    kind: 'choice',
    choices: ['true', 'false', 'auto'],
    fallback: 'auto',
    help: 'do without a cgroup where none may be made and no limit is asked for (auto: unless run by root of the host)',
  },
  cgroupManager: {
    kind: 'choice',
    choices: ['cgroupfs', 'systemd', 'disabled'],
    fallback: 'cgroupfs',
    help: 'who makes the cgroups',
  },
  systemdCgroup: { kind: 'boolean', help: 'same as --cgroup-manager systemd' },
  criu: { kind: 'string', placeholder: 'PATH', ignored: true, help: 'ignored; criu is looked for in PATH' },
  help: { kind: 'help', short: 'h', help: 'print this help' },
  version: { kind: 'version', short: 'v', help: 'print versions' },
} as const satisfies Flags;

/** What a program sees of a flag. */
type FlagValue<F extends Flag> = F extends { readonly kind: 'boolean' }
  ? boolean
  : F extends { readonly kind: 'list' }
    ? readonly string[]
    : F extends { readonly kind: 'number' }
      ? number | undefined
      : F extends { readonly kind: 'duration' }
        ? number
        : F extends { readonly choices: readonly (infer C)[] }
          ? C
          : F extends { readonly fallback: string }
            ? string
            : string | undefined;

/** Flags that no program sees. */
type Silent = { readonly supported: false } | { readonly ignored: true } | { readonly kind: 'help' | 'version' };

/** The values of a table of flags, without those that are refused or ignored. */
export type FlagValues<T extends Flags> = {
  readonly [N in keyof T & string as T[N] extends Silent ? never : N]: FlagValue<T[N]>;
};

/** What a program sees of an argument; a signal that is left out is SIGTERM. */
type ArgumentValue<A extends Argument> = A extends { readonly kind: 'signal' }
  ? number
  : A extends { readonly kind: 'words' }
    ? readonly string[]
    : A extends { readonly optional: true }
      ? string | undefined
      : string;

/** The values of a table of arguments. */
export type ArgumentValues<T extends Arguments> = { readonly [N in keyof T & string]: ArgumentValue<T[N]> };
