// Words and tables for a person. Called by bench/run.ts; measures nothing.

import { readFileSync } from 'node:fs';

import type { Bar } from './bars.js';
import type { EndStates } from './endstate.js';
import { figuresOf, seriesOf, type Figures, type Series } from './figures.js';
import type { Memory } from './memory.js';
import { operations, subjectNames } from './options.js';

/** Above this the medians say little. */
const quietLoad = 1;

export function loadLine(): string {
  const text = readFileSync('/proc/loadavg', 'utf8').trim();
  const isBusy = Number(text.split(' ')[0]) > quietLoad;
  return `load ${text}${isBusy ? '\nwarning: the machine is busy: the medians can be 40 % off, ratios less so' : ''}`;
}

export function endStateLines({ reference, facts, differences }: EndStates): string[] {
  const refused = differences.filter(({ reason }) => reason === undefined);
  const lines = [`end states: ${facts} facts, as ${reference} has them`];
  for (const reason of new Set(differences.map((difference) => difference.reason))) {
    if (reason === undefined) continue;
    const same = differences.filter((difference) => difference.reason === reason);
    lines.push(`  allowed: ${same.map(({ runtime, fact }) => `${runtime}: ${fact}`).join(', ')}`, `    (${reason})`);
  }
  for (const { runtime, fact, found, expected } of refused) {
    lines.push(
      `  DIFFERENT: ${runtime}: ${fact}`,
      `    ${found ?? '(lacks it)'}`,
      `    ${expected ?? '(lacks it)'} (${reference})`,
    );
  }
  return lines;
}

const columns = ['median', 'p10', 'p90', '×crun', '×runc'];

export function timeLines(all: readonly Series[]): string[] {
  const half = columns.map((name) => name.padStart(8)).join('');
  const lines = [
    `${' '.repeat(18)}${'hot: back to back, ms'.padStart(half.length)} |${'spaced: 0.3 s apart, ms'.padStart(half.length)}`,
    `${' '.repeat(18)}${half} |${half}`,
  ];
  for (const operation of operations) {
    for (const subject of subjectNames) {
      const halves = (['hot', 'spaced'] as const).map((pace) => {
        const series = seriesOf(all, pace, operation, subject);
        return series === undefined ? undefined : figuresOf(all, series);
      });
      if (halves.every((figures) => figures === undefined)) continue;
      const [hot = '', spaced = ''] = halves.map(cells);
      lines.push(`${operation.padEnd(8)}${subject.padEnd(10)}${hot} |${spaced}`);
    }
  }
  return lines;
}

function cells(figures: Figures | undefined): string {
  if (figures === undefined) return columns.map(() => '-'.padStart(8)).join('');
  const { median, p10, p90, overCrun, overRunc } = figures;
  return [median, p10, p90, overCrun, overRunc].map((value) => (value?.toFixed(2) ?? '-').padStart(8)).join('');
}

export function memoryLines(memories: readonly Memory[]): string[] {
  const lines = [
    'kB (PSS, memfds whole; processes)'.padEnd(34) + memories.map(({ runtime }) => runtime.padStart(14)).join(''),
  ];
  const row = (name: string, cell: (memory: Memory) => string): void => {
    lines.push(name.padEnd(34) + memories.map((memory) => cell(memory).padStart(14)).join(''));
  };
  row('behind a waiting container', ({ waiting, waitingProcesses }) => `${waiting} (${waitingProcesses})`);
  row('beside a foreground run', ({ foreground, foregroundProcesses }) => `${foreground} (${foregroundProcesses})`);
  row('peak of a run (RSS of the largest)', ({ peak }) => String(peak));
  row('files of the state root', ({ state }) => String(state));
  return lines;
}

export function barLines(bars: readonly Bar[]): string[] {
  return bars.map(({ name, measured, most, goal, unit }) => {
    const value = unit === '×' ? measured.toFixed(2) : measured.toFixed(0);
    const beyond = goal === undefined ? '' : `, goal ${goal} ${measured <= goal ? 'met' : 'not met'}`;
    return `${measured <= most ? 'met    ' : 'NOT MET'}  ${name}: ${value} ${unit} (at most ${most}${beyond})`;
  });
}
