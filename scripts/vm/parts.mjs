// What runs in the virtual machines: parts, each a boot of one machine with a deadline of its own. `npm test` runs the short
// ones, `npm run test:vm` and .ci/run the others. A file of test/integration that is not listed here runs in the machine
// with cgroup v2 alone as it runs on the host.

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} machine a key of systems in scripts/vm/machines.mjs
 * @property {boolean} short
 * @property {string} does in the words of a progress line
 * @property {readonly string[]} lanes jest's projects
 * @property {readonly string[]} args which files
 * @property {number} deadline seconds, which a busy machine keeps
 */

/** Where the layout of cgroups decides most, and in little time. */
const short = ['test/integration/cgroups.test.ts', 'test/vm/plain/limits.test.ts'];

/** Files of test/integration that stay on the host, with the reason. */
export const staysOnHost = /** @type {Record<string, string>} */ ({
  seccomp: 'compiles a program, and the machine has no compiler; a filter knows nothing of cgroups',
  seccompListener: 'the same',
  filterReceiver: 'the same',
  native: 'compiles a program',
  callers: 'the forms in which engines call: three hundred calls, whatever the cgroups are',
  pages: 'completions and manual pages: nothing of a machine',
  validate: 'reads configs, makes no container',
});

/** @param {readonly string[]} names */
const files = (names) => `test/integration/(${names.join('|')})\\.test\\.ts$`;

/** An emulated processor takes ten times as long. */
export const patience = '--testTimeout=180000';

/** @type {readonly Part[]} */
export const parts = [
  {
    name: 'short',
    machine: 'plain',
    short: true,
    does: 'limits on cgroup v2',
    lanes: ['integration', 'vm'],
    args: [patience, ...short],
    deadline: 300,
  },
  {
    name: 'plain',
    machine: 'plain',
    short: false,
    does: 'the integration tests on cgroup v2',
    lanes: ['integration', 'vm'],
    args: [patience, '--testPathIgnorePatterns', files(Object.keys(staysOnHost)), 'test/vm/systemd/'],
    deadline: 1200,
  },
  {
    name: 'systemd',
    machine: 'systemd',
    short: false,
    does: 'systemd as pid 1, AppArmor, a user without privilege',
    lanes: ['vm'],
    args: [patience, 'test/vm/systemd/'],
    deadline: 600,
  },
];
