/** Whether we are root, not of a user namespace but of the host. Called where a place depends on it. Source: user_namespaces(7). */
import { native } from '../native/load.js';

/** The initial user namespace maps every id to itself. */
const INITIAL = /^\s*0\s+0\s+4294967295\s*$/;

export function isPrivileged(): boolean {
  return native().userId() === 0 && INITIAL.test(native().readKernelText('/proc/self/uid_map'));
}
