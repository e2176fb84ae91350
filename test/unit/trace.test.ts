/** The trace file, and that there is none unless it was started. */
import { expect, test } from '@jest/globals';
import { addTrack, finishTrace, mark, startTrace, tracing } from '../../lib/trace.js';

interface Event {
  readonly name: string;
  readonly ph: 'M' | 'X';
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly name: string };
}

/** The events of a trace in which `act` ran. */
function traced(act: () => void): Event[] {
  let text = '';
  startTrace((written) => (text = written));
  act();
  finishTrace();
  return (JSON.parse(text) as { traceEvents: Event[] }).traceEvents;
}

test('nothing is kept and nothing is written without a trace', () => {
  expect(tracing()).toBe(false);
  mark('x');
  addTrack('init', ['a'], [1, 2]);
  expect(() => finishTrace()).not.toThrow();
});

test('phases follow each other from the start of the engine', () => {
  const phases = traced(() => {
    mark('one');
    mark('two');
  }).filter(({ ph }) => ph === 'X');
  expect(phases.map(({ name }) => name)).toEqual(['one', 'two', 'end']);
  expect(phases[0]?.ts).toBe(0);
  expect(phases[1]?.ts).toBeCloseTo(phases[0]?.dur ?? 0, 2);
});

test('another process has a track of its own, on the same clock', () => {
  const clock = 5_000_000_000;
  const now = performance.now() * 1000;
  const events = traced(() =>
    addTrack('init', ['mount', 'exec'], [clock - 3_000_000, clock - 2_000_000, clock], clock),
  );
  expect(events.filter(({ ph }) => ph === 'M').map(({ args }) => args?.name)).toEqual(['init', 'engine']);
  const [mount, exec] = events.filter(({ ph, tid }) => ph === 'X' && tid === 0);
  expect([mount?.name, mount?.dur, exec?.name, exec?.dur]).toEqual(['mount', 1000, 'exec', 2000]);
  expect(Math.abs((exec?.ts ?? 0) + 2000 - now)).toBeLessThan(50_000);
});

test('it is written once', () => {
  let count = 0;
  startTrace(() => count++);
  finishTrace();
  finishTrace();
  expect([count, tracing()]).toEqual([1, false]);
});

test('no times, no track', () => {
  expect(traced(() => addTrack('init', [], [])).filter(({ ph }) => ph === 'M')).toHaveLength(1);
});
