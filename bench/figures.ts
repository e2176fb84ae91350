// From samples to figures. Pure; called by the rounds and by what prints.

import type { Operation, SubjectName } from './options.js';

/** How the programs follow each other: back to back, or as engines call, with a pause before each. */
export type Pace = 'hot' | 'spaced';

/** Milliseconds between spaced ones: long enough that the kernel is idle again. */
export const spacing = 300;

/** All samples of one subject doing one operation at one pace. */
export interface Series {
  readonly pace: Pace;
  readonly operation: Operation;
  readonly subject: SubjectName;
  /** milliseconds, in the order they were taken */
  readonly times: number[];
  /** kB */
  readonly peaks: number[];
}

export interface Figures {
  readonly runs: number;
  /** milliseconds */
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  /** The median over the peers' medians; undefined when that peer was not timed. */
  readonly overCrun: number | undefined;
  readonly overRunc: number | undefined;
  /** median, kB */
  readonly peak: number;
}

export function seriesOf(
  all: readonly Series[],
  pace: Pace,
  operation: Operation,
  subject: SubjectName,
): Series | undefined {
  return all.find((one) => one.pace === pace && one.operation === operation && one.subject === subject);
}

export function figuresOf(all: readonly Series[], series: Series): Figures {
  const median = quantile(series.times, 0.5);
  const over = (peer: SubjectName): number | undefined => {
    const other = seriesOf(all, series.pace, series.operation, peer);
    return other === undefined ? undefined : median / quantile(other.times, 0.5);
  };
  return {
    runs: series.times.length,
    median,
    p10: quantile(series.times, 0.1),
    p90: quantile(series.times, 0.9),
    overCrun: over('crun'),
    overRunc: over('runc'),
    peak: quantile(series.peaks, 0.5),
  };
}

/** Linear between the two nearest samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}
