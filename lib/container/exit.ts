/**
 * How a container has ended: what the supervisor is told to leave of it (docs/decisions/0013-exit-record.md), and what others
 * read. Called by run, exec, state and wait.
 */
import { isSystemError } from '../errors.js';
import { directoryWith, memoryFiles, type OutOfMemory } from '../host/memory.js';
import { native } from '../native/load.js';
import type { TeardownAct } from '../plan/wire.gen.js';

/** What is known of an end. Of one that only the kernel has told, the status alone. */
export interface Exit extends Partial<OutOfMemory> {
  /** That of the first process, or 128 and its signal. */
  readonly status: number;
  readonly signal?: number;
  /** Nanoseconds that all processes of the container have used. */
  readonly cpuTime?: number;
}

const RECORD_VERSION = 1;
const RECORD_LIMIT = 4096;

export function exitFile(stateDirectory: string): string {
  return `${stateDirectory}/exit.json`;
}

/** What the supervisor is to read, tell and leave. */
export interface Accounting {
  /** Directories by name of the hierarchy. */
  readonly cgroups: Readonly<Record<string, string>>;
  /** Whether cgroups that it may have made below its own are looked through as well: where there is a limit, or a record is kept. */
  readonly limited: boolean;
  /** Kills that were there before, and are not told. */
  readonly before: number;
  /** Where to leave the record, '' for nowhere. */
  readonly record: string;
  /** Whether it is left also when nobody waits for it. */
  readonly keep: boolean;
}

/** The act that does it, to stand behind supervise and before the cgroups are removed. */
export function accountAct({ cgroups, limited, before, record, keep }: Accounting): TeardownAct {
  const files = memoryFiles(cgroups);
  const time = directoryWith('cpuacct', cgroups);
  return {
    op: 'account',
    memory: files?.directory ?? '',
    kills: files?.kills ?? '',
    limit: files?.limit ?? '',
    peak: files?.peak ?? '',
    cpu: time === undefined ? `${cgroups[''] ?? cgroups.unified ?? ''}/cpu.stat` : `${time}/cpuacct.usage`,
    key: time === undefined ? 'usage_usec' : '',
    scale: time === undefined ? 1000 : 1,
    // v2 counts those below it by itself.
    nested: files?.version === 1 && limited ? 1 : 0,
    before,
    record,
    keep: keep ? 1 : 0,
  };
}

/**
 * The record in a file; undefined when there is none, or only somebody who waits for one.
 * @param path of the file, or of a descriptor of it
 */
export function readExit(path: string): Exit | undefined {
  try {
    const { version, ...exit } = JSON.parse(native().readText(path, RECORD_LIMIT)) as Exit & { version: number };
    return version === RECORD_VERSION && typeof exit.status === 'number' ? exit : undefined;
  } catch (error) {
    // Empty until it is written.
    if (error instanceof SyntaxError || (isSystemError(error) && error.errno === 'ENOENT')) return undefined;
    throw error;
  }
}

/** A wait status, as the kernel has it. */
export function exitOf(waitStatus: number): Exit {
  const signal = waitStatus & 0x7f;
  return signal === 0 ? { status: (waitStatus >> 8) & 0xff } : { status: 128 + signal, signal };
}
