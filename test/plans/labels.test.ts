/** Golden plans of labels, for kernels that know them. */
import { expect, test } from '@jest/globals';
import { compile } from '../../lib/plan/compile.js';
import { compileExec } from '../../lib/plan/exec.js';
import { defaultSpec } from '../../lib/spec/default.js';
import type { Mount, Spec } from '../../lib/spec/types.gen.js';
import { expectGolden, FILTER, hostWith, PLACE } from './golden.js';

const BASE = defaultSpec({ cgroupNamespace: true });
const HOST = { ...hostWith('hybrid'), apparmor: true, selinux: true };
const PROFILE = 'caisson-web';
const LABEL = 'system_u:system_r:container_t:s0:c1,c2';

const SPEC: Spec = {
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

test('labels', () => {
  const plan = compile(SPEC, PLACE, HOST, FILTER);
  expectGolden('labels', plan);
  expect(plan.warnings).toEqual([]);
});

test('labels-exec', () => {
  const place = { pid: 4711, startTime: 123_456, stateDirectory: '/run/caisson/web', cgroups: {} };
  expectGolden('labels-exec', compileExec(SPEC, place, HOST, FILTER.filter));
});

test('where init takes mount(2), the commas of a label are quoted', () => {
  const lower = `lowerdir=${'/x'.repeat(200)}`;
  const plan = compile(
    { ...SPEC, mounts: [mount('/a', [lower]), mount('/b', ['silent']), mount('/c', [])] },
    PLACE,
    HOST,
    FILTER,
  );
  const labels = plan.init.flatMap(({ act }) => (act.op === 'mount' ? act.options.slice(-1) : []));
  const label = SPEC.linux!.mountLabel;
  expect(labels).toEqual([`context="${label}"`, `context="${label}"`, `context=${label}`]);
});

function mount(destination: string, options: readonly string[]): Mount {
  return { destination, type: 'overlay', source: 'overlay', options };
}

test('the mqueue of another container keeps its label', () => {
  const namespaces = (BASE.linux?.namespaces ?? []).map((one) =>
    one.type === 'ipc' ? { ...one, path: '/proc/4711/ns/ipc' } : one,
  );
  const joined = compile({ ...SPEC, linux: { ...SPEC.linux, namespaces } }, PLACE, HOST, FILTER);
  expect(joined.init.filter(({ act }) => act.op === 'label-mount')).toEqual([]);
});
