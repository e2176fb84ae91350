/** The acts of init in the trace. Called by launch, and by the commands that let init go. */
import { native } from '../native/load.js';
import type { Plan } from '../plan/step.js';
import { addTrack, tracing } from '../trace.js';

/** What init did, on a track of its own in the trace. */
export function traceInit({ init }: Plan): void {
  if (!tracing()) return;
  addTrack(
    'init',
    init.map(({ act, pointer }) => `${act.op} ${pointer}`.trim()),
    native().traceTimes(),
  );
}
