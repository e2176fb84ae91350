// What runs in the virtual machines: parts, each a boot of one machine with a deadline of its own. Each says when it
// runs.

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} machine a key of systems in scripts/vm/machines.mjs
 * @property {'short' | 'whole'} when `npm test`; `npm run test:vm` and .ci/run
 * @property {string} does in the words of a progress line
 * @property {readonly string[]} lanes jest's projects
 * @property {readonly string[]} args which files
 * @property {number} deadline seconds, which a busy machine keeps
 */

/** Where the layout of cgroups decides most, and in little time. */
const short = ['test/integration/cgroups.test.ts', 'test/vm/plain/limits.test.ts'];

/** Files of test/integration that run on cgroup v2 alone as they run on the host. One is added when it has been seen to hold there. */
export const onV2 = [
  ...['cgroups', 'exec', 'lifecycle', 'namespaces', 'pause', 'resources', 'run', 'update', 'usernamespace'],
];

/** An emulated processor takes ten times as long. */
export const patience = '--testTimeout=180000';

/** @type {readonly Part[]} */
export const parts = [
  {
    name: 'short',
    machine: 'plain',
    when: 'short',
    does: 'limits on cgroup v2',
    lanes: ['integration', 'vm'],
    args: [patience, ...short],
    deadline: 600,
  },
  {
    name: 'plain',
    machine: 'plain',
    when: 'whole',
    does: 'the integration tests on cgroup v2',
    lanes: ['integration', 'vm'],
    args: [patience, ...onV2.map((name) => `test/integration/${name}.test.ts`), 'test/vm/plain/'],
    deadline: 1800,
  },
  {
    name: 'systemd',
    machine: 'systemd',
    when: 'whole',
    does: 'systemd as pid 1, its units, AppArmor',
    lanes: ['vm'],
    args: [patience, 'test/vm/systemd/'],
    deadline: 1500,
  },
];
