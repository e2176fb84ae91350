/**
 * linux.resources → what is written to which file of which controller, in this order. Called by cgroups.ts.
 * Device rules are not here (deviceRules.ts): v2 has no file for them. Another field is one more function in SUBJECTS.
 * Sources: config-linux.md#control-groups, cgroup-v1/memory.rst, cgroup-v1/pids.rst, cgroup-v2.rst.
 */
import { RuntimeError } from '../errors.js';
import type { Int64, Resources } from '../spec/types.gen.js';

/** One value for one file in the container's cgroup directory. */
export interface ResourceWrite {
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  readonly pointer: string;
  readonly why?: string;
}

type Version = 1 | 2;
type Subject = (resources: Resources, version: Version) => Omit<ResourceWrite, 'controller'>[];

/** The order of the writes. Limits that the kernel compares with each other are of one controller, so of one function. */
const SUBJECTS: readonly (readonly [string, Subject])[] = [
  ['memory', memory],
  ['pids', pids],
];

/**
 * Every write that resources asks for.
 * @param versionOf which cgroup version a controller works in on this host; undefined when in none
 * @throws RuntimeError config-invalid for a number that is no limit; host-unsupported when the controller is missing
 */
export function resourceWrites(
  resources: Resources,
  versionOf: (controller: string) => Version | undefined,
): ResourceWrite[] {
  const all: ResourceWrite[] = [];
  for (const [controller, subject] of SUBJECTS) {
    const version = versionOf(controller);
    for (const write of subject(resources, version ?? 2)) {
      if (version === undefined) throw missing(controller, write.pointer);
      all.push({ controller, ...write });
    }
  }
  return all;
}

function memory({ memory: limits }: Resources, version: Version): Omit<ResourceWrite, 'controller'>[] {
  const pointer = 'linux/resources/memory/limit';
  const limit = amount(limits?.limit, pointer);
  // 0 is how engines written in Go say "not set".
  if (limit === undefined || limit === '0') return [];
  if (version === 1) return [{ file: 'memory.limit_in_bytes', value: limit, pointer }];
  return [{ file: 'memory.max', value: limit === '-1' ? 'max' : limit, pointer }];
}

function pids({ pids: limits }: Resources): Omit<ResourceWrite, 'controller'>[] {
  const pointer = 'linux/resources/pids/limit';
  const limit = amount(limits?.limit, pointer);
  if (limit === undefined) return [];
  if (limit === '0') {
    return [{ file: 'pids.max', value: '1', pointer, why: '0 as 1: with 0 the container itself could not be cloned' }];
  }
  return [{ file: 'pids.max', value: limit === '-1' ? 'max' : limit, pointer }];
}

/** A limit as decimal text; -1 means none. */
function amount(value: Int64 | undefined, pointer: string): string | undefined {
  if (value !== undefined && value < -1) {
    throw new RuntimeError('config-invalid', `${value} is not a limit`, { pointer, hint: 'use -1 for no limit' });
  }
  return value?.toString();
}

function missing(controller: string, pointer: string): RuntimeError {
  return new RuntimeError('host-unsupported', `this host has no ${controller} cgroup controller`, {
    pointer,
    hint: `mount the ${controller} controller, or remove the limit from config.json`,
  });
}
