/** Who keeps a cgroup from going away, in words. Called when its removal has failed; loaded only then. */
import { isSystemError } from '../errors.js';
import { cgroupProcesses } from '../host/cgroup.js';
import { native } from '../native/load.js';

/** As many are named. */
const MOST = 5;

/** One sentence on the processes below a cgroup directory; undefined when there are none any more. */
export function holdersOf(directory: string): string | undefined {
  const processes = cgroupProcesses({ '': directory });
  if (processes.length === 0) return undefined;
  const named = processes.slice(0, MOST).map(describe);
  const more = processes.length > MOST ? ` and ${processes.length - MOST} more` : '';
  return `held by ${named.join(', ')}${more}`;
}

/** `4711 (sleep, state S)`; for one that is stuck in the kernel, where. */
function describe(pid: number): string {
  const stat = native().processStat(pid);
  const name = text(`/proc/${pid}/comm`);
  const stuck = stat?.state === 'D' ? ` in ${text(`/proc/${pid}/wchan`)}` : '';
  return stat === undefined ? `${pid}` : `${pid} (${name}, state ${stat.state}${stuck})`;
}

function text(path: string): string {
  try {
    return native().readKernelText(path).trim();
  } catch (error) {
    if (isSystemError(error)) return '?';
    throw error;
  }
}
