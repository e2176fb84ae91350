/**
 * Where the time of one invocation goes, for `--trace FILE`: phases of the engine, and acts of init, in the Chrome trace
 * format (chrome://tracing, Perfetto). Any room marks; nothing is kept unless the trace was started. Imports nothing.
 *
 * The phases are one after another: a mark ends one, names it, and begins the next. Time 0 is the start of the engine.
 */

/** One bar: microseconds since the start of the engine, and their length. */
interface Bar {
  readonly name: string;
  readonly track: string;
  readonly start: number;
  readonly length: number;
}

let bars: Bar[] | undefined;
let since = 0;
let finish: ((text: string) => void) | undefined;

/** Starts a trace; its first phase began with the engine. At the end, `write` gets the text of the file. */
export function startTrace(write: (text: string) => void): void {
  bars = [];
  since = 0;
  finish = write;
}

/** Whether there is a trace: for whoever has to make something to add to it. */
export function tracing(): boolean {
  return bars !== undefined;
}

/**
 * Ends the phase that began with the mark before.
 * @param name what was done in it: `config read`
 */
export function mark(name: string): void {
  if (bars === undefined) return;
  const now = performance.now() * 1000;
  bars.push({ name, track: 'engine', start: since, length: now - since });
  since = now;
}

/**
 * Adds what another process did, on a track of its own.
 * @param track the process: `init`
 * @param names what it did, one name for each time after the first
 * @param times nanoseconds of CLOCK_MONOTONIC: the start of the process, then the end of each
 * @param clock CLOCK_MONOTONIC at this moment; when left out, the last of `times` is taken as this moment
 */
export function addTrack(track: string, names: readonly string[], times: readonly number[], clock?: number): void {
  if (bars === undefined || times.length === 0) return;
  const offset = performance.now() * 1000 - (clock ?? times[times.length - 1] ?? 0) / 1000;
  for (let i = 1; i < times.length; i++) {
    const start = (times[i - 1] ?? 0) / 1000;
    const length = (times[i] ?? 0) / 1000 - start;
    bars.push({ name: names[i - 1] ?? `act ${i - 1}`, track, start: start + offset, length });
  }
}

/** Ends the trace and writes it, once; before a process becomes a supervisor, and at the end of main. */
export function finishTrace(): void {
  const write = finish;
  if (write === undefined) return;
  mark('end');
  const text = render(bars ?? []);
  bars = undefined;
  finish = undefined;
  write(text);
}

/** The file: each track a thread of one process, in the order in which they appeared. */
function render(all: readonly Bar[]): string {
  const tracks = [...new Set(all.map((bar) => bar.track))];
  const names = tracks.map((track, tid) => ({ name: 'thread_name', ph: 'M', pid: 1, tid, args: { name: track } }));
  const events = all.map(({ name, track, start, length }) => ({
    name,
    ph: 'X',
    pid: 1,
    tid: tracks.indexOf(track),
    ts: round(start),
    dur: round(length),
  }));
  const lines = [...names, ...events].map((event) => JSON.stringify(event));
  return `{"displayTimeUnit":"ms","traceEvents":[\n${lines.join(',\n')}\n]}\n`;
}

/** Microseconds with the nanoseconds behind the point. */
function round(microseconds: number): number {
  return Math.round(microseconds * 1000) / 1000;
}
