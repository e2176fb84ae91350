/** Labels, for kernels that know them. */
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Spec } from '../../../lib/spec/types.gen.js';
import { further } from './exec.js';
import { container, type Golden, hostWith } from './world.js';

const BASE = defaultSpec({ cgroupNamespace: true });
export const HOST = { ...hostWith('hybrid'), apparmor: true, selinux: true };
const PROFILE = 'caisson-web';
const LABEL = 'system_u:system_r:container_t:s0:c1,c2';

export const SPEC: Spec = {
  ...BASE,
  process: { ...BASE.process!, terminal: false, noNewPrivileges: true, apparmorProfile: PROFILE, selinuxLabel: LABEL },
  hooks: {
    createContainer: [{ path: '/usr/bin/of-the-host' }],
    startContainer: [{ path: '/bin/of-the-image' }],
  },
  linux: {
    ...BASE.linux,
    maskedPaths: [],
    readonlyPaths: [],
    mountLabel: 'system_u:object_r:container_file_t:s0:c1,c2',
    seccomp: { defaultAction: 'SCMP_ACT_ALLOW' },
  },
};

export const LABELS: readonly Golden[] = [
  container('labels', SPEC, { facts: HOST }),
  further('labels-exec', SPEC, {}, HOST),
];
