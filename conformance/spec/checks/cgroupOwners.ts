// Who owns a container's cgroups. Called by checks.ts.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { needs } from '../notTried.js';
import type { Trial } from '../trial.js';
import { cgroups, isV2, needsV2 } from './cgroups.js';
import { mapUsers } from './namespaces.js';

const OWNER = 100_000;

/** Such a container as may have cgroups of its own: a mapped user, a cgroup namespace, the filesystem read-write. */
function delegate(config: Config): void {
  mapUsers(config);
  config.linux.namespaces.push({ type: 'cgroup' });
  config.mounts.push({ destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'nodev'] });
}

/** Which files of cgroups, and which of the cgroups themselves, are not root's. */
function givenAway(places: Iterable<string>): string[] {
  return [...places].flatMap((place) =>
    ['.', ...readdirSync(place)].filter((name) => statSync(join(place, name)).uid !== 0),
  );
}

/** The cgroup of such a container, where the runtime gives it away: other demands are on those that do. */
async function delegated(trial: Trial): Promise<string> {
  const [place = ''] = (await cgroups(trial, delegate)).values();
  needs(statSync(place).uid !== 0, 'the runtime gives no cgroup away');
  return place;
}

/** Whether the directory and those files of the list that are there are given away, and nothing else. */
function assertGiven(place: string, listed: readonly string[]): void {
  const files = listed.filter((name) => existsSync(join(place, name)));
  assert.deepEqual(givenAway([place]).toSorted(), ['.', ...files].toSorted(), 'what is given away');
}

const delegateList = '/sys/kernel/cgroup/delegate';

export const cgroupOwners = {
  "cgroups of v1 stay root's": async (trial: Trial) => {
    needs(!isV2, 'the host has cgroup v2 alone');
    const places = await cgroups(trial, delegate);
    places.delete('');
    assert.deepEqual(givenAway(places.values()), []);
  },

  "cgroups without a namespace stay root's": async (trial: Trial) => {
    const places = await cgroups(trial, (config) => {
      delegate(config);
      config.linux.namespaces.splice(-1);
    });
    assert.deepEqual(givenAway(places.values()), []);
  },

  "cgroups that are not mounted stay root's": async (trial: Trial) => {
    const places = await cgroups(trial, (config) => {
      delegate(config);
      config.mounts.splice(-1);
    });
    assert.deepEqual(givenAway(places.values()), []);
  },

  'cgroup is given away': async (trial: Trial) => {
    needsV2();
    const [place = ''] = (await cgroups(trial, delegate)).values();
    assert.equal(statSync(place).uid, OWNER, 'the owner of the cgroup');
  },

  'files that are given away': async (trial: Trial) => {
    needsV2();
    assertGiven(await delegated(trial), readFileSync(delegateList, 'utf8').trim().split('\n'));
  },

  "files without the kernel's list": async (trial: Trial) => {
    needsV2();
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', '/sys/kernel/cgroup']).status, 0, 'mount');
    trial.finally(() => void spawnSync('umount', ['/sys/kernel/cgroup']));
    assertGiven(await delegated(trial), ['cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads']);
  },
};
