/**
 * What a caller gets of a process before its program runs: the master of its terminal, its pidfd, and its number. Called by launch and
 * exec.
 */
import { type ErrorCode, fromSystem, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { Launched } from '../native/surface.js';
import type { Spec } from '../spec/types.gen.js';

/** Where things go. */
export interface Receivers {
  readonly consoleSocket: string | undefined;
  readonly pidfdSocket: string | undefined;
  /** Whether the caller stays in the foreground and copies the terminal itself. */
  readonly foreground: boolean;
}

const SOCKET_DEADLINE = 10_000;

/**
 * A terminal needs somebody who holds its other end: the foreground, or whoever listens on the console socket.
 * @throws RuntimeError terminal-failed, usage
 */
export function requireConsole({ process }: Spec, { consoleSocket, foreground }: Omit<Receivers, 'pidfdSocket'>): void {
  const terminal = process?.terminal === true;
  if (terminal && !foreground && consoleSocket === undefined) {
    throw new RuntimeError('terminal-failed', 'the process wants a terminal, and nobody would hold its other end', {
      pointer: 'process/terminal',
      hint: 'give --console-socket, or set process.terminal to false',
    });
  }
  if (consoleSocket !== undefined && (!terminal || foreground)) {
    throw new RuntimeError('usage', '--console-socket is only for a detached process with a terminal', {
      hint: 'set process.terminal to true and detach, or leave the flag out',
    });
  }
}

/**
 * @param kind what the receiver of the pidfd is told: `standard` is the first process, `setns` a further one, as in runc
 * @throws RuntimeError terminal-failed, system-call
 */
export async function handOver(
  { console, pidfd }: Launched,
  { consoleSocket, pidfdSocket }: Pick<Receivers, 'consoleSocket' | 'pidfdSocket'>,
  kind: 'standard' | 'setns',
): Promise<void> {
  if (consoleSocket !== undefined) {
    await send(consoleSocket, console, '/dev/ptmx', [
      'terminal-failed',
      'cannot hand the terminal over',
      '--console-socket',
    ]);
  }
  if (pidfdSocket !== undefined) {
    await send(pidfdSocket, pidfd, kind, ['system-call', 'cannot hand the pidfd over', '--pidfd-socket']);
  }
}

async function send(
  socket: string,
  fd: number,
  name: string,
  [code, failed, flag]: [ErrorCode, string, string],
): Promise<void> {
  try {
    await native().sendDescriptor(socket, fd, name, SOCKET_DEADLINE);
  } catch (error) {
    throw fromSystem(code, failed, error, { hint: `is the program that gave ${flag} listening on it?` });
  }
}

/** In decimal, without a newline; undefined for a caller who wants none. @throws RuntimeError state-root */
export function writePidFile(path: string | undefined, pid: number): void {
  if (path === undefined) return;
  try {
    native().replaceFile(path, pid.toString(), 0o644);
  } catch (error) {
    throw fromSystem('state-root', 'cannot write the pid file', error, {
      hint: 'is the directory of --pid-file there, and writable?',
    });
  }
}

/** Takes the file back of a process whose program never ran. */
export function forgetPidFile(path: string | undefined): void {
  if (path === undefined) return;
  try {
    native().unlink(path);
  } catch {
    // Somebody was quicker; it is gone either way.
  }
}
