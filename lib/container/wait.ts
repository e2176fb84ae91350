/**
 * Waits for the end of a container, and says how it was. Called by `caisson wait`. Whoever cloned the first process reaps it, so
 * that nobody else is told by wait(2): the record of a supervisor tells, or the kernel, of a process that somebody held a pidfd of
 * (Linux 6.15) or that nobody has reaped yet. docs/decisions/0013-exit-record.md.
 */
import { isSystemError, RuntimeError } from '../errors.js';
import { bootId } from '../host/boot.js';
import { native } from '../native/load.js';
import { type Exit, exitFile, exitOf, readExit } from './exit.js';
import type { ContainerRecord } from './record.js';
import type { Container } from './status.js';

/** Milliseconds for which a supervisor may keep its record to itself: it takes the last output along first. */
const RECORD_DEADLINE = 6_000;
/** Milliseconds until whoever has to reap the process has done so. */
const REAP_DEADLINE = 2_000;
const PAUSE = 10;
/** Milliseconds: the wait for the end is as long as it takes, in parts. */
const LONG = 1e9;

/** @throws RuntimeError exit-unknown when it has ended and nobody kept how */
export async function awaitExit({ id, directory, record }: Container): Promise<Exit> {
  const kept = readExit(exitFile(directory));
  if (kept !== undefined) return kept;
  // Both before the look whether it lives: what happens after that is not missed.
  const pidfd = openFirst(record);
  const file = pidfd < 0 ? -1 : holdRecord(directory);
  try {
    const exit = pidfd < 0 ? undefined : await exitOfLiving(record, pidfd, file);
    if (exit !== undefined) return exit;
  } finally {
    for (const fd of [pidfd, file]) if (fd >= 0) native().close(fd);
  }
  throw new RuntimeError('exit-unknown', `container ${id} has ended, and nobody knows how any more`, {
    hint: 'wait while it runs, or run it in the foreground with --keep',
  });
}

/**
 * A supervisor writes into a file that is there, also when it takes the container away behind that: the descriptor outlives it.
 * -1 when the container is being taken away right now.
 */
function holdRecord(directory: string): number {
  try {
    return native().holdFile(exitFile(directory), 0o600);
  } catch (error) {
    if (isSystemError(error) && error.errno === 'ENOENT') return -1;
    throw error;
  }
}

async function exitOfLiving(record: ContainerRecord, pidfd: number, file: number): Promise<Exit | undefined> {
  while (!(await native().awaitEnd(pidfd, LONG))) continue;
  const told = () => (file < 0 ? undefined : readExit(`/proc/self/fd/${file}`));
  const seen = () => exitSeen(record, pidfd);
  if (record.foreground === true) {
    const exit = await within(RECORD_DEADLINE, told);
    if (exit !== undefined) return exit;
  }
  return await within(REAP_DEADLINE, seen);
}

/** What the kernel tells of the process: as long as nobody has reaped it, and to whom has held it since. */
function exitSeen({ init }: ContainerRecord, pidfd: number): Exit | undefined {
  const reaped = native().exitOfProcess(pidfd);
  if (reaped !== undefined) return exitOf(reaped);
  const stat = native().processStat(init?.pid ?? 0);
  return stat?.state === 'Z' && stat.startTime === init?.startTime ? exitOf(stat.exitCode) : undefined;
}

async function within<T>(milliseconds: number, look: () => T | undefined): Promise<T | undefined> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const found = look();
    if (found !== undefined || performance.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** A pidfd of the first process, dead or alive; -1 when it is gone. Its identity is checked when it is held. */
function openFirst({ init }: ContainerRecord): number {
  if (init?.bootId !== bootId()) return -1;
  let pidfd: number;
  try {
    pidfd = native().openProcess(init.pid);
  } catch (error) {
    if (isSystemError(error) && error.errno === 'ESRCH') return -1;
    throw error;
  }
  if (native().processStat(init.pid)?.startTime === init.startTime) return pidfd;
  native().close(pidfd);
  return -1;
}
