// What a runtime keeps in memory: behind a created container that waits for its start, and beside a container
// that runs in the foreground. Counted in pages of user memory: each process's proportional share (Pss of
// /proc/PID/smaps), and every memfd whole, mapped or only held open. The kernel's own memory for processes is
// not counted, nor are the files of the state root (which often lie on a tmpfs): they are given beside it.

import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { stateOf } from './endstate.js';
import { quantile } from './figures.js';
import { stateRoot } from './place.js';
import { call, type Runtime } from './subjects.js';
import type { Timer } from './timer.js';

/** Everything in kB. */
export interface Memory {
  readonly runtime: string;
  /** Of all processes that `create` left, which is only init's. */
  readonly waiting: number;
  readonly waitingProcesses: number;
  /** Of the process tree of `run`, without the container's. */
  readonly foreground: number;
  readonly foregroundProcesses: number;
  /** Files of the state root while the container waits. */
  readonly state: number;
  /** The largest process of a `run` of /bin/true. */
  readonly peak: number;
}

const peakRuns = 5;

export async function measureMemory(runtime: Runtime, timer: Timer): Promise<Memory> {
  const waiting = await measureWaiting(runtime, timer);
  const foreground = await measureForeground(runtime, timer);
  const peaks: number[] = [];
  for (let run = 0; run < peakRuns; run++) peaks.push((await timer.time(runtime.command('run'))).peak);
  return { runtime: runtime.name, ...waiting, ...foreground, peak: quantile(peaks, 0.5) };
}

async function measureWaiting(
  runtime: Runtime,
  timer: Timer,
): Promise<Pick<Memory, 'waiting' | 'waitingProcesses' | 'state'>> {
  await timer.time(runtime.command('create'));
  // What was left behind became the timer's children: before, it had none.
  const pids = descendants(timer.pid).filter((pid) => pid !== timer.pid);
  const measured = { waiting: keptBy(pids), waitingProcesses: pids.length, state: sizeOf(stateRoot(runtime.name)) };
  const { pid } = stateOf(runtime);
  await timer.time(runtime.command('start'));
  await timer.time(runtime.command('kill'));
  await timer.reap(pid);
  await timer.time(runtime.command('delete'));
  return measured;
}

async function measureForeground(
  runtime: Runtime,
  timer: Timer,
): Promise<Pick<Memory, 'foreground' | 'foregroundProcesses'>> {
  const pid = await timer.start(runtime.command('run', 'sleep'));
  const payload = await runningPid(runtime);
  // Whatever the runtime does after the exec of the container's process is over by then.
  await pause(200);
  const inside = new Set(descendants(payload));
  const pids = descendants(timer.pid).filter((other) => other !== timer.pid && !inside.has(other));
  const measured = { foreground: keptBy(pids), foregroundProcesses: pids.length };
  await timer.time(runtime.command('kill'));
  await timer.reap(pid);
  return measured;
}

/** Waits until the container runs. */
async function runningPid(runtime: Runtime): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    await pause(20);
    const { status, stdout } = call(runtime.command('state'));
    if (status !== 0) continue;
    const state = JSON.parse(stdout) as { status: string; pid: number };
    if (state.status === 'running') return state.pid;
  }
  throw new Error(`${runtime.name}: the container does not run after 2 s`);
}

/** A process and all below it, without those that ended and were not waited for. */
function descendants(pid: number): number[] {
  const all = [pid];
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
    all.push(...children.flatMap(descendants));
  }
  return all.filter((one) => !/^State:\tZ/m.test(readFileSync(`/proc/${one}/status`, 'utf8')));
}

/** kB */
function keptBy(pids: readonly number[]): number {
  const memfds = new Map<string, number>();
  const shares = pids.map((pid) => shareOf(pid, memfds));
  return [...shares, ...memfds.values()].reduce((sum, size) => sum + size, 0);
}

/** The proportional share of a process in kB, without its memfds, which are noted: each counts once, and whole. */
function shareOf(pid: number, memfds: Map<string, number>): number {
  for (const fd of readdirSync(`/proc/${pid}/fd`)) noteMemfd(`/proc/${pid}/fd/${fd}`, memfds);
  noteMemfd(`/proc/${pid}/exe`, memfds);
  let share = 0;
  let isMemfd = false;
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const [, range, path = ''] = /^([0-9a-f]+-[0-9a-f]+) \S+ \S+ \S+ \d+ *(.*)$/.exec(line) ?? [];
    if (range !== undefined) {
      isMemfd = path.startsWith('/memfd:');
      // smaps pads addresses with zeros, map_files does not.
      if (isMemfd) noteMemfd(`/proc/${pid}/map_files/${range.replace(/\b0+(?=[0-9a-f])/g, '')}`, memfds);
    }
    const [, size] = /^Pss: +(\d+) kB$/.exec(line) ?? [];
    if (size !== undefined && !isMemfd) share += Number(size);
  }
  return share;
}

function noteMemfd(link: string, memfds: Map<string, number>): void {
  if (!readlinkSync(link).startsWith('/memfd:')) return;
  const { dev, ino, blocks } = statSync(link);
  memfds.set(`${dev}:${ino}`, blocks / 2);
}

/** Of a folder's files, in kB. */
function sizeOf(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.blocks / 2;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
