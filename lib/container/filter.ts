/**
 * linux.seccomp → the bytes of a filter, by libseccomp in the addon. Called by launch and `caisson plan`.
 */
import { RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { Filter } from '../plan/compile.js';
import { seccompProfile } from '../plan/seccomp.js';
import type { Seccomp } from '../spec/types.gen.js';

/** @throws RuntimeError config-invalid, config-unsupported, seccomp-failed */
export function compileFilter(seccomp: Seccomp): Filter {
  const { profile, flags } = seccompProfile(seccomp);
  try {
    return { bytes: native().compileSeccomp(profile), flags };
  } catch (error) {
    const rule = (error as { rule?: number }).rule ?? -1;
    throw new RuntimeError('seccomp-failed', (error as Error).message, {
      pointer: profile.rules[rule]?.pointer ?? 'linux/seccomp',
      cause: error,
    });
  }
}
