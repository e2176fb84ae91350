/**
 * Where lines go: to the file of --log, or to stderr. Opened by dispatch.ts before the command, so that a log that
 * cannot be written is a failure of its own and not the loss of another one.
 */
import { fromSystem } from '../errors.js';
import { openLog, type LogLevel } from '../log.js';
import { logLine, plainLine } from './lines.js';
import type { Globals } from './requests.js';
import type { World } from './world.js';

/** How and where to log. */
export type LogChoice = Pick<Globals, 'log' | 'logFormat' | 'logLevel' | 'debug'>;

/** Who reads the log: engines, which need not be root. */
const MODE = 0o644;

/**
 * Makes the log file when there is none, and lets lib/log.ts write to it what was asked for.
 * @throws RuntimeError `system-call`
 */
export function startLog(choice: LogChoice, world: World): void {
  const file = logFile(choice);
  try {
    if (file !== undefined) world.appendFile(file, '', MODE);
  } catch (error) {
    throw fromSystem('system-call', 'open the log file', error);
  }
  const level = choice.debug ? 'debug' : choice.logLevel;
  openLog(level, (grade, message) => writeLog(choice, world, grade, message));
}

/** The file of --log; none when that is stderr, by default or by name. */
export function logFile(choice: LogChoice): string | undefined {
  return choice.log === '/dev/stderr' ? undefined : choice.log;
}

/** Writes one line to the log: a file, or stderr. */
export function writeLog(choice: LogChoice, world: World, level: LogLevel, message: string): void {
  const file = logFile(choice);
  if (file !== undefined) world.appendFile(file, logLine(choice.logFormat, level, message, new Date()), MODE);
  else if (choice.logFormat === 'json') world.print(2, logLine('json', level, message, new Date()));
  else world.print(2, plainLine(level, message));
}
