// Hooks that write down what they see, and the life of a container that runs them. Called by the checks of hooks.

import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { namespaceOf } from './outside.js';
import { pidOf, type Trial } from './trial.js';

export const LISTS = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
] as const;

export type List = (typeof LISTS)[number];

export const NAMESPACES = ['mnt', 'net', 'ipc', 'uts', 'pid'];

/** A program that is on the host alone or, for startContainer, in the container alone. @returns its path for a hook */
function program(trial: Trial, list: List, line: string): string {
  const isOwn = list === 'startContainer';
  const place = isOwn ? join(trial.rootfs, list) : trial.path(list);
  writeFileSync(place, `#!/bin/sh\n${line}\n`);
  chmodSync(place, 0o755);
  return isOwn ? `/${list}` : place;
}

/** Where such a program may write: createContainer sees the host's files, but in the container's namespaces. */
export const note = (trial: Trial, list: List, name = `${list}.txt`) =>
  list === 'startContainer' ? `/${name}` : join(trial.rootfs, name);

export const read = (trial: Trial, name: string) => trial.read(join(trial.rootfs, name));

/** A hook of a list, with its file and PATH. */
export const hookOf = (trial: Trial, list: List, line: string) => ({
  path: program(trial, list, line),
  args: [list],
  env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
});

/** A whole life. @returns the process that the container had */
export async function live(trial: Trial, hooks: object): Promise<{ id: string; namespaces: string[] }> {
  const id = await trial.started('sleep 100', (config) => (config.hooks = hooks));
  const pid = pidOf(await trial.state(id));
  const namespaces = NAMESPACES.map((name) => namespaceOf(pid, name));
  await trial.call('kill', id, 'KILL');
  await trial.until(id, 'stopped');
  assert.equal((await trial.call('delete', id)).status, 0, 'delete failed');
  return { id, namespaces };
}
