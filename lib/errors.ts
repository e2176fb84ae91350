/**
 * The one error class and the one table of codes. Thrown once where the fault is found, rendered once by lib/cli/report.ts.
 * docs/errors.md describes each code; a test keeps the two in step.
 */

/** Every code, with what it means in one line. */
export const ERROR_CODES = {
  usage:
    'the command line is wrong: an unknown command or flag, a missing or surplus argument, a value that is not one',
  'flag-unsupported': 'the flag is known and not supported yet',
  'bundle-missing': 'the bundle directory, or its config.json, does not exist or cannot be read',
  'config-syntax': 'config.json is not JSON',
  'config-invalid': 'config.json breaks the schema or a rule of the runtime specification',
  'config-unsupported': 'config.json asks for something that is not supported',
  'id-invalid': 'the container id is not acceptable',
  'container-exists': 'a container with this id exists already',
  'container-unknown': 'there is no container with this id',
  'container-status': 'the container is in a status that does not allow the operation',
  'container-not-running': 'the container has no process any more',
  'state-root': 'the state root cannot be used',
  'state-corrupt': 'the record of the container cannot be read or understood',
  'rootfs-missing': 'root.path does not lead to a directory',
  'cgroup-failed': 'a cgroup could not be made, limited, entered or removed',
  'systemd-failed': 'systemd could not be reached, or did not do what it was asked for',
  'namespace-failed': 'a namespace could not be made, joined or mapped',
  'network-failed': 'a network device could not be moved into the container',
  'resctrl-failed': 'a class of resctrl could not be made, changed or entered',
  'mount-failed': 'a mount could not be made',
  'device-failed': 'a device node or link could not be made',
  'identity-failed':
    'user, groups, capabilities, limits, scheduling or another property of the process could not be set',
  'sysctl-failed': 'a setting of linux.sysctl could not be made',
  'seccomp-failed': 'the seccomp filter could not be compiled or installed, or its listener not be handed over',
  'executable-not-found': 'process.args[0] is not found in the container, or cannot be executed',
  'hook-failed': 'a hook could not be run, failed or took too long',
  'cwd-failed': 'process.cwd cannot be entered',
  'terminal-failed': 'a terminal could not be set up or handed over',
  'file-exists': 'the file to write exists already',
  'exit-unknown': 'the container has ended, and nobody kept its exit status',
  'init-died': 'init ended before it could report why',
  timeout: 'an operation did not end in its time',
  'host-unsupported': 'the kernel or the host lacks something that is needed',
  'system-call': 'a system call failed',
  internal: 'a fault of caisson itself',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Where and why, as far as it is known. */
export interface ErrorDetails {
  /** JSON pointer into config.json without the leading slash: `mounts/3/source`. */
  readonly pointer?: string | undefined;
  /** Name of the errno: `ENOENT`. */
  readonly errno?: string | undefined;
  readonly syscall?: string | undefined;
  /** The path that the system call was given. */
  readonly path?: string | undefined;
  /** What to do about it, one sentence. */
  readonly hint?: string | undefined;
  /** 1-based place in the text of config.json. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly cause?: unknown;
}

/** A failure that a user is told about. */
export class RuntimeError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RuntimeError';
    this.code = code;
    this.details = details;
  }
}

/**
 * Whether something caught is a RuntimeError.
 * By its shape: an error may come from another realm (jest's modules), where instanceof says no.
 */
export function isRuntimeError(error: unknown): error is RuntimeError {
  return error instanceof Error || (typeof error === 'object' && error !== null)
    ? (error as { name?: unknown }).name === 'RuntimeError'
    : false;
}

/** What the addon throws when a system call fails. */
export interface SystemError extends Error {
  /** Name of the errno: `ENOENT`. */
  readonly errno: string;
  readonly syscall: string;
  readonly path: string;
}

/** Whether something caught is the addon's report of a failed system call. */
export function isSystemError(error: unknown): error is SystemError {
  return typeof error === 'object' && error !== null && typeof (error as { syscall?: unknown }).syscall === 'string';
}

/**
 * The RuntimeError for a system call that failed.
 * @param doing what was being done, as a phrase after which a colon may stand: `write the record`
 */
export function fromSystem(code: ErrorCode, doing: string, error: unknown, more: ErrorDetails = {}): RuntimeError {
  if (!isSystemError(error))
    return new RuntimeError('internal', `${doing}: ${String(error)}`, { ...more, cause: error });
  const { errno, syscall, path } = error;
  return new RuntimeError(code, doing, { errno, syscall, path, ...more, cause: error });
}
