// linux.intelRdt: directories of resctrl, where the processor has it. Called by checks.ts.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../notTried.js';
import { mountsOf } from '../outside.js';
import { pidOf, type Trial } from '../trial.js';

/** Where resctrl is mounted. @throws NotTried where it is not */
function resctrl(): string {
  const mount = mountsOf('self').find(({ type }) => type === 'resctrl');
  needs(mount !== undefined, 'no resctrl filesystem is mounted');
  return mount!.point;
}

const schemataOf = (group: string) => readFileSync(join(group, 'schemata'), 'utf8');

/** A line of the kernel's own schemata, which every group takes. */
function lineOf(root: string, resource: string): string {
  const line = schemataOf(root)
    .split('\n')
    .map((one) => one.trim())
    .find((one) => one.startsWith(`${resource}:`));
  needs(line !== undefined, `resctrl has no ${resource} here`);
  return line!;
}

/** A group of the check's own. */
function makeGroup(trial: Trial, root: string): string {
  const group = join(root, trial.id());
  mkdirSync(group);
  removeLater(trial, group);
  return group;
}

function removeLater(trial: Trial, group: string): void {
  trial.finally(() => {
    if (existsSync(group)) rmdirSync(group);
  });
}

/** @returns the id of a container that was created with these parameters */
async function inClass(trial: Trial, intelRdt: object): Promise<{ id: string; pid: number }> {
  const id = await trial.created('sleep 100', ({ linux }) => (linux.intelRdt = intelRdt));
  return { id, pid: pidOf(await trial.state(id)) };
}

const tasksOf = (group: string) => readFileSync(join(group, 'tasks'), 'utf8').trim().split('\n').map(Number);

async function end(trial: Trial, id: string): Promise<void> {
  await trial.call('kill', id, 'KILL');
  await trial.until(id, 'stopped');
  assert.equal((await trial.call('delete', id)).status, 0, 'delete failed');
}

export const resctrlChecks = {
  'no resctrl': async (trial: Trial) => {
    // In a mount namespace in which there is none, whatever the host has.
    trial.within = ['unshare', '--mount', 'sh', '-c', 'umount --all --types resctrl; exec "$@"', 'sh'];
    await trial.refuses('intelRdt without resctrl', ({ linux }) => (linux.intelRdt = { closID: 'gold' }));
  },

  'resctrl is left alone': async (trial: Trial) => {
    const root = resctrl();
    const before = [readdirSync(root), schemataOf(root)];
    const pid = await trial.createdProcess();
    assert.deepEqual([readdirSync(root), schemataOf(root)], before);
    assert.ok(tasksOf(root).includes(pid), 'the process has left the default group');
  },

  'default class': async (trial: Trial) => {
    const root = resctrl();
    const { pid } = await inClass(trial, { closID: '/' });
    assert.ok(tasksOf(root).includes(pid), 'the process is not in the root of resctrl');
  },

  'class that is there': async (trial: Trial) => {
    const root = resctrl();
    const group = makeGroup(trial, root);
    const before = schemataOf(group);
    const { id, pid } = await inClass(trial, { closID: group.slice(root.length + 1) });
    assert.ok(tasksOf(group).includes(pid), 'the process is not in the group');
    assert.equal(schemataOf(group), before, 'the schemata have changed');
    await end(trial, id);
    assert.ok(existsSync(group), 'a group of somebody else is gone');
  },

  'class that is not there': async (trial: Trial) => {
    resctrl();
    await trial.refuses('a class that is not there', ({ linux }) => (linux.intelRdt = { closID: trial.id() }));
  },

  'class that is made': async (trial: Trial) => {
    const root = resctrl();
    const closID = trial.id();
    removeLater(trial, join(root, closID));
    const { id } = await inClass(trial, { closID, schemata: [lineOf(root, 'L3')] });
    assert.ok(existsSync(join(root, closID)), 'the group is not made');
    await end(trial, id);
    assert.ok(existsSync(join(root, closID)), 'a group with a name is gone after delete');
  },

  'class of other schemata': async (trial: Trial) => {
    const root = resctrl();
    const group = makeGroup(trial, root);
    const other = lineOf(root, 'L3').replaceAll(/=\w+/g, '=3');
    await trial.refuses('other schemata than the group has', ({ linux }) => {
      linux.intelRdt = { closID: group.slice(root.length + 1), l3CacheSchema: other };
    });
  },

  'class of the container': async (trial: Trial) => {
    const root = resctrl();
    const { id, pid } = await inClass(trial, { l3CacheSchema: lineOf(root, 'L3') });
    assert.ok(tasksOf(join(root, id)).includes(pid), 'the process is not in a group of its name');
    await end(trial, id);
    assert.equal(existsSync(join(root, id)), false, 'the group is left');
  },

  schemata: async (trial: Trial) => {
    const root = resctrl();
    const [cache, other] = [lineOf(root, 'L3'), lineOf(root, 'L3').replaceAll(/=\w+/g, '=3')];
    const { id } = await inClass(trial, { l3CacheSchema: other });
    assert.ok(schemataOf(join(root, id)).includes(other), 'l3CacheSchema is not written');
    const last = await inClass(trial, { l3CacheSchema: other, schemata: [cache] });
    assert.ok(schemataOf(join(root, last.id)).includes(cache), 'schemata are not written last');
  },

  'both schemata': async (trial: Trial) => {
    const root = resctrl();
    const [cache, memory] = [lineOf(root, 'L3'), lineOf(root, 'MB').replaceAll(/=\w+/g, '=50')];
    const { id } = await inClass(trial, { l3CacheSchema: cache, memBwSchema: memory });
    const written = schemataOf(join(root, id)).replaceAll(/= +/g, '=');
    assert.ok(written.includes(cache) && written.includes(memory), written);
  },

  'schemata of other lines': async (trial: Trial) => {
    const root = resctrl();
    const line = lineOf(root, 'L3');
    const wrong: object[] = [
      { memBwSchema: line },
      { memBwSchema: `MB:0=50\n${line}` },
      { schemata: [`${line}\n${line}`] },
    ];
    for (const intelRdt of wrong)
      await trial.refuses(JSON.stringify(intelRdt), ({ linux }) => (linux.intelRdt = intelRdt));
  },

  monitoring: async (trial: Trial) => {
    const root = resctrl();
    needs(existsSync(join(root, 'mon_groups')), 'resctrl does not monitor here');
    const group = makeGroup(trial, root);
    const { id, pid } = await inClass(trial, { closID: group.slice(root.length + 1), enableMonitoring: true });
    const monitor = join(group, 'mon_groups', id);
    assert.ok(tasksOf(monitor).includes(pid), 'the process is not in a monitoring group of its name');
    await end(trial, id);
    assert.equal(existsSync(monitor), false, 'the monitoring group is left');
  },

  'no more monitoring': async (trial: Trial) => {
    const root = resctrl();
    needs(existsSync(join(root, 'mon_groups')), 'resctrl does not monitor here');
    // Its groups are numbered: we take all numbers.
    for (let count = 0; count < 4096; count += 1) {
      const group = join(root, 'mon_groups', trial.id());
      try {
        mkdirSync(group);
      } catch {
        break;
      }
      removeLater(trial, group);
    }
    await trial.refuses('monitoring without a free group', ({ linux }) => {
      linux.intelRdt = { closID: '/', enableMonitoring: true };
    });
  },
};
