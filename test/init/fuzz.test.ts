/** Damaged plans: whatever the bytes are, validation says no or every read stays inside (the harness has sanitizers). */
import { mkdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { encodePlan } from '../../lib/plan/encode.js';
import type { Act } from '../../lib/plan/wire.gen.js';
import { makeRootfs } from '../support/bundle.js';
import { runHarness, Workplace } from './harness.js';
import { ALL, container, device, mount, openRoot } from './plans.js';

const work = new Workplace();
const SEEDS = [1, 2, 3, 4];
const EACH = 20_000;

afterAll(() => {
  work.remove();
});

const host: Act[] = [
  openRoot('/none'),
  { op: 'make-cgroup', mount: '/none', path: '/a/b', cpuset: 1 },
  { op: 'write', path: '/none', value: '' },
  { op: 'device-program', cgroup: '/none', program: new Uint8Array(64).fill(1) },
  { op: 'listen', directory: '/none', slot: 499 },
];

const hook = { path: '/none/hook', args: ['hook', 'a'], env: ['A=b', 'C=d'], timeout: 1000 };

const init: Act[] = [
  ...container('echo', [mount('tmpfs', '/x', ['a', 'b=c', 'd']), device('/dev/x', 1, 2)], [{ op: 'mask', path: '/y' }]),
  { op: 'identity', uid: 1, gid: 2, groups: new Uint8Array(16) },
  { op: 'start-container-hook', ...hook, home: 1, before: '{', after: '}' },
  { op: 'seccomp', filter: new Uint8Array(80), flags: 0, optional: 0 },
];

const parent: Act[] = [
  { op: 'runtime-hook', ...hook, before: '{', after: '}', inherit: 0, tied: 1 },
  { op: 'write-process', name: 'uid_map', value: '0 1 2' },
  { op: 'write-process', name: 'setgroups', value: 'deny' },
];

const teardown: Act[] = [
  { op: 'supervise', terminal: 1 },
  { op: 'end-cgroup', path: '/none/a', deadline: 10 },
  { op: 'remove-state', directory: '/none/b' },
  { op: 'poststop-hook', ...hook, state: '{}', inherit: 1 },
];

describe.each([
  ['host', host],
  ['init', init],
  ['parent', parent],
  ['teardown', teardown],
] as const)('%s', (program, acts) => {
  test.each(SEEDS)('seed %d', async (seed) => {
    const outcome = await runHarness(['fuzz', program, work.plan(acts), seed.toString(), EACH.toString()]);
    expect(outcome).toMatchObject({ stderr: '', status: 0 });
    const fuzzed = outcome.events.find((event) => event.kind === 'fuzzed');
    // Some damage hits only letters and numbers: those plans are good, and their reads are checked.
    expect(fuzzed?.valid).toBeGreaterThan(0);
    expect(fuzzed?.valid).toBeLessThan(EACH);
  });
});

describe('init itself', () => {
  /** A small pseudo-random generator, so that a failure can be had again. */
  function* numbers(seed: number): Generator<number> {
    for (let state = seed; ;) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      yield state / 0x1_0000_0000;
    }
  }

  test.each([11, 12, 13, 14])('ends in order, whatever it is given: seed %d', async (seed) => {
    const random = numbers(seed);
    const next = (below: number) => Math.floor((random.next().value as number) * below);
    const rootfs = work.path(`rootfs-${seed}`);
    mkdirSync(rootfs);
    makeRootfs(rootfs);
    for (let round = 0; round < 25; round++) {
      const bytes = encodePlan(init).slice();
      for (let damage = 1 + next(3); damage > 0; damage--) bytes[next(bytes.length)] = next(256);
      const outcome = await work.init({ host: [openRoot(rootfs)], init: bytes, flags: ALL, options: ['private'] });
      expect(outcome.stderr).not.toMatch(/Sanitizer|runtime error/);
      expect(outcome.events.at(-1)).toMatchObject({ kind: 'ended', signalled: false });
    }
  });
});
