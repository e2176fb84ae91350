/** What a caller without privilege is refused; its plans are golden (cases/rootless.ts). */
import { expect, test } from '@jest/globals';
import { compile } from '../../lib/plan/compile.js';
import type { Delegation } from '../../lib/plan/delegation.js';
import type { RootlessCaller } from '../../lib/plan/rootless.js';
import { systemdDriver } from '../../lib/plan/systemdDriver.js';
import type { Linux } from '../../lib/spec/types.gen.js';
import { ALICE, DELEGATION, LIMITS, RANGES, rootlessFacts, rootlessSpec } from './cases/rootless.js';
import { FILTER, PLACE } from './cases/world.js';

/** What is refused, as code: pointer: message (hint). */
function refusal(change: Partial<Linux>, delegation: Partial<Delegation> = {}, caller: Partial<RootlessCaller> = {}) {
  try {
    compile(
      rootlessSpec(change),
      PLACE,
      rootlessFacts('v2', { ...ALICE, ...caller }, { ...DELEGATION, ...delegation }),
      FILTER,
    );
  } catch (error) {
    const { code, message, details } = error as { code: string; message: string; details: Record<string, string> };
    return `${code}: ${details.pointer}: ${message} (${details.hint})`;
  }
  return 'nothing';
}

test.each<[string, RegExp, Parameters<typeof refusal>]>([
  [
    'a controller that is not delegated',
    /^cgroup-failed: linux\/resources\/cpu\/shares: the controller cpu is not delegated: the cgroup \/user.slice does not pass it on \(.*Delegate=cpu cpuset io memory pids.*user@\.service\.d/,
    [{ resources: { cpu: { shares: 100 } } }],
  ],
  [
    'a limit where nothing is delegated',
    /^cgroup-failed: linux\/resources\/memory\/limit: a limit needs a cgroup, and the cgroup \/user.slice is not delegated .*systemd-run --user --scope/,
    [{ resources: LIMITS, cgroupsPath: '/elsewhere/web' }],
  ],
  [
    'no cgroup where there has to be one',
    /^cgroup-failed: linux\/cgroupsPath: a cgroup cannot be made: the cgroup \/ is not delegated/,
    [{}, { strict: true, topOf: () => ({ barrier: '' }) }],
  ],
  [
    "a cgroup that holds the caller's",
    /^config-invalid: linux\/cgroupsPath: .* cannot be a container's own: others are below it/,
    [{ cgroupsPath: DELEGATION.parent }],
  ],
  [
    'no program for ranges',
    /^host-unsupported: linux\/gidMappings: newgidmap is not in PATH.*package uidmap/,
    [{ gidMappings: RANGES }, {}, { mapTool: () => undefined }],
  ],
])('%s', (_, expected, args) => {
  expect(refusal(...args)).toMatch(expected);
});

test('a unit of systemd where nothing is delegated', () => {
  const driver = systemdDriver({ user: true, root: DELEGATION.parent, version: 252 });
  const make = () => compile(rootlessSpec(), PLACE, rootlessFacts('hybrid'), { ...FILTER, driver });
  expect(make).toThrow('a cgroup cannot be made: this host has cgroup v1');
});
