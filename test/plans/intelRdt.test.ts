/** Golden plans of containers in classes of resctrl, for a host that has it. */
import { expect, test } from '@jest/globals';
import { compile } from '../../lib/plan/compile.js';
import { compileExec } from '../../lib/plan/exec.js';
import { stepsProse } from '../../lib/plan/prose.js';
import { defaultSpec } from '../../lib/spec/default.js';
import type { IntelRdt, Spec } from '../../lib/spec/types.gen.js';
import { expectGolden, FILTER, hostWith, PLACE } from './golden.js';

const BASE = defaultSpec({ cgroupNamespace: true });
const RESCTRL = {
  root: '/sys/fs/resctrl',
  schemataOf: (name: string) => (name === 'gold' ? 'L3:0=ff;1=ff\n' : undefined),
};
const HOST = { ...hostWith('v2'), resctrl: RESCTRL };

const withRdt = (intelRdt: IntelRdt): Spec => ({
  ...BASE,
  mounts: [],
  process: { ...BASE.process!, terminal: false },
  linux: { ...BASE.linux, intelRdt, maskedPaths: [], readonlyPaths: [] },
});

test('intel-rdt-own', () => {
  const schemas = { l3CacheSchema: 'L3:0=7f0;1=1f', memBwSchema: 'MB:0=20;1=70', schemata: ['L2:0=f'] };
  expectGolden('intel-rdt-own', compile(withRdt({ ...schemas, enableMonitoring: true }), PLACE, HOST, FILTER));
});

test('intel-rdt-shared', () => {
  const shared = { closID: 'gold', l3CacheSchema: 'L3:0=ff', schemata: ['MB:0=20'] };
  expectGolden('intel-rdt-shared', compile(withRdt(shared), PLACE, HOST, FILTER));
});

test('exec enters the same groups', () => {
  const place = {
    pid: 4711,
    startTime: 123_456,
    stateDirectory: '/run/caisson/web',
    cgroups: {},
    resctrl: ['/sys/fs/resctrl/gold', '/sys/fs/resctrl/gold/mon_groups/web'],
  };
  const { host, init } = compileExec(BASE, place, HOST, FILTER.filter);
  expect(stepsProse(host).slice(1, 3)).toEqual([
    '  open-write path="/sys/fs/resctrl/gold/tasks" slot=0  # linux/intelRdt',
    '  open-write path="/sys/fs/resctrl/gold/mon_groups/web/tasks" slot=1  # linux/intelRdt',
  ]);
  expect(stepsProse(init)).toEqual(
    expect.arrayContaining(['  enter-cgroup slot=0  # linux/intelRdt', '  enter-cgroup slot=1  # linux/intelRdt']),
  );
});
