// Where hooks are found and run, in which order, and what they are told. Called by checks.ts.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../checks.js';
import { needs } from '../notTried.js';
import { namespaceOf } from '../outside.js';
import { pidOf, type Trial } from '../trial.js';

const LISTS = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'] as const;

type List = (typeof LISTS)[number];

const NAMESPACES = ['mnt', 'net', 'ipc', 'uts', 'pid'];

/** A program that is on the host alone or, for startContainer, in the container alone. @returns its path for a hook */
function program(trial: Trial, list: List, line: string): string {
  const isOwn = list === 'startContainer';
  const place = isOwn ? join(trial.rootfs, list) : trial.path(list);
  writeFileSync(place, `#!/bin/sh\n${line}\n`);
  chmodSync(place, 0o755);
  return isOwn ? `/${list}` : place;
}

/** Where such a program may write: createContainer sees the host's files, but in the container's namespaces. */
const note = (trial: Trial, list: List, name = `${list}.txt`) =>
  list === 'startContainer' ? `/${name}` : join(trial.rootfs, name);

const read = (trial: Trial, name: string) => trial.read(join(trial.rootfs, name));

/** A hook of a list, with its file and PATH. */
const hookOf = (trial: Trial, list: List, line: string) => ({
  path: program(trial, list, line),
  args: [list],
  env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
});

/** A whole life. @returns the process that the container had */
async function live(trial: Trial, hooks: object): Promise<{ id: string; namespaces: string[] }> {
  const id = await trial.started('sleep 100', (config) => (config.hooks = hooks));
  const pid = pidOf(await trial.state(id));
  const namespaces = NAMESPACES.map((name) => namespaceOf(pid, name));
  await trial.call('kill', id, 'KILL');
  await trial.until(id, 'stopped');
  assert.equal((await trial.call('delete', id)).status, 0, 'delete failed');
  return { id, namespaces };
}

/** Its path is found there and nowhere else, and it runs there. */
const runsIn =
  (list: List, place: 'runtime' | 'container'): Check =>
  async (trial) => {
    const names = NAMESPACES.map((name) => `/proc/self/ns/${name}`).join(' ');
    const line = `cat >/dev/null; for file in ${names}; do readlink $file; done >'${note(trial, list)}'`;
    const { namespaces } = await live(trial, { [list]: [hookOf(trial, list, line)] });
    const wanted = place === 'container' ? namespaces : NAMESPACES.map((name) => namespaceOf('self', name));
    assert.deepEqual(read(trial, `${list}.txt`).trim().split('\n'), wanted, 'namespaces of the hook');
  };

const PID = `pid=$(tr -d ' \\n' | grep -o '"pid":[0-9]*' | tr -dc 0-9)`;

/** The mounts are made, and they still lie below the root that the host has. */
const isBeforePivot =
  (list: 'prestart' | 'createRuntime' | 'createContainer'): Check =>
  async (trial) => {
    const file = note(trial, list);
    const line =
      list === 'createContainer'
        ? `cat >/dev/null; cat /proc/self/mountinfo >'${file}'`
        : `${PID}; cat /proc/$pid/mountinfo >'${file}' || echo none >'${file}'`;
    await trial.created('sleep 100', (config) => {
      config.mounts.push({ destination: '/in-the-container', type: 'tmpfs', source: 'tmpfs' });
      config.hooks = { [list]: [hookOf(trial, list, line)] };
    });
    const text = read(trial, `${list}.txt`);
    assert.notEqual(text, '', 'the hook is not run by create');
    needs(text !== 'none\n', 'the runtime does not tell its hooks the process of a container that is being created');
    const points = text.split('\n').flatMap((one) => one.split(' ')[4] ?? []);
    assert.ok(
      points.some((point) => point.endsWith('/in-the-container')),
      'the mounts are not made yet',
    );
    assert.ok(!points.includes('/in-the-container'), 'the root is the one of the container already');
  };

const relativePath =
  (list: List): Check =>
  async (trial) =>
    trial.refuses('a relative path', (config) => (config.hooks = { [list]: [{ path: '../../../../../bin/true' }] }));

const noTime =
  (list: List): Check =>
  async (trial) => {
    for (const timeout of [0, -1]) {
      await trial.refuses(`a timeout of ${timeout}`, (config) => {
        config.hooks = { [list]: [{ ...trial.hook('cat >/dev/null'), timeout }] };
      });
    }
  };

export const hookPlaces = {
  'prestart with a relative path': relativePath('prestart'),
  'createRuntime with a relative path': relativePath('createRuntime'),
  'prestart without time': noTime('prestart'),
  'createRuntime without time': noTime('createRuntime'),

  'place of prestart': runsIn('prestart', 'runtime'),
  'place of createRuntime': runsIn('createRuntime', 'runtime'),
  'place of createContainer': runsIn('createContainer', 'container'),
  'place of startContainer': runsIn('startContainer', 'container'),
  'place of poststart': runsIn('poststart', 'runtime'),
  'place of poststop': runsIn('poststop', 'runtime'),

  'moment of prestart': isBeforePivot('prestart'),
  'moment of createRuntime': isBeforePivot('createRuntime'),
  'moment of createContainer': isBeforePivot('createContainer'),

  'moment of startContainer': async (trial: Trial) => {
    const hook = hookOf(trial, 'startContainer', 'cat >/dev/null; echo hook >>/notes');
    const id = await trial.created('echo program >>/notes; sleep 100', (config) => {
      config.hooks = { startContainer: [hook] };
    });
    assert.equal(read(trial, 'notes'), '', 'the hook is run by create');
    assert.equal((await trial.call('start', id)).status, 0, 'start failed');
    await trial.untilText(join(trial.rootfs, 'notes'), 'hook\nprogram\n');
  },

  'moment of poststart': async (trial: Trial) => {
    const file = note(trial, 'poststart');
    const hook = hookOf(trial, 'poststart', `${PID}; cat /proc/$pid/cmdline >'${file}'`);
    const id = await trial.created('sleep 100; true', (config) => (config.hooks = { poststart: [hook] }));
    assert.equal(existsSync(file), false, 'the hook is run by create');
    assert.equal((await trial.call('start', id)).status, 0, 'start failed');
    assert.match(read(trial, 'poststart.txt'), /sleep 100; true/, 'what the process is when the hook is run');
  },

  'order of hooks': async (trial: Trial) => {
    const one = (list: List, number: number) => {
      const line = `cat >/dev/null; echo ${number} >>'${note(trial, list)}'`;
      return { path: '/bin/sh', args: ['sh', '-c', line], env: ['PATH=/usr/bin:/bin'] };
    };
    await live(trial, Object.fromEntries(LISTS.map((list) => [list, [1, 2, 3].map((number) => one(list, number))])));
    for (const list of LISTS) assert.equal(read(trial, `${list}.txt`), '1\n2\n3\n', `${list} hooks`);
  },

  'order of lists': async (trial: Trial) => {
    const lists: readonly List[] = ['createContainer', 'createRuntime', 'prestart'];
    const hook = (list: List) => hookOf(trial, list, `cat >/dev/null; echo ${list} >>'${note(trial, list, 'lists')}'`);
    await trial.created('sleep 100', (config) => {
      config.hooks = Object.fromEntries(lists.map((list) => [list, [hook(list)]]));
    });
    assert.equal(read(trial, 'lists'), 'prestart\ncreateRuntime\ncreateContainer\n');
  },

  'state for hooks': async (trial: Trial) => {
    const hook = (list: List) => hookOf(trial, list, `cat >'${note(trial, list)}'`);
    const { id } = await live(trial, Object.fromEntries(LISTS.map((list) => [list, [hook(list)]])));
    for (const list of LISTS) {
      const text = read(trial, `${list}.txt`);
      assert.notEqual(text, '', `${list} hooks are told nothing`);
      const state = JSON.parse(text) as Record<string, unknown>;
      assert.deepEqual([state.id, state.bundle], [id, trial.bundle], `what ${list} hooks are told`);
      assert.equal(typeof state.ociVersion, 'string', `version that ${list} hooks are told`);
      assert.match(String(state.status), /^(creating|created|running|stopped)$/, `status that ${list} hooks are told`);
    }
  },
};
