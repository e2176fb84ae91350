/** Flags and arguments that several verbs take. */

export const ID = { id: { kind: 'id' } } as const;

export const BUNDLE = { kind: 'string', short: 'b', placeholder: 'DIR', fallback: '.', help: 'the bundle' } as const;

export const CONFIG = {
  kind: 'string',
  short: 'f',
  placeholder: 'FILE',
  fallback: 'config.json',
  help: 'the configuration, instead of config.json in the bundle',
} as const;

export const PID_FILE = {
  kind: 'string',
  placeholder: 'FILE',
  help: 'write the pid to FILE, without a newline',
} as const;

export const CONSOLE = {
  kind: 'string',
  placeholder: 'SOCKET',
  help: 'send the master of the terminal to SOCKET',
} as const;

export const PIDFD = {
  kind: 'string',
  placeholder: 'SOCKET',
  help: 'send a pidfd of the process to SOCKET',
} as const;

export const PRESERVE_FDS = {
  kind: 'number',
  placeholder: 'N',
  help: 'pass on the next N descriptors from 3, or from behind those of LISTEN_FDS; 128 of both at most',
} as const;

export const NO_PIVOT = {
  kind: 'boolean',
  help: 'change into the root without a pivot (from an initial ramdisk)',
} as const;

export const NO_KEYRING = {
  kind: 'boolean',
  help: 'keep the session keyring of the caller',
} as const;

export const REGEX = { kind: 'boolean', short: 'r', supported: false, help: 'ID is a regular expression' } as const;

export const FORMAT = {
  kind: 'choice',
  short: 'f',
  choices: ['table', 'json'],
  fallback: 'table',
  help: 'how to print',
} as const;
