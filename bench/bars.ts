// What caisson is held to, and whether the figures of this bench meet it. Only said: the exit status of the
// bench doesn't depend on a figure, which moves with the machine.

import { figuresOf, seriesOf, type Pace, type Series } from './figures.js';
import type { Memory } from './memory.js';
import type { Operation } from './options.js';

export interface Bar {
  readonly name: string;
  readonly measured: number;
  readonly most: number;
  /** What is aimed at beyond the bar. */
  readonly goal?: number;
  readonly unit: '×' | 'kB';
}

interface TimeBar {
  readonly pace: Pace;
  readonly operation: Operation;
  readonly peer: 'crun' | 'runc';
  readonly most: number;
  readonly goal?: number;
}

const timeBars: readonly TimeBar[] = [
  { pace: 'hot', operation: 'run', peer: 'crun', most: 1.1, goal: 0.9 },
  { pace: 'hot', operation: 'run', peer: 'runc', most: 0.45 },
  { pace: 'spaced', operation: 'run', peer: 'crun', most: 0.6, goal: 0.4 },
  { pace: 'hot', operation: 'exec', peer: 'crun', most: 1.25 },
  { pace: 'hot', operation: 'exec', peer: 'runc', most: 0.3 },
  { pace: 'spaced', operation: 'exec', peer: 'crun', most: 0.5 },
];

const mostWaiting = 400;
const mostForeground = 1024;

/** The bars that this bench has figures for. */
export function barsOf(all: readonly Series[], memories: readonly Memory[]): Bar[] {
  const bars = timeBars.flatMap((bar) => measureTimeBar(all, bar));
  const memory = memories.find(({ runtime }) => runtime === 'caisson');
  if (memory === undefined) return bars;
  return [
    ...bars,
    { name: 'waiting container', measured: memory.waiting, most: mostWaiting, unit: 'kB' },
    { name: 'foreground run', measured: memory.foreground, most: mostForeground, unit: 'kB' },
  ];
}

function measureTimeBar(all: readonly Series[], { pace, operation, peer, ...limits }: TimeBar): Bar[] {
  const series = seriesOf(all, pace, operation, 'caisson');
  if (series === undefined) return [];
  const { overCrun, overRunc } = figuresOf(all, series);
  const measured = peer === 'crun' ? overCrun : overRunc;
  return measured === undefined ? [] : [{ name: `${pace} ${operation} over ${peer}`, measured, ...limits, unit: '×' }];
}
