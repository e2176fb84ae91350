// linux.namespaces and what hangs on them: which the process is in, what is refused. Called by checks.ts.

import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { hold } from '../holder.js';
import { mountAt, namespaceOf } from '../outside.js';
import type { Trial } from '../trial.js';

const TYPES = ['pid', 'network', 'mount', 'ipc', 'uts', 'user', 'cgroup', 'time'];

/** The kernel's name for a type of the specification. */
const kernelName = (type: string) => ({ network: 'net', mount: 'mnt' })[type] ?? type;

const MAPPINGS = [{ containerID: 0, hostID: 100_000, size: 65_536 }];

/** A user namespace with its mappings. */
export function mapUsers(config: Config): void {
  config.linux.namespaces.push({ type: 'user' });
  Object.assign(config.linux, { uidMappings: MAPPINGS, gidMappings: MAPPINGS });
}

/** Owners of all files of a tree. */
function ownersOf(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
  return ['', ...names].map((name) => {
    const { uid, gid } = lstatSync(join(directory, name));
    return `${name} ${uid}:${gid}`;
  });
}

export const namespaces = {
  'default filesystems': async (trial: Trial) => {
    const types = { '/proc': 'proc', '/sys': 'sysfs', '/dev/pts': 'devpts', '/dev/shm': 'tmpfs' };
    const pid = await trial.createdProcess('sleep 100', (config) => {
      config.mounts = [config.mounts[1]!];
      for (const [destination, type] of Object.entries(types)) config.mounts.push({ destination, type, source: type });
    });
    for (const [point, type] of Object.entries(types)) assert.equal(mountAt(pid, point).type, type, point);
  },

  'types of namespaces': async (trial: Trial) => {
    const types = TYPES.filter((type) => existsSync(`/proc/self/ns/${kernelName(type)}`));
    const pid = await trial.createdProcess('sleep 100', (config) => {
      config.linux.namespaces = types.filter((type) => type !== 'user').map((type) => ({ type }));
      if (types.includes('user')) mapUsers(config);
    });
    for (const name of types.map(kernelName))
      assert.notEqual(namespaceOf(pid, name), namespaceOf('self', name), `the ${name} namespace is not new`);
  },

  'joined namespaces': async (trial: Trial) => {
    const holder = await hold(trial, '--net', '--ipc', '--uts', '--cgroup', '--fork', '--kill-child', '--pid');
    const files: Record<string, string> = { network: 'net', ipc: 'ipc', uts: 'uts', cgroup: 'cgroup' };
    files.pid = 'pid_for_children';
    const pid = await trial.createdProcess('sleep 100', (config) => {
      config.linux.namespaces = Object.entries(files).map(([type, file]) => ({
        type,
        path: `/proc/${holder.pid}/ns/${file}`,
      }));
      config.linux.namespaces.push({ type: 'mount' });
    });
    for (const [type, file] of Object.entries(files)) {
      const name = kernelName(type);
      const theirs = namespaceOf(pid, name);
      assert.notEqual(theirs, namespaceOf('self', name), `the ${name} namespace is the runtime's`);
      assert.equal(theirs, readNamespace(holder.pid, file), `the ${name} namespace is not that of the path`);
    }
  },

  'inherited namespaces': async (trial: Trial) => {
    const pid = await trial.createdProcess('sleep 100', (config) => {
      config.linux.namespaces = [{ type: 'pid' }, { type: 'mount' }];
      delete config.hostname;
    });
    for (const name of ['net', 'ipc', 'uts', 'user', 'cgroup'])
      assert.equal(namespaceOf(pid, name), namespaceOf('self', name), `the ${name} namespace is not the runtime's`);
  },

  'relative namespace path': async (trial: Trial) => {
    // From the bundle and from the runtime's working directory alike it leads to a network namespace.
    await trial.refuses('a relative path of a namespace', ({ linux }) => {
      linux.namespaces = [{ type: 'mount' }, { type: 'pid' }, { type: 'uts' }];
      linux.namespaces.push({ type: 'network', path: '../../../../../proc/1/ns/net' });
    });
  },

  'path of another namespace': async (trial: Trial) => {
    const { pid } = await hold(trial, '--net', '--uts', '--ipc');
    for (const [type, other] of [
      ['network', 'uts'],
      ['uts', 'ipc'],
      ['ipc', 'net'],
    ]) {
      await trial.refuses(`the path of a namespace of ${other} as ${type}`, (config) => {
        config.linux.namespaces = [{ type: 'mount' }, { type: 'pid' }, { type, path: `/proc/${pid}/ns/${other}` }];
        if (type !== 'uts') config.linux.namespaces.push({ type: 'uts' });
      });
    }
  },

  'namespace twice': async (trial: Trial) => {
    for (const type of ['network', 'mount', 'pid'])
      await trial.refuses(`two namespaces of ${type}`, ({ linux }) => linux.namespaces.push({ type }));
  },

  'owners stay': async (trial: Trial) => {
    const before = ownersOf(trial.rootfs);
    const pid = await trial.createdProcess('sleep 100', mapUsers);
    assert.notEqual(namespaceOf(pid, 'user'), namespaceOf('self', 'user'), 'the user namespace is not new');
    const after = ownersOf(trial.rootfs).filter((line) =>
      before.some((one) => one.split(' ')[0] === line.split(' ')[0]),
    );
    assert.deepEqual(after, before, 'files of the root have another owner');
  },
};

/** That which the kernel names like its type. */
function readNamespace(pid: number, file: string): string {
  return namespaceOf(pid, file).replace('_for_children', '');
}
