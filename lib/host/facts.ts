/** What the host is like, as plans ask for it: each is read when it is first wanted, and most plans want little. */
import { native } from '../native/load.js';
import type { CgroupLayout } from '../plan/cgroupLayout.js';
import type { HeldCapabilities } from '../plan/capabilities.js';
import type { Facts } from '../plan/facts.js';
import type { Delegation } from '../plan/delegation.js';
import type { RootlessCaller } from '../plan/rootless.js';
import { cgroupLayout } from './cgroup.js';
import { delegationOf } from './delegation.js';
import { heldCapabilities, isPrivileged } from './privilege.js';
import type { Resctrl } from '../plan/intelRdt.js';
import { findResctrl } from './resctrl.js';
import { rootlessCaller } from './rootless.js';
import { hasApparmor, hasSelinux } from './security.js';

/** Called by launch and `caisson plan`. */
export class HostFacts implements Facts {
  readonly #mode: 'auto' | 'true' | 'false';
  #layout: CgroupLayout | undefined;
  #rootless: RootlessCaller | undefined;
  #delegation: Delegation | undefined;

  /** @param mode what --rootless says: whether to do without a cgroup where none may be made */
  constructor(mode: 'auto' | 'true' | 'false' = 'auto') {
    this.#mode = mode;
  }

  get layout(): CgroupLayout {
    return (this.#layout ??= cgroupLayout());
  }

  get capabilities(): HeldCapabilities {
    return heldCapabilities();
  }

  get rootless(): RootlessCaller | undefined {
    if (isPrivileged()) return undefined;
    return (this.#rootless ??= rootlessCaller());
  }

  get delegation(): Delegation | undefined {
    if (this.#mode !== 'true' && isPrivileged()) return undefined;
    // Root of the host may write where v1 is.
    if (isPrivileged() && this.layout.kind !== 'v2') return undefined;
    return (this.#delegation ??= delegationOf(this.layout, this.#mode === 'false'));
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
