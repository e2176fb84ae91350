// The good documents from which the mutants are made. Together they use every property that our schemas have a word
// for, which run.ts proves, as it proves that everybody takes each of them.

import { CONFIGS } from './configs.js';
import type { Tree } from './text.js';

export interface Base {
  readonly name: string;
  readonly document: Tree;
}

const STATE: Tree = {
  ociVersion: '1.3.0',
  id: 'oci-container1',
  status: 'running',
  pid: 4422,
  bundle: '/containers/redis',
  annotations: { myKey: 'myValue' },
};

const FEATURES: Tree = {
  ociVersionMin: '1.0.0',
  ociVersionMax: '1.3.0',
  hooks: ['prestart', 'createRuntime'],
  mountOptions: ['ro', 'rbind'],
  annotations: { 'org.example.version': '1' },
  potentiallyUnsafeConfigAnnotations: ['org.example.'],
  linux: {
    namespaces: ['pid', 'time'],
    capabilities: ['CAP_CHOWN', 'CAP_SYS_ADMIN'],
    cgroup: { v1: true, v2: true, systemd: false, systemdUser: false, rdma: true },
    seccomp: {
      enabled: true,
      actions: ['SCMP_ACT_ALLOW', 'SCMP_ACT_NOTIFY'],
      operators: ['SCMP_CMP_EQ'],
      archs: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_RISCV64'],
      knownFlags: ['SECCOMP_FILTER_FLAG_LOG'],
      supportedFlags: ['SECCOMP_FILTER_FLAG_LOG'],
    },
    apparmor: { enabled: true },
    selinux: { enabled: false },
    intelRdt: { enabled: true, schemata: true, monitoring: false },
    memoryPolicy: { modes: ['MPOL_BIND'], flags: ['MPOL_F_STATIC_NODES'] },
    mountExtensions: { idmap: { enabled: true } },
    netDevices: { enabled: true },
  },
};

/** Made anew at each call. */
export function bases(schema: 'config' | 'state' | 'features'): Base[] {
  if (schema === 'state') return [{ name: 'state', document: structuredClone(STATE) }];
  if (schema === 'features') return [{ name: 'features', document: structuredClone(FEATURES) }];
  return Object.entries(CONFIGS).map(([name, make]) => ({ name, document: structuredClone(make()) }));
}
