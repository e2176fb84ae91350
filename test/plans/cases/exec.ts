/** Further processes in a container. */
import { compileExec, type ExecFacts, type ExecPlace } from '../../../lib/plan/exec.js';
import { planProse } from '../../../lib/plan/prose.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Namespace, Process, Spec } from '../../../lib/spec/types.gen.js';
import { FILTER, type Golden, hostWith } from './world.js';

const BASE = defaultSpec({ cgroupNamespace: true });
const RANGES = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
const V1 = { memory: '/sys/fs/cgroup/memory/caisson/web', unified: '/sys/fs/cgroup/unified/caisson/web' };
const V2 = { '': '/sys/fs/cgroup/caisson/web' };

function spec(process: Partial<Process>, spaces: readonly Namespace['type'][], linux: Spec['linux'] = {}): Spec {
  const namespaces = spaces.map((type) => ({ type }));
  return { ...BASE, process: { ...BASE.process!, ...process }, linux: { ...linux, namespaces } };
}

const ORDINARY = ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'] as const;

const CASES: Readonly<Record<string, readonly [Spec, Readonly<Record<string, string>>]>> = {
  'exec-default': [spec({ terminal: false }, ORDINARY), V1],
  'exec-rich': [
    spec(
      {
        oomScoreAdj: 100,
        execCPUAffinity: { initial: '0', final: '0-1' },
        noNewPrivileges: true,
        consoleSize: { height: 24, width: 80 },
      },
      [...ORDINARY, 'time'],
      { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' }, personality: { domain: 'LINUX32' } },
    ),
    V2,
  ],
  'exec-user': [spec({ terminal: false }, [...ORDINARY, 'user'], { uidMappings: RANGES, gidMappings: RANGES }), V2],
  'exec-shared': [spec({ terminal: false }, []), V2],
};

/** The golden of a further process. */
export function further(
  file: string,
  spec: Spec,
  cgroups: ExecPlace['cgroups'],
  facts: ExecFacts = hostWith('v2'),
): Golden {
  const place = { pid: 4711, startTime: 123_456, stateDirectory: '/run/caisson/web', cgroups };
  const prose = (one: Spec): string[] => planProse(compileExec(one, place, facts, FILTER.filter)).split('\n');
  return { file, spec, prose };
}

export const FURTHER: readonly Golden[] = Object.entries(CASES).map(([file, [config, cgroups]]) =>
  further(file, config, cgroups),
);
