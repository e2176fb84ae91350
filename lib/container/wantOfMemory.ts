/**
 * An init that was killed, or hangs, because its memory limit is below what it needs: said so, where it would look like a death of
 * chance. Called by launch when init has failed, while its cgroups are there; loaded only then.
 */
import { isSystemError, RuntimeError } from '../errors.js';
import { memoryFiles, oomKills, sizes } from '../host/memory.js';
import { native } from '../native/load.js';

/** What makes an error of another kind when memory has run out: init is gone, does not go on, or is refused something. */
const SIGNS = ['init-died', 'timeout'];

/** The error itself, or one that names the limit. @param cgroups directories of the container, by name of the hierarchy */
export function orWantOfMemory(error: unknown, cgroups: Readonly<Record<string, string>>): unknown {
  const files = memoryFiles(cgroups);
  if (!(error instanceof RuntimeError) || files === undefined) return error;
  if (!SIGNS.includes(error.code) && error.details.errno !== 'ENOMEM') return error;
  const { memoryLimit, peakMemory } = sizes(files);
  if (memoryLimit === undefined) return error;
  const killed = oomKills(files) > 0;
  if (!killed && !isWaiting(`${files.directory}/${files.kills}`) && error.details.errno !== 'ENOMEM') return error;
  const how = killed ? 'init was killed' : error.code === 'timeout' ? 'init waits' : error.message;
  const peak = peakMemory === undefined ? '' : `, of which ${peakMemory} were used`;
  return new RuntimeError(
    'init-died',
    `${how} for want of memory: the limit of ${memoryLimit} bytes is too small${peak}`,
    {
      pointer: 'linux/resources/memory/limit',
      errno: 'ENOMEM',
      path: `${files.directory}/${files.limit}`,
      hint: 'a container needs about a MiB before its program runs, and then what the program needs',
      cause: error,
    },
  );
}

/** With the killer disabled (cgroup v1), who needs more waits without end. */
function isWaiting(path: string): boolean {
  try {
    return native().readKernelText(path).includes('under_oom 1');
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}
