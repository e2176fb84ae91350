/**
 * The words that the compilers of linux.resources share: a write to a file of a controller, and what zero and -1 mean.
 * Used by resources.ts and what it calls; holds no policy of a single field.
 */
import { RuntimeError } from '../errors.js';
import type { Int64, Resources } from '../spec/types.gen.js';

/** One value for one file in the container's cgroup directory. */
export interface ResourceWrite {
  /** As in cgroup.controllers; `cgroup` for the files of cgroup v2 itself, which belong to none. */
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  readonly pointer: string;
  readonly why?: string;
  /** Nothing is lost where the kernel has no such file. */
  readonly optional?: true;
  /** What is written where the kernel has no such file, to one that it has. */
  readonly instead?: { readonly file: string; readonly value: string };
}

/** A write without the name of its controller, which whoever calls the function knows. */
export type Write = Omit<ResourceWrite, 'controller'>;

/** What a compiler of one controller is given beside the resources. */
export interface Asked {
  readonly resources: Resources;
  /** Takes a line, with its place in front, for what is not as it was asked for and does no harm. */
  readonly warn: (pointer: string, message: string) => void;
  /** Whether 0 was a limit of tasks when the config was written: since runtime-spec 1.3.0. */
  readonly zeroPids: boolean;
}

/** The writes of one controller in one cgroup version. */
export type Compiler = (asked: Asked) => Write[];

/** A field that is set: engines written in Go send 0 for one that is not. */
export function isSet<T extends Int64>(value: T | undefined): value is T {
  return value !== undefined && value !== 0;
}

/**
 * A limit as decimal text; -1 means none.
 * @throws RuntimeError config-invalid
 */
export function amount(value: Int64, pointer: string, none = '-1'): string {
  if (value < -1) {
    throw new RuntimeError('config-invalid', `${value} is not a limit`, { pointer, hint: 'use -1 for no limit' });
  }
  return value === -1 ? none : value.toString();
}

/**
 * The limit of tasks, the same in both versions. Until runtime-spec 1.3.0 it was a number that is always there, and engines
 * wrote 0 for "not set" (dockerd before 20.10 does in every config); since then 0 is a limit.
 */
export function pids({ resources, zeroPids }: Asked): Write[] {
  const limit = resources.pids?.limit;
  if (limit === undefined || (limit === 0 && !zeroPids)) return [];
  const pointer = 'linux/resources/pids/limit';
  if (limit === 0) {
    return [{ file: 'pids.max', value: '1', pointer, why: '0 as 1: with 0 the container itself could not be cloned' }];
  }
  return [{ file: 'pids.max', value: amount(limit, pointer, 'max'), pointer }];
}
