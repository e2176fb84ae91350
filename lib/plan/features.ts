/**
 * What `caisson features` says, taken from the tables by which containers are made: a leaf that gets claimed, or an option
 * that gets known, is told of at once. Pure. Called by lib/commands/features.ts. Source: features.md, features-linux.md.
 */
import { CAPABILITIES } from '../linux/capabilities.js';
import { MOUNT_OPTIONS } from '../linux/mountOptions.js';
import type { Features, SeccompAction, SeccompArch, SeccompFlag, SeccompOperator } from '../spec/types.gen.js';
import { type Claim, CLAIMS } from './claims.js';
import { MEMORY_POLICY_FLAGS, MEMORY_POLICY_MODES } from './memoryPolicy.js';
import { CLONE_FLAGS } from './namespaces.js';
import { SECCOMP_FLAGS } from './seccomp.js';

/** What the tables of the plan do not know. */
export interface Surroundings {
  /** The highest version of the specification. */
  readonly ociVersion: string;
  readonly systemd: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether this kernel takes SECCOMP_FILTER_FLAG_*. */
  readonly knowsSeccompFlags: (flags: number) => boolean;
}

/** The types make these three complete. */
const ACTIONS: Readonly<Record<SeccompAction, true>> = {
  SCMP_ACT_KILL: true,
  SCMP_ACT_KILL_PROCESS: true,
  SCMP_ACT_KILL_THREAD: true,
  SCMP_ACT_TRAP: true,
  SCMP_ACT_ERRNO: true,
  SCMP_ACT_TRACE: true,
  SCMP_ACT_ALLOW: true,
  SCMP_ACT_LOG: true,
  SCMP_ACT_NOTIFY: true,
};

const OPERATORS: Readonly<Record<SeccompOperator, true>> = {
  SCMP_CMP_NE: true,
  SCMP_CMP_LT: true,
  SCMP_CMP_LE: true,
  SCMP_CMP_EQ: true,
  SCMP_CMP_GE: true,
  SCMP_CMP_GT: true,
  SCMP_CMP_MASKED_EQ: true,
};

const ARCHITECTURES: Readonly<Record<SeccompArch, true>> = {
  SCMP_ARCH_X86: true,
  SCMP_ARCH_X86_64: true,
  SCMP_ARCH_X32: true,
  SCMP_ARCH_ARM: true,
  SCMP_ARCH_AARCH64: true,
  SCMP_ARCH_LOONGARCH64: true,
  SCMP_ARCH_M68K: true,
  SCMP_ARCH_MIPS: true,
  SCMP_ARCH_MIPS64: true,
  SCMP_ARCH_MIPS64N32: true,
  SCMP_ARCH_MIPSEL: true,
  SCMP_ARCH_MIPSEL64: true,
  SCMP_ARCH_MIPSEL64N32: true,
  SCMP_ARCH_PPC: true,
  SCMP_ARCH_PPC64: true,
  SCMP_ARCH_PPC64LE: true,
  SCMP_ARCH_S390: true,
  SCMP_ARCH_S390X: true,
  SCMP_ARCH_SH: true,
  SCMP_ARCH_SHEB: true,
  SCMP_ARCH_PARISC: true,
  SCMP_ARCH_PARISC64: true,
  SCMP_ARCH_RISCV64: true,
};

/** Speaks of a listener, and the kernel demands one beside it (seccomp(2)). */
const ONLY_WITH_LISTENER: Partial<Record<SeccompFlag, number>> = { SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 8 };

/** Version 1.0.0 had all that a config of today must have. */
const LOWEST_VERSION = '1.0.0';

export function features({ ociVersion, systemd, annotations, knowsSeccompFlags }: Surroundings): Features {
  return {
    ociVersionMin: LOWEST_VERSION,
    ociVersionMax: ociVersion,
    hooks: Object.keys(CLAIMS.hooks),
    mountOptions: [...MOUNT_OPTIONS].sort(),
    linux: linuxFeatures(systemd, knowsSeccompFlags),
    annotations,
    // None changes what caisson does.
    potentiallyUnsafeConfigAnnotations: [],
  };
}

function linuxFeatures(systemd: boolean, knowsFlags: (flags: number) => boolean): NonNullable<Features['linux']> {
  const { process, linux, mounts } = CLAIMS;
  return {
    namespaces: namesOf(CLONE_FLAGS).sort(),
    capabilities: [...CAPABILITIES],
    // The manager of a user: no container of a user without privilege was ever made.
    cgroup: { v1: true, v2: true, systemd, systemdUser: false, rdma: claimed(linux.resources.rdma.each.hcaHandles) },
    seccomp: {
      enabled: claimed(linux.seccomp.defaultAction),
      actions: namesOf(ACTIONS),
      operators: namesOf(OPERATORS),
      archs: namesOf(ARCHITECTURES),
      knownFlags: namesOf(SECCOMP_FLAGS),
      supportedFlags: namesOf(SECCOMP_FLAGS).filter((flag) =>
        knowsFlags(SECCOMP_FLAGS[flag] | (ONLY_WITH_LISTENER[flag] ?? 0)),
      ),
    },
    apparmor: { enabled: claimed(process.apparmorProfile) },
    selinux: { enabled: claimed(process.selinuxLabel) },
    intelRdt: {
      enabled: claimed(linux.intelRdt.closID),
      schemata: claimed(linux.intelRdt.schemata),
      monitoring: claimed(linux.intelRdt.enableMonitoring),
    },
    memoryPolicy: { modes: namesOf(MEMORY_POLICY_MODES), flags: namesOf(MEMORY_POLICY_FLAGS) },
    mountExtensions: { idmap: { enabled: claimed(mounts.each.uidMappings.each.containerID) } },
    netDevices: { enabled: claimed(linux.netDevices.each.name) },
  };
}

function claimed(claim: Claim): boolean {
  return claim !== 'unsupported' && claim !== 'elsewhere';
}

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(table) as Name[];
}
