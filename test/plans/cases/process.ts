/** What the process of a container is given. */
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Linux, Process, Spec } from '../../../lib/spec/types.gen.js';
import { container, type Golden } from './world.js';

const { mounts: _mounts, ...BASE } = defaultSpec({ cgroupNamespace: true });

/** Without mounts and hidden paths: other plans show those. */
function spec(process: Partial<Process>, linux: Linux = {}): Spec {
  const own = { ...BASE.linux, maskedPaths: [], readonlyPaths: [], ...linux };
  return { ...BASE, process: { ...BASE.process!, terminal: false, ...process }, linux: own };
}

const CASES: Readonly<Record<string, Spec>> = {
  'scheduling-fair': spec(
    {
      scheduler: { policy: 'SCHED_BATCH', nice: -5, flags: ['SCHED_FLAG_RESET_ON_FORK'] },
      ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 6 },
      execCPUAffinity: { initial: '0', final: '0-1' },
    },
    {
      memoryPolicy: { mode: 'MPOL_BIND', nodes: '0,64', flags: ['MPOL_F_STATIC_NODES'] },
      personality: { domain: 'LINUX32', flags: ['ADDR_NO_RANDOMIZE'] },
    },
  ),
  'scheduling-real-time': spec({ scheduler: { policy: 'SCHED_RR', priority: 40 } }),
  capabilities: spec({
    capabilities: {
      bounding: ['CAP_KILL', 'CAP_CHOWN', 'CAP_NET_RAW', 'CAP_SYS_TIME'],
      permitted: ['CAP_KILL', 'CAP_CHOWN', 'CAP_NET_RAW'],
      effective: ['CAP_KILL'],
      inheritable: ['CAP_KILL', 'CAP_NET_RAW'],
      ambient: ['CAP_NET_RAW'],
    },
  }),
  'scheduling-deadline': spec({
    scheduler: {
      policy: 'SCHED_DEADLINE',
      runtime: 1_000_000,
      deadline: 5_000_000,
      period: 18_446_744_073_709_551_615n,
    },
  }),
};

const filtered = spec({}, { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } });

export const PROCESSES: readonly Golden[] = [
  ...Object.entries(CASES).map(([file, config]) => container(file, config)),
  // Twelve descriptors end at 14: no slot, which is descriptor 10 and up in init, may lie below 15.
  container('descriptors-passed', filtered, { place: { descriptors: 12 } }),
];
