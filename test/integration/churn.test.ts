/**
 * Limits that change all the time under a process that tries a device it may not have, all the time: it never gets it, and is
 * never held up for long. On cgroup v1 and on v2.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cgroupLayout } from '../../lib/host/cgroup.js';
import { hierarchyOf } from '../../lib/plan/cgroupLayout.js';
import { makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');
afterAll(() => caisson.clean());

/** Machines with cgroup v2 alone are emulated here, and take ten times as long. */
const TIMES = hierarchyOf(cgroupLayout(), 'devices')?.version === 1 ? 500 : 50;
/** Milliseconds that nobody may be frozen for. */
const LONGEST = 50;

/** A new limit each time; device rules from a file are nobody's to change, and leave those in force alone. */
const CHANGES: readonly (readonly string[])[] = [
  ['--pids-limit', '40'],
  ['--cpu-share', '600'],
  ['--memory', '96m', '--memory-swap', '128m'],
  ['-r', join(caisson.directory, 'open')],
  ['--pids-limit', '50', '--cpu-share', '700'],
];
const OPEN = JSON.stringify({ pids: { limit: 30 }, devices: [{ allow: true, access: 'rwm' }] });

/** Nanoseconds since it began in which a process neither ran nor waited for a processor: asleep, or frozen. */
function idleSince(pid: number): () => bigint {
  const busy = (): bigint => {
    const [ran = '0', waited = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').trim().split(' ');
    return BigInt(ran) + BigInt(waited);
  };
  const [begun, before] = [process.hrtime.bigint(), busy()];
  return () => process.hrtime.bigint() - begun - (busy() - before);
}

let id = '';

beforeAll(() => {
  const spec = shellSpec('while :; do true < /dev/kmsg && echo opened && exit 7; done 2>/dev/null');
  spec.linux.devices = [{ type: 'c', path: '/dev/kmsg', major: 1, minor: 11, fileMode: 0o666 }];
  for (const set of ['bounding', 'effective', 'permitted']) spec.process.capabilities[set].push('CAP_SYSLOG');
  spec.linux.resources.memory = { limit: 64 << 20 };
  spec.linux.resources.pids = { limit: 50 };
  makeBundle(bundle, spec);
  writeFileSync(join(caisson.directory, 'open'), OPEN);
  id = caisson.id();
  expect(caisson.detach(['run', '--detach', '-b', bundle, id]).status).toBe(0);
});

/** Milliseconds that the process of the container was idle at most, during one of several commands. */
function longestIdle(times: number, words: (turn: number) => readonly string[]): number {
  const { pid } = caisson.state(id);
  let longest = 0;
  for (let turn = 0; turn < times; turn++) {
    const idle = idleSince(pid);
    expect(caisson.call(words(turn))).toMatchObject({ status: 0, stderr: '' });
    longest = Math.max(longest, Number(idle() / 1_000_000n));
  }
  return longest;
}

test('who is frozen is seen to be idle', async () => {
  const idle = idleSince(caisson.state(id).pid);
  expect(caisson.call(['pause', id])).toMatchObject({ status: 0, stderr: '' });
  await new Promise((resolve) => setTimeout(resolve, 4 * LONGEST));
  expect(caisson.call(['resume', id])).toMatchObject({ status: 0, stderr: '' });
  expect(Number(idle() / 1_000_000n)).toBeGreaterThan(LONGEST);
});

test('a device stays forbidden, and nobody is frozen', () => {
  // What a busy or an emulated machine does to it by itself is no freeze.
  const quiet = longestIdle(50, () => ['state', id]);
  const longest = longestIdle(TIMES, (turn) => ['update', ...CHANGES[turn % CHANGES.length]!, id]);
  expect(caisson.state(id).status).toBe('running');
  expect(longest).toBeLessThan(LONGEST + quiet);
}, 900_000);
