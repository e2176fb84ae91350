/** Which boot of the host this is. Called by lib/container, which must tell a process from its namesake after a reboot. */
import { native } from '../native/load.js';

let known: string | undefined;

/** The boot id: a UUID, new at each boot (proc_sys_kernel(5)). */
export function bootId(): string {
  return (known ??= native().readKernelText('/proc/sys/kernel/random/boot_id').trim());
}
