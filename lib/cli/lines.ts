/** One message, one line: how stderr and the log file look. */
import type { LogLevel } from '../log.js';
import { oneLine } from '../oneLine.js';

/** A line for people: `caisson: error: ...`. */
export function plainLine(level: LogLevel, message: string): string {
  return `caisson: ${level}: ${oneLine(message)}\n`;
}

/** A line for the log: one JSON object, or runc's text form. The time is RFC 3339. */
export function logLine(format: 'text' | 'json', level: LogLevel, message: string, time: Date): string {
  const msg = oneLine(message);
  if (format === 'json') return `${JSON.stringify({ level, msg, time: time.toISOString() })}\n`;
  return `time="${time.toISOString()}" level=${level} msg=${JSON.stringify(msg)}\n`;
}
