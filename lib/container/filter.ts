/**
 * linux.seccomp → the bytes of a filter, by libseccomp in the addon; or from the store, where what was compiled once is kept.
 * Called by launch and `caisson plan`.
 */
import { isSystemError, RuntimeError } from '../errors.js';
import { warning } from '../log.js';
import { native } from '../native/load.js';
import type { SeccompFilter } from '../native/surface.js';
import type { Filter } from '../plan/filter.js';
import { filterFlags, type FilterProfile, seccompProfile, usesListener } from '../plan/seccomp.js';
import type { Seccomp } from '../spec/types.gen.js';
import { filterStore, makeRoot } from './store.js';

/** A filter, and the warnings to it as JSON, or '' for none. */
interface Compiled {
  readonly program: Uint8Array;
  readonly notes: string;
}

/**
 * @param root the state root, which has a store of compiled filters; without one, nothing is looked for or kept
 * @throws RuntimeError seccomp-failed
 */
export function compileFilter(seccomp: Seccomp, root?: string): Filter {
  const { program, notes } = root === undefined ? compiled(seccomp) : stored(seccomp, root);
  const warnings = notes === '' ? [] : (JSON.parse(notes) as string[]);
  return { bytes: program, ...filterFlags(seccomp), listens: usesListener(seccomp), warnings };
}

function stored(seccomp: Seccomp, root: string): Compiled {
  const store = filterStore(root);
  const key = keyOf(seccomp);
  try {
    const found = native().findFilter(store, key);
    if (found !== undefined) return found;
  } catch (error) {
    withoutStore(store, error);
    return compiled(seccomp);
  }
  const made = compiled(seccomp);
  keep(root, key, made);
  return made;
}

/** A container that could be made is not refused because of what would only have made the next one faster. */
function keep(root: string, key: string, { program, notes }: Compiled): void {
  const store = filterStore(root);
  try {
    makeRoot(root);
    native().keepFilter(store, key, program, notes);
  } catch (error) {
    withoutStore(store, error);
  }
}

function withoutStore(store: string, error: unknown): void {
  if (!isSystemError(error)) throw error;
  warning(`${store}: compiled filters are not kept there: ${error.errno} (it must be a directory of our own, 0700)`);
}

/** Everything of a profile that the bytes depend on. Flags and listener are no part of them. */
function keyOf({ defaultAction, defaultErrnoRet, architectures, syscalls }: Seccomp): string {
  const parts = [defaultAction, defaultErrnoRet, architectures, syscalls];
  try {
    return JSON.stringify(parts);
  } catch {
    // 64-bit numbers are bigints, which JSON doesn't know. A function for each value is slow, so only then.
    return JSON.stringify(parts, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  }
}

function compiled(seccomp: Seccomp): Compiled {
  const profile = seccompProfile(seccomp);
  const { program, notes } = compile(profile);
  if (notes.length === 0) return { program, notes: '' };
  return { program, notes: JSON.stringify(notes.map(({ rule, text }) => `${pointerOf(profile, rule)}: ${text}`)) };
}

function compile(profile: FilterProfile): SeccompFilter {
  try {
    return native().compileSeccomp(profile);
  } catch (error) {
    const { rule = -1, message } = error as Error & { rule?: number };
    throw new RuntimeError('seccomp-failed', message, { pointer: pointerOf(profile, rule), cause: error });
  }
}

function pointerOf({ rules }: FilterProfile, rule: number): string {
  return rules[rule]?.pointer ?? 'linux/seccomp';
}
