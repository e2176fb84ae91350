/**
 * The one place where a failure becomes words: one line on stderr, and one line in the file of --log (podman parses that
 * file whole, so there it is never more than one). Loaded only when there is a failure.
 */
import { fromSystem, isRuntimeError, isSystemError, RuntimeError } from '../errors.js';
import { debug } from '../log.js';
import { errnoText } from './errnoText.js';
import { plainLine } from './lines.js';
import { logFile, writeLog, type LogChoice } from './logFile.js';
import type { World } from './world.js';

/** Tells what went wrong. Never throws: there is nobody left to tell. */
export function report(error: unknown, choice: LogChoice, world: World): void {
  const failure = asRuntimeError(error);
  try {
    tellLog(failure, choice, world);
    if (failure.code === 'internal') tellStack(error);
  } catch {
    // stderr is closed: the exit status has to do.
  }
}

/**
 * The message of a failure: its place in the text (`config.json:3:14`), the pointer, what was done, the system call and
 * its path, the errno, and the hint in brackets.
 */
export function describe(failure: RuntimeError): string {
  const { pointer, line, column, syscall, path, errno, hint } = failure.details;
  const placed = line !== undefined;
  const parts = [
    placed ? [path ?? 'config.json', line, column].filter((part) => part !== undefined).join(':') : undefined,
    pointer,
    failure.message,
    [syscall, placed ? undefined : path].filter(Boolean).join(' '),
    errno === undefined ? undefined : errnoText(errno),
  ];
  const told = parts.filter((part) => part !== undefined && part !== '').join(': ');
  return hint === undefined ? told : `${told} (${hint})`;
}

/** What any system call may fail with, on a host that has no more to give. */
const SHORTAGES: Readonly<Record<string, string>> = {
  ENOMEM: 'the host, or the cgroup that caisson was called in, is out of memory',
  ENOBUFS: 'the host is out of memory for sockets',
  EMFILE: 'the caller has too many files open for its limit: ulimit -n',
  ENFILE: 'the host has too many files open: sysctl fs.file-max',
  ENOSPC: 'the filesystem is full, or a limit of the kernel is reached',
  EINTR: 'try again',
};

/** What is thrown by accident is a fault of caisson, and says so; but for what the host lacks. */
function asRuntimeError(error: unknown): RuntimeError {
  if (isRuntimeError(error)) return error;
  const hint = isSystemError(error) ? SHORTAGES[error.errno] : undefined;
  if (hint !== undefined) return fromSystem('system-call', 'a system call failed', error, { hint });
  if (isSystemError(error)) return fromSystem('internal', 'unexpected failure', error);
  return new RuntimeError('internal', `unexpected failure: ${String(error)}`, { cause: error });
}

/** To stderr first: it is what is there when the log cannot be written. */
function tellLog(failure: RuntimeError, choice: LogChoice, world: World): void {
  const file = logFile(choice);
  const message = describe(failure);
  if (file !== undefined) world.print(2, plainLine('error', message));
  try {
    writeLog(choice, world, 'error', message);
  } catch (error) {
    // That the log cannot be opened may be the very failure that was told.
    if (file === undefined || failure.details.path === file) return;
    world.print(2, plainLine('error', describe(fromSystem('system-call', 'write the log file', error))));
  }
}

/** Only with --debug. */
function tellStack(error: unknown): void {
  const stack = (error as { stack?: unknown } | null | undefined)?.stack;
  if (typeof stack !== 'string') return;
  for (const line of stack.split('\n')) debug(() => line);
}
