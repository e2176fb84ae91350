/**
 * What caisson knows of a container between two commands: ROOT/ID/record.json. Written by launch, read by every verb.
 * Versioned, so that a container made by one release is started and deleted by the next.
 */
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { Step } from '../plan/step.js';
import type { ParentAct, TeardownAct } from '../plan/wire.gen.js';
import type { Listener } from './listener.js';
import type { ContainerUnit } from './unit.js';

export const RECORD_VERSION = 1;

/** A process that can be told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** proc_pid_stat(5), field 22: clock ticks since boot. */
  readonly startTime: number;
  /** Of this boot of the host (/proc/sys/kernel/random/boot_id). */
  readonly bootId: string;
}

export interface ContainerRecord {
  readonly version: number;
  readonly id: string;
  readonly ociVersion: string;
  /** Absolute. */
  readonly bundle: string;
  readonly rootfs: string;
  /** RFC 3339. */
  readonly created: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Absent until init has reached the meeting point `ready`. */
  readonly init?: ProcessIdentity;
  /** The same process before that, where hooks are run meanwhile: a create can be stuck in one of them. */
  readonly unready?: ProcessIdentity;
  /** Host directory in each hierarchy. */
  readonly cgroups: Readonly<Record<string, string>>;
  /** The groups of resctrl that its processes are in; absent without any. */
  readonly resctrl?: readonly string[];
  /** The unit of systemd that made them; absent where we did. */
  readonly unit?: ContainerUnit;
  /** Its pid namespace is not its own: processes of it can outlive its init. */
  readonly sharesPids?: true;
  /** What init does once start has opened its gate, without the bytes: to say which of it failed. */
  readonly afterGate: { readonly from: number; readonly steps: readonly Step[] };
  /** The hooks to be run when the program runs; absent without any. */
  readonly started?: readonly Step<ParentAct>[];
  /** A supervisor waits for its end, and may leave a record of it (exit.ts). */
  readonly foreground?: true;
  /** Who decides on some of its system calls. */
  readonly listener?: Listener | undefined;
  /** linux.resources since the last update, as JSON; absent before, when those of config.json are in force. */
  readonly resources?: string;
  /** What removes everything of this container. */
  readonly teardown: readonly TeardownAct[];
  readonly warnings: readonly string[];
}

/** For whoever cannot write there. */
export const FULL_HINT = 'the state root must be on a writable filesystem with free space';

const RECORD_LIMIT = 16 * 1024 * 1024;

function recordPath(directory: string): string {
  return `${directory}/record.json`;
}

/** Writes the record as one step. @throws RuntimeError state-root */
export function writeRecord(directory: string, record: ContainerRecord): void {
  try {
    native().replaceFile(recordPath(directory), JSON.stringify(record, withoutBigints), 0o600);
  } catch (error) {
    throw fromSystem('state-root', 'cannot write the record', error, { hint: FULL_HINT });
  }
}

/** Masks of capabilities are 64 bits wide, which JSON cannot hold as numbers; nobody reads them back. */
function withoutBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/**
 * The record in a state directory; undefined when there is none (yet).
 * @throws RuntimeError state-corrupt
 */
export function readRecord(directory: string): ContainerRecord | undefined {
  const path = recordPath(directory);
  try {
    return checked(JSON.parse(native().readText(path, RECORD_LIMIT)), path);
  } catch (error) {
    if (isSystemError(error) && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR')) return undefined;
    if (isSystemError(error))
      throw fromSystem('state-corrupt', 'cannot read the record', error, { hint: CORRUPT_HINT });
    if (error instanceof SyntaxError) throw corrupt(path, `is not JSON: ${error.message}`);
    throw error;
  }
}

const CORRUPT_HINT = 'caisson delete --force removes the container';

function corrupt(path: string, what: string, hint = CORRUPT_HINT): RuntimeError {
  return new RuntimeError('state-corrupt', `the record ${what}`, { path, hint });
}

function checked(value: unknown, path: string): ContainerRecord {
  const record = value as Partial<ContainerRecord> | null;
  if (typeof record !== 'object' || record === null) throw corrupt(path, 'is not an object');
  if (record.version !== RECORD_VERSION) {
    const said = `is of version ${String(record.version)}, this caisson reads version ${RECORD_VERSION}`;
    throw corrupt(path, said, `the caisson that made it knows it; ${CORRUPT_HINT}`);
  }
  if (typeof record.id !== 'string' || !Array.isArray(record.teardown)) throw corrupt(path, 'lacks fields');
  return record as ContainerRecord;
}
