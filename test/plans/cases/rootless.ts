/** Containers of a caller without privilege, and of root of a user namespace. */
import type { Delegation } from '../../../lib/plan/delegation.js';
import type { Facts } from '../../../lib/plan/facts.js';
import type { RootlessCaller } from '../../../lib/plan/rootless.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Linux, Spec } from '../../../lib/spec/types.gen.js';
import { further } from './exec.js';
import { container, type Golden, hostWith } from './world.js';

export const ALICE: RootlessCaller = {
  uid: 1000,
  gid: 1000,
  admin: false,
  copiesMounts: false,
  groups: [{ containerID: 0, hostID: 0, size: 4_294_967_295 }],
  mapTool: (name) => `/usr/bin/${name}`,
};
const SLICE = '/user.slice/user-1000.slice/user@1000.service';
/** As systemd of Debian does it: the manager's cgroup is the user's, with memory and pids. */
export const DELEGATION: Delegation = {
  parent: `${SLICE}/app.slice`,
  strict: false,
  topOf: (path) => (path.startsWith(`${SLICE}/`) ? { top: SLICE } : { barrier: '/user.slice' }),
  withholder: (controller) => (['memory', 'pids'].includes(controller) ? undefined : '/user.slice'),
};

export function rootlessFacts(layout: 'hybrid' | 'v2', caller = ALICE, delegation = DELEGATION): Facts {
  return { ...hostWith(layout), rootless: caller, delegation };
}

export function rootlessSpec(linux: Partial<Linux> = {}): Spec {
  const whole = defaultSpec({ cgroupNamespace: true, rootless: { uid: 1000, gid: 1000 } });
  const process = { ...whole.process!, terminal: false, oomScoreAdj: 100 };
  const mounts = [...whole.mounts!, { destination: '/mnt', type: 'bind', source: '/home/alice', options: ['rbind'] }];
  return { ...whole, process, mounts, linux: { ...whole.linux, ...linux } };
}

export const LIMITS = { memory: { limit: 64 << 20 }, pids: { limit: 20 }, devices: [{ allow: false, access: 'rwm' }] };
const REST = { containerID: 1, hostID: 100_000, size: 65_535 };
export const RANGES = [{ containerID: 0, hostID: 1000, size: 1 }, REST];

const NAMESPACE_ROOT = { ...ALICE, uid: 0, gid: 0, admin: true, copiesMounts: true, groups: [RANGES[0]!] };
const ENGINES: Spec = { ...defaultSpec({ cgroupNamespace: true }), hostname: '' };

export const ROOTLESS: readonly Golden[] = [
  container('rootless-undelegated', rootlessSpec(), { facts: rootlessFacts('hybrid') }),
  container('rootless-delegated', rootlessSpec({ resources: LIMITS }), { facts: rootlessFacts('v2') }),
  container('rootless-ranges', rootlessSpec({ uidMappings: RANGES, gidMappings: RANGES }), {
    facts: rootlessFacts('v2'),
  }),
  container('rootless-namespace', ENGINES, { facts: rootlessFacts('hybrid', NAMESPACE_ROOT) }),
  further('rootless-exec', rootlessSpec(), {}, rootlessFacts('v2')),
];
