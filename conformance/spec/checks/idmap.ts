// Idmapped mounts: the owners of files as the container sees them. Called by checks.ts.

import assert from 'node:assert/strict';
import { chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../checks.js';
import { inside, mountAt } from '../outside.js';
import { mountTree } from '../tree.js';
import type { Trial } from '../trial.js';
import { mapUsers } from './namespaces.js';

type Option = 'idmap' | 'ridmap';

/** Owner 7 of the files is 5007 in the mount. */
const MAPPING = [{ containerID: 0, hostID: 5000, size: 100 }];

/** A directory with a file of user 7 and group 8, and for `ridmap` another one in what is mounted there. */
function source(trial: Trial, option: Option): string {
  const place = option === 'ridmap' ? mountTree(trial) : trial.path('source');
  mkdirSync(place, { recursive: true });
  for (const file of filesOf(option)) {
    writeFileSync(join(place, file), '');
    chownSync(join(place, file), 7, 8);
  }
  return place;
}

const filesOf = (option: Option) => (option === 'ridmap' ? ['file', 'sub/file'] : ['file']);

function bind(trial: Trial, option: Option, mappings: object): object {
  const options = [option === 'ridmap' ? 'rbind' : 'bind', option];
  return { destination: '/given', type: 'none', source: source(trial, option), options, ...mappings };
}

const mapped =
  (option: Option): Check =>
  async (trial) => {
    const pid = await trial.createdProcess('sleep 100', ({ mounts }) => {
      mounts.push(bind(trial, option, { uidMappings: MAPPING, gidMappings: MAPPING }));
    });
    for (const file of filesOf(option)) {
      const { uid, gid } = statSync(inside(pid, join('/given', file)));
      assert.deepEqual([uid, gid], [5007, 5008], `owner of ${file}`);
    }
  };

/** The kernel says which mounts have it from mount_setattr(2). */
const byMountAttributes =
  (option: Option): Check =>
  async (trial) => {
    const pid = await trial.createdProcess('sleep 100', ({ mounts }) => {
      mounts.push(bind(trial, option, { uidMappings: MAPPING, gidMappings: MAPPING }));
    });
    for (const point of option === 'ridmap' ? ['/given', '/given/sub'] : ['/given'])
      assert.ok(mountAt(pid, point).options.has('idmapped'), `${point} is not idmapped`);
  };

/** With the container's own mapping user 7 is himself in the container; without any he is nobody. */
const unmappedInUserNamespace =
  (option: Option): Check =>
  async (trial) => {
    trial.configure('sleep 100', (config) => {
      mapUsers(config);
      config.mounts.push(bind(trial, option, {}));
    });
    const id = trial.id();
    if ((await trial.create(id)).status !== 0) return;
    const pid = Number((await trial.state(id)).pid);
    for (const file of filesOf(option))
      assert.equal(statSync(inside(pid, join('/given', file))).uid, 100_007, `owner of ${file}`);
  };

const unmapped =
  (option: Option): Check =>
  async (trial) =>
    trial.refuses(`${option} without a mapping`, ({ mounts }) => mounts.push(bind(trial, option, {})));

export const idmap = {
  'option idmap': mapped('idmap'),
  'option ridmap': mapped('ridmap'),
  'idmap by mount_setattr': byMountAttributes('idmap'),
  'ridmap by mount_setattr': byMountAttributes('ridmap'),
  'idmap with the mapping of the container': unmappedInUserNamespace('idmap'),
  'ridmap with the mapping of the container': unmappedInUserNamespace('ridmap'),
  'idmap without a mapping': unmapped('idmap'),
  'ridmap without a mapping': unmapped('ridmap'),
};
