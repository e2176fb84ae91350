/**
 * A first look at a config: whether it is so usual that no rule of rules.ts can have anything to say about it. Called by
 * load.ts on every create, where it saves loading the table; a config that is not plain is no worse, only looked at again.
 *
 * It may say no too often, and never yes too often: tests hold it against every row and thousands of mutants. Plain loops
 * and few functions, here and in glance/: the engine runs them once, cold, and there a function costs some microseconds.
 */
import { areMapped, arePlainHooks, isPlainLinux, NAMESPACE, namespaceBits } from './glance/linux.js';
import { arePlainMounts } from './glance/mounts.js';
import { isPlainProcess } from './glance/process.js';
import type { Spec } from './types.gen.js';

/** Longest host name, in characters that have one byte each. */
const LONGEST_NAME = 64;

/** @param spec fits the schema, and none of its strings has a NUL or half of a surrogate pair */
export function isPlain(spec: Spec): boolean {
  const { process, root, linux, hostname = '', domainname = '', annotations, hooks, mounts } = spec;
  if (process === undefined || linux === undefined || root === undefined || root.path === '') return false;
  if (!isUsualVersion(spec.ociVersion)) return false;
  // Not by hasOwn, whose first call takes 25 microseconds.
  if (annotations?.[''] !== undefined) return false;
  const spaces = namespaceBits(linux.namespaces);
  if (spaces < 0) return false;
  if ((hostname !== '' || domainname !== '') && (spaces & NAMESPACE.uts) === 0) return false;
  if (!isShortAscii(hostname) || !isShortAscii(domainname)) return false;
  return (
    isPlainProcess(process) &&
    (mounts === undefined || arePlainMounts(mounts)) &&
    (hooks === undefined || arePlainHooks(hooks)) &&
    isPlainLinux(linux, spaces) &&
    ((spaces & NAMESPACE.user) === 0 || areMapped(linux, process.user))
  );
}

/** What engines write. */
function isUsualVersion(version: string): boolean {
  switch (version) {
    case '1.0.0':
    case '1.0.1':
    case '1.0.2':
    case '1.0.2-dev':
    case '1.1.0':
    case '1.1.0+dev':
    case '1.2.0':
    case '1.2.1':
    case '1.3.0':
      return true;
    default:
      return false;
  }
}

function isShortAscii(name: string): boolean {
  if (name.length > LONGEST_NAME) return false;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) > 0x7f) return false;
  return true;
}
