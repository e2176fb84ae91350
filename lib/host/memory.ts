/**
 * What the memory cgroup of a container says of its limit: whom the kernel killed for it. Called by state, launch and
 * whoever hands over to the supervisor. Found by the directories alone: how the host mounts its cgroups need not be read.
 * Sources: cgroup-v1/memory.rst, cgroup-v2.rst#memory-interface-files.
 */
import { isSystemError } from '../errors.js';
import { native } from '../native/load.js';
import type { Native } from '../native/surface.js';

type Directories = Readonly<Record<string, string>>;

/** The names of the files that tell, in a directory of either version. */
export interface MemoryFiles {
  readonly version: 1 | 2;
  readonly directory: string;
  /** Has a line `oom_kill`. */
  readonly kills: string;
  readonly limit: string;
  readonly peak: string;
}

/** What memory came to where the kernel has killed for want of it. */
export interface OutOfMemory {
  readonly oomKills: number;
  /** Bytes; absent without a limit of its own. */
  readonly memoryLimit?: number;
  /** Bytes; absent where the kernel does not tell (cgroup v2 before Linux 5.19). */
  readonly peakMemory?: number;
}

const V1 = {
  version: 1,
  kills: 'memory.oom_control',
  limit: 'memory.limit_in_bytes',
  peak: 'memory.max_usage_in_bytes',
} as const;
const V2 = { version: 2, kills: 'memory.events', limit: 'memory.max', peak: 'memory.peak' } as const;
/** A limit of v1 that is none: a number of pages that fits no machine. */
const NO_LIMIT = 2 ** 62;

/**
 * @param directories of a container, by name of the hierarchy, as its record has them
 * @returns undefined where nobody counts memory
 */
export function memoryFiles(directories: Directories): MemoryFiles | undefined {
  const v1 = directoryWith('memory', directories);
  if (v1 !== undefined) return { ...V1, directory: v1 };
  const v2 = directories[''];
  return v2 === undefined ? undefined : { ...V2, directory: v2 };
}

/** The directory of a hierarchy of v1 by one of its controllers. */
export function directoryWith(controller: string, directories: Directories): string | undefined {
  for (const name in directories) if (name.split(',').includes(controller)) return directories[name];
  return undefined;
}

/** How many processes of a container the kernel has killed for want of memory; 0 where nobody counts. */
export function oomKills(files: MemoryFiles | undefined, reader: Pick<Native, 'readKernelText'> = native()): number {
  if (files === undefined) return 0;
  const [, kills = '0'] = /^oom_kill (\d+)$/m.exec(textOf(`${files.directory}/${files.kills}`, reader)) ?? [];
  return Number(kills);
}

/** Undefined where nobody was killed. */
export function outOfMemory(
  directories: Directories,
  reader: Pick<Native, 'readKernelText'> = native(),
): OutOfMemory | undefined {
  const files = memoryFiles(directories);
  const kills = oomKills(files, reader);
  return files === undefined || kills === 0 ? undefined : { oomKills: kills, ...sizes(files, reader) };
}

/** The limit and the most that was used, as far as they are known. */
export function sizes(
  { directory, limit, peak }: MemoryFiles,
  reader: Pick<Native, 'readKernelText'> = native(),
): Omit<OutOfMemory, 'oomKills'> {
  const memoryLimit = bytes(textOf(`${directory}/${limit}`, reader));
  const peakMemory = bytes(textOf(`${directory}/${peak}`, reader));
  return {
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(peakMemory === undefined ? {} : { peakMemory }),
  };
}

function bytes(text: string): number | undefined {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : NO_LIMIT;
  return value < NO_LIMIT ? value : undefined;
}

/** '' for a file that is not there, or a cgroup that is gone. */
function textOf(path: string, reader: Pick<Native, 'readKernelText'>): string {
  try {
    return reader.readKernelText(path);
  } catch (error) {
    if (isSystemError(error) && (error.errno === 'ENOENT' || error.errno === 'ENODEV')) return '';
    throw error;
  }
}
