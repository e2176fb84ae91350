/** What the host is like, as plans ask for it: each is read when it is first wanted, and most plans want little. */
import { native } from '../native/load.js';
import type { CgroupLayout } from '../plan/cgroupLayout.js';
import type { HeldCapabilities } from '../plan/capabilities.js';
import type { Facts } from '../plan/facts.js';
import { cgroupLayout } from './cgroup.js';
import type { Resctrl } from '../plan/intelRdt.js';
import { findResctrl } from './resctrl.js';
import { hasApparmor, hasSelinux } from './security.js';

/** Called by launch and `caisson plan`. */
export class HostFacts implements Facts {
  #layout: CgroupLayout | undefined;

  get layout(): CgroupLayout {
    return (this.#layout ??= cgroupLayout());
  }

  get capabilities(): HeldCapabilities {
    return native().heldCapabilities();
  }

  get apparmor(): boolean {
    return hasApparmor(native());
  }

  get selinux(): boolean {
    return hasSelinux(native());
  }

  get resctrl(): Resctrl | undefined {
    return findResctrl(native());
  }
}
