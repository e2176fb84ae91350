/** Changes the class of resctrl that a container is in. Called by `caisson update`. Source: config-linux.md#intelrdt. */
import { isSystemError, RuntimeError } from '../errors.js';
import { resctrlWords } from '../host/resctrl.js';
import { native } from '../native/load.js';
import { usualSchemata } from '../plan/intelRdt.js';
import type { ContainerRecord } from './record.js';
import { RESCTRL_HINTS } from './resctrlHints.js';

/** Lines for the file schemata; what is not named stays. */
export interface ResctrlChange {
  readonly l3CacheSchema: string | undefined;
  readonly memBwSchema: string | undefined;
}

/** @throws RuntimeError usage; config-invalid for a container without a class; resctrl-failed with the words of the kernel */
export function updateResctrl({ resctrl = [] }: ContainerRecord, change: ResctrlChange): void {
  const { l3CacheSchema = '', memBwSchema = '' } = change;
  const schemata = usualSchemata({ l3CacheSchema, memBwSchema });
  if (schemata === '') return;
  if (memBwSchema !== '' && !/^MB:[^\n]*$/.test(memBwSchema)) {
    throw new RuntimeError('usage', 'update: --mem-bw-schema takes one line that begins with MB:');
  }
  const [group] = resctrl;
  if (group === undefined) {
    throw new RuntimeError('config-invalid', 'the container is in no class of resctrl', {
      pointer: 'linux/intelRdt',
      hint: 'a container gets one when it is created with linux.intelRdt',
    });
  }
  write(group, schemata);
}

function write(group: string, schemata: string): void {
  const path = `${group}/schemata`;
  try {
    native().writeKernelText(path, schemata);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // The class of every process is the root of the filesystem itself.
    const words = resctrlWords(group, native()) || resctrlWords(group.slice(0, group.lastIndexOf('/')), native());
    const { errno, syscall } = error;
    throw new RuntimeError('resctrl-failed', `change the class of resctrl${words === '' ? '' : ` (${words})`}`, {
      errno,
      syscall,
      path,
      hint: RESCTRL_HINTS[errno],
      cause: error,
    });
  }
}
