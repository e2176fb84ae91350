/**
 * Whether we are root, not of a user namespace but of the host. Called where a place or a right depends on it. For root of the
 * host, to find out costs one stat(2), once. Source: user_namespaces(7).
 */
import { native } from '../native/load.js';
import type { HeldCapabilities } from '../plan/capabilities.js';

/** The initial user namespace maps every id to itself. */
const INITIAL = /^\s*0\s+0\s+4294967295\s*$/;

/** CAP_SYS_ADMIN as a bit: capabilities(7), linux/capability.h. */
const SYS_ADMIN = 2 ** 21;

let root: boolean | undefined;
let capabilities: HeldCapabilities | undefined;

/** Whether what belongs to root of the host is ours. */
export function isRootOfHost(): boolean {
  return (root ??= native().userId() === 0 && isInitial());
}

/** The map says it where the kernel is another one, whose namespaces have other numbers. */
function isInitial(): boolean {
  return native().inInitialUserNamespace() || INITIAL.test(native().readKernelText('/proc/self/uid_map'));
}

/** What this process has: asked once. */
export function heldCapabilities(): HeldCapabilities {
  return (capabilities ??= native().heldCapabilities());
}

/** Whether we have CAP_SYS_ADMIN in the user namespace that we are in. */
export function isAdmin(): boolean {
  // Beyond the 32 bits that the operators of JavaScript take.
  return Math.floor(heldCapabilities().permitted / SYS_ADMIN) % 2 === 1;
}

/** Whether we are root of the host with what makes it powerful. */
export function isPrivileged(): boolean {
  return isRootOfHost() && isAdmin();
}

/** Who we are outside of our user namespace, one level up. Source: user_namespaces(7). */
export function outerUserId(): number {
  const own = native().userId();
  for (const line of native().readKernelText('/proc/self/uid_map').split('\n')) {
    const [inside = NaN, outside = NaN, count = NaN] = line.trim().split(/\s+/).map(Number);
    if (own >= inside && own < inside + count) return outside + own - inside;
  }
  return own;
}
