/** Which security modules the kernel runs. Called by facts.ts, for configs that ask for a label. */
import { isSystemError } from '../errors.js';
import type { Native } from '../native/surface.js';

/** How the files of the kernel are read; tests bring their own. */
type Files = Pick<Native, 'readKernelText'>;

/** Whether AppArmor is there and was not switched off at boot. */
export function hasApparmor(files: Files): boolean {
  return textOf('/sys/module/apparmor/parameters/enabled', files)?.startsWith('Y') === true;
}

/**
 * Whether SELinux is there with a policy, enforced or not: labels mean something in both cases. Before a policy is loaded,
 * every process has the label `kernel`.
 */
export function hasSelinux(files: Files): boolean {
  if (textOf('/sys/fs/selinux/enforce', files) === undefined) return false;
  const own = textOf('/proc/self/attr/current', files);
  return own !== undefined && own !== '' && own !== 'kernel';
}

/** Without line end and NUL; undefined for what cannot be read: a module that is not there has no files. */
function textOf(path: string, files: Files): string | undefined {
  try {
    return files.readKernelText(path).replaceAll('\0', '').trim();
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
