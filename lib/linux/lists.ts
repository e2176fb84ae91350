/** Lists of CPUs and memory nodes as the kernel reads them: `0-3,7` (cpuset(7)). Imports nothing. */

/** The largest number there can be: the kernel reads no mask that is longer than a page. */
const LARGEST = 32_767;

/** Numbers from first to last. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** `3`, `0-3`, or `0-31:2/8`, two of every eight. */
const ENTRY = /^(\d+)(?:-(\d+)(?::\d+\/\d+)?)?$/;

/** The runs of a list without strides that has no fault. */
export function runsOf(list: string): Run[] {
  if (list.trim() === '') return [];
  return list.split(',').map(runOf);
}

const WORD_BITS = 64;
const WORD_BYTES = 8;

/** A bit for each number of a list that has no fault, in whole words of the kernel; empty for an empty list. */
export function maskOf(list: string): Uint8Array {
  const runs = runsOf(list);
  if (runs.length === 0) return new Uint8Array();
  const last = runs.reduce((most, run) => Math.max(most, run.last), 0);
  const mask = new Uint8Array((Math.floor(last / WORD_BITS) + 1) * WORD_BYTES);
  for (const run of runs) {
    for (let one = run.first; one <= run.last; one++) mask[one >> 3] = (mask[one >> 3] ?? 0) | (1 << (one & 7));
  }
  return mask;
}

/**
 * What is wrong with a list, as the end of a sentence about it; undefined when nothing is. An empty list is fine.
 * @param strides whether `0-31:2/8` is known, as it is in files of cpuset
 */
export function listFault(list: string, strides: boolean): string | undefined {
  if (list.trim() === '') return undefined;
  for (const entry of list.split(',')) {
    const fault = entryFault(entry, strides);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function entryFault(entry: string, strides: boolean): string | undefined {
  const trimmed = entry.trim();
  if (trimmed === '') return 'has an empty entry';
  if (!ENTRY.test(trimmed) || (trimmed.includes(':') && !strides)) {
    return `has ${JSON.stringify(trimmed.slice(0, 40))}, which is no number and no range`;
  }
  const { first, last } = runOf(trimmed);
  if (last < first) return `has ${trimmed}, which runs backwards`;
  return last > LARGEST ? `has ${trimmed}, and ${LARGEST} is the last there can be` : undefined;
}

function runOf(entry: string): Run {
  const found = ENTRY.exec(entry.trim());
  return { first: Number(found?.[1]), last: Number(found?.[2] ?? found?.[1]) };
}
