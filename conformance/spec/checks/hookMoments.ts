// When hooks are run, and in which order. Called by checks.ts.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../checks.js';
import { hookOf, type List, LISTS, live, note, read } from '../hookPrograms.js';
import { needs } from '../notTried.js';
import type { Trial } from '../trial.js';

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

export const hookMoments = {
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
};
