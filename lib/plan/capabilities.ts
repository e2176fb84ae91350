/**
 * process.capabilities → the five sets as bit masks. Called by identity.ts. Source: capabilities(7), config.md#linux-process.
 */
import { type Spec } from '../spec/types.gen.js';

/** Position = number of the capability (linux/capability.h). */
export const CAPABILITIES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP'],
  ...['LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER'],
  ...['SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE'],
  ...['SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP'],
  ...['MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF'],
  'CHECKPOINT_RESTORE',
].map((name) => `CAP_${name}`);

const NUMBERS: ReadonlyMap<string, bigint> = new Map(CAPABILITIES.map((name, number) => [name, BigInt(number)]));

/** The mask of one capability. */
export function capabilityMask(name: string): bigint {
  const number = NUMBERS.get(name);
  return number === undefined ? 0n : 1n << number;
}

type SetName = 'bounding' | 'effective' | 'permitted' | 'inheritable' | 'ambient';
const SETS: readonly SetName[] = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'];

export type CapabilitySets = Readonly<Record<SetName, bigint>> & { readonly warnings: readonly string[] };

/** No capabilities object means none are granted. Names the kernel may know and we don't are a warning, as the specification says. */
export function capabilitySets(spec: Spec): CapabilitySets {
  const warnings: string[] = [];
  const sets = Object.fromEntries(
    SETS.map((set) => [set, maskOf(spec.process?.capabilities?.[set] ?? [], `process/capabilities/${set}`, warnings)]),
  ) as Record<SetName, bigint>;
  return { ...sets, warnings };
}

function maskOf(names: readonly string[], pointer: string, warnings: string[]): bigint {
  let mask = 0n;
  names.forEach((name, index) => {
    const number = NUMBERS.get(name);
    if (number === undefined) warnings.push(`${pointer}/${index}: unknown capability ${name}`);
    else mask |= 1n << number;
  });
  return mask;
}
