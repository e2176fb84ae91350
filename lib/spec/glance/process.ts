/** Whether `process` is plain. Part of lib/spec/glance.ts. */
import { CAPABILITIES } from '../../linux/capabilities.js';
import type { Process, Rlimit, User } from '../types.gen.js';

/** (uid_t)-1 */
const UNCHANGED = 0xffff_ffff;

export function isPlainProcess(process: Process): boolean {
  const { args, cwd, env, rlimits, capabilities, user, consoleSize, oomScoreAdj = 0 } = process;
  if (args === undefined || args.length === 0 || args[0] === '' || !cwd.startsWith('/')) return false;
  if (process.scheduler !== undefined || process.ioPriority !== undefined) return false;
  if (process.execCPUAffinity !== undefined || oomScoreAdj < -1000 || oomScoreAdj > 1000) return false;
  if (consoleSize !== undefined && (consoleSize.height > 0xffff || consoleSize.width > 0xffff)) return false;
  if (process.apparmorProfile?.includes('\n') === true || process.selinuxLabel?.includes('\n') === true) return false;
  if (env !== undefined && !isPlainEnvironment(env)) return false;
  if (user !== undefined && !isPlainUser(user)) return false;
  if (rlimits !== undefined && !arePlainLimits(rlimits)) return false;
  if (capabilities === undefined) return true;
  const { bounding, effective, permitted, inheritable, ambient } = capabilities;
  return areKnown(bounding) && areKnown(effective) && areKnown(permitted) && areKnown(inheritable) && areKnown(ambient);
}

function isPlainEnvironment(env: readonly string[]): boolean {
  const names = new Set<string>();
  for (const entry of env) {
    const equals = entry.indexOf('=');
    if (equals < 1) return false;
    names.add(entry.slice(0, equals));
  }
  return names.size === env.length;
}

function isPlainUser({ uid, gid, umask = 0, additionalGids }: User): boolean {
  if (uid === UNCHANGED || gid === UNCHANGED || umask > 0o777) return false;
  return additionalGids?.includes(UNCHANGED) !== true;
}

/** The three that engines set. */
function arePlainLimits(limits: readonly Rlimit[]): boolean {
  let seen = 0;
  for (const { type, soft, hard } of limits) {
    const bit = type === 'RLIMIT_NOFILE' ? 1 : type === 'RLIMIT_NPROC' ? 2 : type === 'RLIMIT_CORE' ? 4 : 0;
    if (bit === 0 || (seen & bit) !== 0 || soft > hard) return false;
    seen |= bit;
  }
  return true;
}

function areKnown(names: readonly string[] | undefined): boolean {
  if (names === undefined) return true;
  for (const name of names) if (!CAPABILITIES.includes(name)) return false;
  return true;
}
