/** `caisson events`: what a container uses and when it runs out of memory, as runc tells it. */
import type { EventsRequest } from '../cli/requests.js';
import { followEvents, statsLine } from '../container/events.js';
import { findContainer, requireStatus } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { isSystemError } from '../errors.js';
import { native } from '../native/load.js';

const STDOUT = 1;

export async function events({ id, interval, stats, globals }: EventsRequest): Promise<number> {
  const container = findContainer(stateRoot(globals.root), id);
  requireStatus('events', container);
  if (stats) native().print(STDOUT, statsLine(container));
  else await followEvents(container, interval, STDOUT, say);
  return 0;
}

/** Who listens may go at any time, and has heard enough then. */
function say(line: string): boolean {
  try {
    native().print(STDOUT, line);
    return true;
  } catch (error) {
    if (isSystemError(error) && error.errno === 'EPIPE') return false;
    throw error;
  }
}
