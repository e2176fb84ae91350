/**
 * Writes limits of a cgroup that is in use, all of them or none. Called by `update`; decides no value.
 * What a file held before is read first, so that a refused value leaves everything as it was.
 */
import { isSystemError, type SystemError } from '../errors.js';
import { native } from '../native/load.js';

/** One value for one file, and what stands in its place where the kernel has no such file. */
export interface LimitWrite {
  readonly path: string;
  readonly value: string;
  readonly optional: boolean;
  readonly instead?: { readonly path: string; readonly value: string } | undefined;
}

/** The write that was refused, and whether the values from before are in force again. */
export interface Refusal {
  readonly write: LimitWrite;
  readonly error: SystemError;
  readonly restored: boolean;
}

interface Done {
  readonly path: string;
  readonly before: string | undefined;
}

/** The kernel weighs some limits against others: who is refused for that comes again when the others are written. */
const AGAIN = ['EINVAL', 'EBUSY'];

/** @returns undefined when all is written */
export function writeLimits(writes: readonly LimitWrite[]): Refusal | undefined {
  const done: Done[] = [];
  const later: LimitWrite[] = [];
  for (const write of writes) {
    const error = attempt(write, done);
    if (error === undefined) continue;
    if (!AGAIN.includes(error.errno)) return { write, error, restored: restore(done) };
    later.push(write);
  }
  for (const write of later) {
    const error = attempt(write, done);
    if (error !== undefined) return { write, error, restored: restore(done) };
  }
  return undefined;
}

function attempt({ path, value, optional, instead }: LimitWrite, done: Done[]): SystemError | undefined {
  const first = put(path, value, done);
  if (first?.errno !== 'ENOENT') return first;
  if (optional) return undefined;
  if (instead === undefined) return first;
  const other = put(instead.path, instead.value, done);
  return other?.errno === 'ENOENT' ? first : other;
}

function put(path: string, value: string, done: Done[]): SystemError | undefined {
  try {
    const before = former(path, value);
    native().writeKernelText(path, value === '' ? '\n' : value);
    done.push({ path, before });
    return undefined;
  } catch (error) {
    if (isSystemError(error)) return error;
    throw error;
  }
}

/** Backwards, and twice for those that are weighed against each other. */
function restore(done: readonly Done[]): boolean {
  let left = [...done].reverse();
  for (const _ of [1, 2]) left = left.filter((one) => !putBack(one));
  return left.length === 0;
}

function putBack({ path, before }: Done): boolean {
  if (before === undefined) return false;
  try {
    native().writeKernelText(path, before === '' ? '\n' : before);
    return true;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** Files with a line for each device, and what takes a line of theirs away. */
const BY_KEY: readonly (readonly [file: RegExp, nothing: (key: string) => string])[] = [
  [/\/blkio\.throttle\./, (key) => `${key} 0`],
  [/\/io\.max$/, (key) => `${key} rbps=max wbps=max riops=max wiops=max`],
  [/weight_device$/, (key) => `${key} 0`],
  [/\/io\.(bfq\.)?weight$/, (key) => (key.includes(':') ? `${key} default` : '100')],
  [/\/rdma\.max$/, (key) => `${key} hca_handle=max hca_object=max`],
  [/\/net_prio\.ifpriomap$/, (key) => `${key} 0`],
];

/** What is to be written to have the old value again; undefined where that cannot be known. */
function former(path: string, value: string): string | undefined {
  const text = native().readKernelText(path).trim();
  const keyed = BY_KEY.find(([file]) => file.test(path));
  if (keyed === undefined) return path.endsWith('/memory.oom_control') ? /\d/.exec(text)?.[0] : text;
  // The weight of the whole cgroup is on a line `default`.
  const key = value.includes(' ') ? (value.split(' ')[0] ?? '') : 'default';
  const line = text.split('\n').find((one) => one.startsWith(`${key} `));
  return line ?? keyed[1](key);
}
