/**
 * process.capabilities → the five sets as bit masks. Called by process.ts. Source: capabilities(7), config.md#linux-process.
 */
import type { Spec } from '../spec/types.gen.js';

/** Position = number of the capability (linux/capability.h). */
const NAMES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP'],
  ...['LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER'],
  ...['SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE'],
  ...['SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP'],
  ...['MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF'],
  'CHECKPOINT_RESTORE',
];

const PREFIX = 'CAP_';

function numberOf(name: string): number {
  return name.startsWith(PREFIX) ? NAMES.indexOf(name.slice(PREFIX.length)) : -1;
}

/** The mask of one capability, 0 for an unknown one. Masks have 41 bits so far, which a number holds exactly. */
export function capabilityMask(name: string): number {
  const number = numberOf(name);
  return number < 0 ? 0 : 2 ** number;
}

export interface CapabilitySets {
  readonly bounding: number;
  readonly effective: number;
  readonly permitted: number;
  readonly inheritable: number;
  readonly ambient: number;
  readonly warnings: readonly string[];
}

/** No capabilities object means none are granted. Names the kernel may know and we don't are a warning, as the specification says. */
export function capabilitySets(spec: Spec): CapabilitySets {
  const warnings: string[] = [];
  const sets = spec.process?.capabilities ?? {};
  const maskOf = (set: keyof typeof sets): number => mask(sets[set] ?? [], `process/capabilities/${set}`, warnings);
  return {
    bounding: maskOf('bounding'),
    effective: maskOf('effective'),
    permitted: maskOf('permitted'),
    inheritable: maskOf('inheritable'),
    ambient: maskOf('ambient'),
    warnings,
  };
}

function mask(names: readonly string[], pointer: string, warnings: string[]): number {
  let bits = 0;
  let index = -1;
  for (const name of names) {
    index++;
    const bit = capabilityMask(name);
    if (bit === 0) warnings.push(`${pointer}/${index}: unknown capability ${name}`);
    else if (Math.floor(bits / bit) % 2 === 0) bits += bit;
  }
  return bits;
}
