import { expect, test } from '@jest/globals';
import { cgroupOwner } from '../../../lib/plan/cgroupOwner.js';
import type { Mount, Namespace, Spec } from '../../../lib/spec/types.gen.js';
import { hybrid, v1, v2 } from './layouts.js';

const own: Namespace[] = [{ type: 'cgroup' }, { type: 'user' }];
const uidMappings = [{ containerID: 0, hostID: 100_000, size: 1000 }];
const mount: Mount = { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid'] };

function spec(changes: { namespaces?: Namespace[]; mounts?: Mount[]; uid?: number; mapped?: boolean } = {}): Spec {
  const { namespaces = own, mounts = [mount], uid = 7, mapped = true } = changes;
  return {
    ociVersion: '1.3.0',
    process: { cwd: '/', user: { uid, gid: 0 } },
    mounts,
    linux: { namespaces, ...(mapped && { uidMappings }) },
  };
}

const given = (config: Spec, layout = v2) =>
  cgroupOwner(config, layout, { '': '/sys/fs/cgroup/c1' }).map(({ act }) => (act.op === 'give-cgroup' ? act.uid : act));

test('to the id of the host that its user is', () => {
  expect(given(spec())).toEqual([100_007]);
  expect(given(spec({ namespaces: [{ type: 'cgroup' }], mapped: false }))).toEqual([7]);
});

test.each<[string, Spec]>([
  ['there is no namespace of cgroups', spec({ namespaces: [{ type: 'user' }] })],
  ['it is joined', spec({ namespaces: [{ type: 'cgroup', path: '/proc/1/ns/cgroup' }, { type: 'user' }] })],
  ['nothing is mounted', spec({ mounts: [] })],
  ['it is mounted read-only', spec({ mounts: [{ ...mount, options: ['ro'] }] })],
  ['it is hidden again', spec({ mounts: [mount, { destination: '/sys/fs/cgroup', type: 'tmpfs', source: 'tmpfs' }] })],
  ['nobody is mapped to its user', spec({ uid: 1000 })],
  [
    'the mappings are not told',
    spec({ namespaces: [{ type: 'cgroup' }, { type: 'user', path: '/x' }], mapped: false }),
  ],
  ["it is root's already", spec({ namespaces: [{ type: 'cgroup' }], uid: 0, mapped: false })],
])('to nobody where %s', (_, config) => {
  expect(given(config)).toEqual([]);
});

test('to nobody on cgroup v1, nor beside it', () => {
  expect([v1, hybrid].map((layout) => given(spec(), layout))).toEqual([[], []]);
});
