/** A further process of a container in a class of resctrl; those of whole containers are golden (cases/intelRdt.ts). */
import { expect, test } from '@jest/globals';
import { compileExec } from '../../lib/plan/exec.js';
import { stepsProse } from '../../lib/plan/prose.js';
import { defaultSpec } from '../../lib/spec/default.js';
import { HOST } from './cases/intelRdt.js';
import { FILTER } from './cases/world.js';

test('exec enters the same groups', () => {
  const place = {
    pid: 4711,
    startTime: 123_456,
    stateDirectory: '/run/caisson/web',
    cgroups: {},
    resctrl: ['/sys/fs/resctrl/gold', '/sys/fs/resctrl/gold/mon_groups/web'],
  };
  const { host, init } = compileExec(defaultSpec({ cgroupNamespace: true }), place, HOST, FILTER.filter);
  expect(stepsProse(host).slice(1, 3)).toEqual([
    '  open-write path="/sys/fs/resctrl/gold/tasks" slot=0  # linux/intelRdt',
    '  open-write path="/sys/fs/resctrl/gold/mon_groups/web/tasks" slot=1  # linux/intelRdt',
  ]);
  expect(stepsProse(init)).toEqual(
    expect.arrayContaining(['  enter-cgroup slot=0  # linux/intelRdt', '  enter-cgroup slot=1  # linux/intelRdt']),
  );
});
