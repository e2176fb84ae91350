/** Golden plans of what the process of a container is given. */
import { test } from '@jest/globals';
import { compile } from '../../lib/plan/compile.js';
import { defaultSpec } from '../../lib/spec/default.js';
import type { Linux, Process, Spec } from '../../lib/spec/types.gen.js';
import { expectGolden, FILTER, hostWith, PLACE } from './golden.js';

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
  'scheduling-deadline': spec({
    scheduler: {
      policy: 'SCHED_DEADLINE',
      runtime: 1_000_000,
      deadline: 5_000_000,
      period: 18_446_744_073_709_551_615n,
    },
  }),
};

test.each(Object.entries(CASES))('%s', (name, config) => {
  expectGolden(name, compile(config, PLACE, hostWith('v2'), FILTER));
});

// Twelve descriptors end at 14: no slot, which is descriptor 10 and up in init, may lie below 15.
test('descriptors-passed', () => {
  const place = { ...PLACE, descriptors: 12 };
  expectGolden(
    'descriptors-passed',
    compile(spec({}, { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } }), place, hostWith('v2'), FILTER),
  );
});
