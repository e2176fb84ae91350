// What create makes of config.json, and what is left when that fails or is over. Called by checks.ts.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupRoot } from '../../cgroups.js';
import { fails, succeeds } from '../called.js';
import type { Config } from '../config.js';
import { cgroupsOf, inside, mountAt, namespaceOf } from '../outside.js';
import { pidOf, type Trial } from '../trial.js';

export const making = {
  environment: async (trial: Trial) => {
    const change = (config: Config) => {
      config.mounts.push({ destination: '/given', type: 'tmpfs', source: 'tmpfs', options: ['ro'] });
      config.linux.sysctl = { 'net.ipv4.ip_forward': '1' };
    };
    const id = await trial.created('sleep 100', change);
    const pid = pidOf(await trial.state(id));
    for (const name of ['pid', 'net', 'ipc', 'uts', 'mnt']) {
      assert.notEqual(namespaceOf(pid, name), namespaceOf('self', name), `the ${name} namespace is not new`);
    }
    const within = (...words: string[]) =>
      spawnSync('nsenter', ['-t', `${pid}`, '-u', '-n', ...words], { encoding: 'utf8' }).stdout.trim();
    assert.equal(within('hostname'), 'conformance', 'hostname');
    assert.equal(within('cat', '/proc/sys/net/ipv4/ip_forward'), '1', 'sysctl');
    assert.ok(mountAt(pid, '/given').options.has('ro'), 'a mount is not read-only');
  },

  'impossible config': async (trial: Trial) => {
    const impossible: Record<string, (config: Config) => void> = {
      'a mount without its source': (config) =>
        config.mounts.push({ destination: '/given', source: '/no/such/place', options: ['bind'] }),
      'a namespace that is none': (config) => config.linux.namespaces.push({ type: 'user', path: '/etc/hostname' }),
      'a root that is not there': (config) => (config.root.path = 'no-such'),
      'a limit of no resource': (config) => (config.process.rlimits = [{ type: 'RLIMIT_NONE', soft: 1, hard: 1 }]),
    };
    for (const [what, change] of Object.entries(impossible)) {
      trial.configure('true', change);
      fails(await trial.create(trial.id()), what);
    }
  },

  'failure leaves nothing': async (trial: Trial) => {
    const id = trial.id();
    trial.configure('true', (config) => {
      config.mounts.push({ destination: '/given', source: '/no/such/place', options: ['bind'] });
    });
    const before = mountLines(trial);
    fails(await trial.create(id), 'create');
    assert.equal(await trial.isKnown(id), false, 'a container is there');
    assert.deepEqual(mountLines(trial), before, 'mounts are left');
    assert.deepEqual(findNamed(cgroupRoot, id), [], 'cgroups are left');
    const left = existsSync(trial.root) ? readdirSync(trial.root).filter((name) => name.includes(id)) : [];
    assert.deepEqual(left, [], 'something is left in the state root');
  },

  resources: async (trial: Trial) => {
    const id = await trial.created('sleep 100', (config) => {
      config.linux.cgroupsPath = `/${trial.id()}`;
      config.linux.resources = { pids: { limit: 77 } };
    });
    const places = [...cgroupsOf(pidOf(await trial.state(id))).values()];
    assert.ok(places.length > 0, 'the container is in no cgroup of its own');
    const limits = places.map((place) => trial.read(join(place, 'pids.max')).trim()).filter((text) => text !== '');
    assert.ok(limits.includes('77'), `pids.max is ${limits.join(', ')}`);
  },

  'delete undoes create': async (trial: Trial) => {
    const id = await trial.started('true', (config) => (config.linux.resources = { pids: { limit: 77 } }));
    await trial.until(id, 'stopped');
    succeeds(await trial.call('delete', id), 'delete');
    assert.deepEqual(findNamed(cgroupRoot, id), [], 'cgroups are left');
    assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(trial.directory), 'mounts are left');
    const left = existsSync(trial.root) ? readdirSync(trial.root).filter((name) => name.includes(id)) : [];
    assert.deepEqual(left, [], 'something is left in the state root');
  },

  'delete leaves the rest': async (trial: Trial) => {
    const pids = existsSync(join(cgroupRoot, 'pids')) ? join(cgroupRoot, 'pids') : cgroupRoot;
    const parent = join(pids, trial.id());
    mkdirSync(parent);
    try {
      mkdirSync(trial.path('source'));
      const id = await trial.started('true', (config) => {
        config.linux.cgroupsPath = `${parent.slice(pids.length)}/${trial.id()}`;
        config.mounts.push({ destination: '/source', source: trial.path('source'), options: ['bind'] });
      });
      await trial.until(id, 'stopped');
      succeeds(await trial.call('delete', id), 'delete');
      assert.ok(existsSync(parent), 'a cgroup that was there before is gone');
      assert.ok(existsSync(trial.path('source')) && existsSync(trial.rootfs), 'a directory of the host is gone');
    } finally {
      if (existsSync(parent)) rmdirSync(parent);
    }
  },

  'links in /dev': async (trial: Trial) => {
    const pid = pidOf(await trial.state(await trial.created()));
    const links = {
      fd: '/proc/self/fd',
      stdin: '/proc/self/fd/0',
      stdout: '/proc/self/fd/1',
      stderr: '/proc/self/fd/2',
    };
    for (const [name, target] of Object.entries(links)) {
      assert.equal(readlinkSync(inside(pid, `/dev/${name}`)), target, `/dev/${name}`);
    }
  },
};

/** What is mounted, but for what other checks have mounted for themselves. */
function mountLines({ directory }: Trial): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const all = directory.slice(0, directory.lastIndexOf('-'));
  return lines.filter((line) => !line.includes(all) || line.includes(directory));
}

/** Directories with a word in their name. */
function findNamed(directory: string, word: string): string[] {
  let entries;
  try {
    entries = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  } catch {
    return []; // Somebody else's that went away while we looked.
  }
  return entries.flatMap(({ name }) => {
    const path = join(directory, name);
    return name.includes(word) ? [path] : findNamed(path, word);
  });
}
