// linux.cgroupsPath and linux.resources. Called by checks.ts.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupRoot } from '../../cgroups.js';
import type { Change } from '../config.js';
import { needs } from '../notTried.js';
import { cgroupsOf } from '../outside.js';
import type { Trial } from '../trial.js';

export const isV2 = existsSync(join(cgroupRoot, 'cgroup.controllers'));
export const needsV2 = () => needs(isV2, 'the host has cgroup v1');

/** Cgroups of a container that was only created. */
export async function cgroups(trial: Trial, change: Change): Promise<Map<string, string>> {
  const places = cgroupsOf(await trial.createdProcess('sleep 100', change));
  needs(places.size > 0, 'the runtime makes no cgroup for a container');
  return places;
}

/** The cgroup of a controller, on every layout. */
function cgroupWith(places: ReadonlyMap<string, string>, controller: string): string {
  const [, place] = [...places].find(([names]) => names === '' || names.split(',').includes(controller)) ?? [];
  const own = [...places].find(([names]) => names.split(',').includes(controller))?.[1];
  assert.ok(own ?? place, `no cgroup of ${controller}`);
  return own ?? place!;
}

export const cgroupChecks = {
  'absolute cgroupsPath': async (trial: Trial) => {
    const path = `/${trial.id()}/${trial.id()}`;
    const places = await cgroups(trial, ({ linux }) => {
      Object.assign(linux, { cgroupsPath: path, resources: { pids: { limit: 77 } } });
    });
    const place = cgroupWith(places, 'pids');
    assert.equal(place, join(cgroupRoot, isV2 ? '' : 'pids', path), 'the cgroup');
  },

  'same cgroupsPath': async (trial: Trial) => {
    const cgroupsPath = `${trial.id()}/${trial.id()}`;
    const change: Change = ({ linux }) => (linux.cgroupsPath = cgroupsPath);
    const [first, second] = [new Map<string, string>(), new Map<string, string>()];
    for (const places of [first, second]) {
      const id = await trial.created('sleep 100', change);
      for (const [names, place] of cgroupsOf(Number((await trial.state(id)).pid))) places.set(names, place);
      await trial.call('kill', id, 'KILL');
      await trial.until(id, 'stopped');
      await trial.call('delete', id);
    }
    assert.ok(first.size > 0, 'the container is in no cgroup of its own');
    assert.deepEqual(second, first);
  },

  'rules of devices': async (trial: Trial) => {
    // A number that no driver has: an open that the rules allow says so, and needs no capability.
    const node = ['/tmp/device', 'c', '240', '7'] as const;
    needs(
      spawnSync('mknod', [join(trial.rootfs, node[0]), ...node.slice(1)]).status === 0,
      'mknod is not allowed here',
    );
    const nothing = { allow: false, access: 'rwm' };
    const rule = (allow: boolean, access: string) => ({ allow, type: 'c', major: 240, minor: 7, access });
    const orders: [rules: object[], read: boolean, write: boolean][] = [
      [[nothing, rule(true, 'rw'), rule(false, 'w')], true, false],
      [[nothing, rule(false, 'w'), rule(true, 'rw')], true, true],
      [[rule(true, 'rw'), nothing], false, false],
    ];
    for (const [rules, read, write] of orders) {
      const lines = await trial.seen('cat /tmp/device; echo >/tmp/device', ({ linux }) => {
        linux.resources = { devices: rules };
      });
      const allowed = lines
        .trim()
        .split('\n')
        .map((line) => line.includes('No such device'));
      assert.deepEqual(allowed, [read, write], `reading, writing with ${JSON.stringify(rules)}: ${lines.trim()}`);
    }
  },

  'no further process': async (trial: Trial) => {
    const id = await trial.started('echo first >/result; (true); echo second >>/result', (config) => {
      config.ociVersion = '1.3.0'; // Before, many wrote 0 for no limit.
      config.linux.resources = { pids: { limit: 0 } };
    });
    await trial.until(id, 'stopped');
    assert.equal(trial.read(join(trial.rootfs, 'result')), 'first\n', 'the program has made a process');
  },

  'unified controller': async (trial: Trial) => {
    needsV2();
    const places = await cgroups(trial, ({ linux }) => (linux.resources = { unified: { 'pids.max': '55' } }));
    assert.equal(readFileSync(join(cgroupWith(places, 'pids'), 'pids.max'), 'utf8').trim(), '55', 'pids.max');
  },

  'unified file': async (trial: Trial) => {
    needs(isV2 || existsSync(join(cgroupRoot, 'unified/cgroup.procs')), 'the host has no cgroup v2');
    trial.configure('sleep 100', ({ linux }) => (linux.resources = { unified: { 'cgroup.max.depth': '3' } }));
    const id = trial.id();
    const { status, stderr } = await trial.create(id);
    needs(status === 0 || isV2, 'the runtime does not use the cgroup v2 of a host that has both');
    assert.equal(status, 0, `create failed: ${stderr.trim()}`);
    const place = cgroupsOf(Number((await trial.state(id)).pid)).get('');
    assert.ok(place, 'the container is in no cgroup of v2');
    assert.equal(readFileSync(join(place, 'cgroup.max.depth'), 'utf8').trim(), '3', 'cgroup.max.depth');
  },

  'unified without its controller': async (trial: Trial) => {
    await trial.refuses('a controller that is not there', ({ linux }) => {
      linux.resources = { unified: { 'nosuch.max': '1' } };
    });
  },

  'what v2 has not': async (trial: Trial) => {
    needsV2();
    await trial.refuses('a limit that cgroup v2 has not', ({ linux }) => {
      linux.resources = { cpu: { realtimeRuntime: 10_000, realtimePeriod: 1_000_000 } };
    });
  },
};
