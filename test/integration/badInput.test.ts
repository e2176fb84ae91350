/**
 * Values of the process that are wrong, that the kernel refuses or that the host cannot give: by create and by run one line with the
 * place and, from the kernel, the errno; and nothing is left behind.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec, writeSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => {
  makeBundle(bundle, shellSpec('true'));
});
afterAll(() => caisson.clean());

/** What is left of a container: its cgroups, its processes, its files. Mounts are those of the whole machine. */
function leftOf(id: string) {
  const { cgroups, processes, files } = pictureOf(id, [caisson.root]);
  return { cgroups, processes, files };
}

function refusal(verb: string, change: (spec: LooseSpec) => void): string {
  const spec = shellSpec('true');
  change(spec);
  writeSpec(bundle, spec);
  const id = caisson.id();
  const before = leftOf(id);
  const { status, stdout, stderr } = caisson.call([verb, '-b', bundle, id]);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^caisson: error: [^\n]*\n$/);
  expect(leftOf(id)).toEqual(before);
  return stderr;
}

const process = (fields: object) => (spec: LooseSpec) => Object.assign(spec.process, fields);
const linux = (fields: object) => (spec: LooseSpec) => Object.assign(spec.linux, fields);
const rlimit = (type: string, soft: number, hard: number) => process({ rlimits: [{ type, soft, hard }] });

test.each<[string, (spec: LooseSpec) => unknown, RegExp]>([
  ['a variable without a value', process({ env: ['PATH=/bin', 'X'] }), /process\/env\/1: /],
  ['a variable without a name', process({ env: ['=x'] }), /process\/env\/0: /],
  ['no arguments', process({ args: [] }), /process\/args: /],
  ['a program that is a directory', process({ args: ['/etc'] }), /process\/args\/0: .*EACCES.*\(make it executable/],
  ['a limit that nobody knows', rlimit('RLIMIT_X', 1, 1), /process\/rlimits\/0\/type: /],
  ['a soft limit above the hard one', rlimit('RLIMIT_CORE', 2, 1), /process\/rlimits\/0.*soft/],
  [
    'a hard limit above what the kernel has',
    rlimit('RLIMIT_NOFILE', 1024, 2_000_000_000),
    /process\/rlimits\/0: .*EPERM/,
  ],
  ['a scheduler without a name', process({ scheduler: { policy: 'SCHED_X' } }), /process\/scheduler\/policy: /],
  [
    'a deadline shorter than its runtime',
    process({ scheduler: { policy: 'SCHED_DEADLINE', runtime: 20_000_000, deadline: 10_000_000, period: 30_000_000 } }),
    /process\/scheduler/,
  ],
  ['an I/O class without a name', process({ ioPriority: { class: 'X', priority: 1 } }), /process\/ioPriority\/class: /],
  [
    'an I/O priority too high',
    process({ ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 8 } }),
    /process\/ioPriority/,
  ],
  ['a domain that is none', linux({ personality: { domain: 'BSD' } }), /linux\/personality\/domain: /],
  ['a policy that is none', linux({ memoryPolicy: { mode: 'MPOL_X', nodes: '0' } }), /linux\/memoryPolicy\/mode: /],
  [
    'a node that the host has not',
    linux({ memoryPolicy: { mode: 'MPOL_BIND', nodes: '1000' } }),
    /linux\/memoryPolicy: memory policy: set_mempolicy: EINVAL.*\(does the host have these nodes/,
  ],
  ['a score beyond its range', process({ oomScoreAdj: 1001 }), /process\/oomScoreAdj: /],
  ['a umask beyond its range', (spec) => (spec.process.user.umask = 0o1000), /process\/user\/umask: /],
  ['a working directory that is a file', process({ cwd: '/bin/busybox' }), /process\/cwd: .*ENOTDIR/],
  ['a working directory that is relative', process({ cwd: 'tmp' }), /process\/cwd: /],
  ['a hook that is relative', (spec) => (spec.hooks = { prestart: [{ path: 'x' }] }), /hooks\/prestart\/0\/path: /],
  [
    'a hook that is a directory',
    (spec) => (spec.hooks = { createRuntime: [{ path: '/etc' }] }),
    /hooks\/createRuntime\/0: run the hook \/etc: .*EACCES/,
  ],
  [
    'a hook for longer than anybody waits',
    (spec) => (spec.hooks = { poststop: [{ path: '/bin/true', timeout: 1e12 }] }),
    /hooks\/poststop\/0\/timeout: /,
  ],
])('%s', (_, change, line) => {
  const [created, ran] = ['create', 'run'].map((verb) => refusal(verb, (spec) => void change(spec)));
  expect(created).toMatch(line);
  expect(ran).toBe(created);
});

test('an argument longer than the kernel takes: the execution says so', () => {
  const spec = shellSpec('true');
  spec.process.args = ['/bin/echo', 'x'.repeat(200_000)];
  writeSpec(bundle, spec);
  const id = caisson.id();
  const before = leftOf(id);
  const { status, stdout, stderr } = caisson.call(['run', '-b', bundle, id]);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^caisson: error: process\/args[^\n]*E2BIG[^\n]*\n$/);
  expect(leftOf(id)).toEqual(before);
});
