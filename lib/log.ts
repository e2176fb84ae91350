/**
 * Warning and debug lines, for any room. They go nowhere, and cost nothing, unless `--debug` or `--log-level` asked for
 * them (but for `alert`): on create, stderr is the container's. Errors are not logged here: they are thrown, and lib/cli/report.ts tells.
 * Imports nothing; lib/cli opens it.
 */

/** From the gravest to the least grave. */
export const LOG_LEVELS = ['error', 'warning', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Takes one message, which may have any characters. */
export type LogSink = (level: LogLevel, message: string) => void;

let threshold = 0;
let sink: LogSink | undefined;

/** From now on, messages at least as grave as level go to the sink; without a sink, nowhere. */
export function openLog(level: LogLevel, to: LogSink | undefined): void {
  threshold = LOG_LEVELS.indexOf(level);
  sink = to;
}

/** Whether anybody reads warnings: for whoever has to look for them. */
export function hearsWarnings(): boolean {
  return threshold >= 1 && sink !== undefined;
}

/** Something that was asked for is not as it was asked for, and nothing got weaker by it. */
export function warning(message: string): void {
  if (threshold >= 1) sink?.('warning', message);
}

/** The same for who cannot have it as an error, since all was done: it is written whatever level was asked for. Never on create or run. */
export function alert(message: string): void {
  sink?.('warning', message);
}

/** What is going on. The message is only made when somebody wants it. */
export function debug(message: () => string): void {
  if (threshold >= 2) sink?.('debug', message());
}
