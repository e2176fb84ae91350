/**
 * Where the resctrl filesystem is, and what its classes say. Called by facts.ts, for configs with linux.intelRdt; changes nothing.
 * Source: Documentation/filesystems/resctrl.rst of the kernel.
 */
import { isSystemError } from '../errors.js';
import type { Native } from '../native/surface.js';
import type { Resctrl } from '../plan/intelRdt.js';
import { mountsOf } from './mounts.js';

/** How the files of the kernel are read; tests bring their own. */
type Files = Pick<Native, 'readKernelText'>;

/** The first mount of it; undefined where there is none. */
export function findResctrl(files: Files): Resctrl | undefined {
  const root = mountsOf(files.readKernelText('/proc/self/mountinfo'), 'resctrl')[0];
  if (root === undefined) return undefined;
  return { root, schemataOf: (name) => schemata(`${root}/${name}/schemata`, files) };
}

function schemata(path: string, files: Files): string | undefined {
  try {
    return files.readKernelText(path);
  } catch (error) {
    if (isSystemError(error) && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** What the kernel says about the last thing that it refused, or ''. */
export function resctrlWords(root: string, files: Files): string {
  try {
    const words = files.readKernelText(`${root}/info/last_cmd_status`).trim();
    return words === 'ok' ? '' : words;
  } catch (error) {
    if (isSystemError(error)) return '';
    throw error;
  }
}
