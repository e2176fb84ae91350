// The six lists of hooks: when they are run, and what becomes of a container when one fails. Called by checks.ts.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial } from '../trial.js';

/** A hook that leaves its list's name in a file. */
function noting(trial: Trial, name: string, file: string): object {
  if (name === 'startContainer')
    return { path: '/bin/sh', args: ['sh', '-c', `echo ${name} >>/notes`], env: ['PATH=/bin'] };
  return trial.hook(`cat >/dev/null; echo ${name} >>'${file}'`);
}

/** One that fails, when it has read all: whether the runtime could write to it is another matter. */
const failing = (trial: Trial) => trial.hook('cat >/dev/null; exit 7');

/** A whole life with hooks of one list; `moment` is when they must have run, and not before. */
function isRun(name: string, moment: 'create' | 'start' | 'delete') {
  return async (trial: Trial): Promise<void> => {
    // The root of the container is a directory of the host too: every hook can reach it, also before the pivot.
    const file = join(trial.rootfs, 'notes');
    const ran = (verb: string, wanted: boolean) =>
      assert.equal(trial.read(file), wanted ? `${name}\n` : '', `${name} hooks after ${verb}`);
    const id = await trial.created('sleep 100', (config) => {
      config.hooks = { [name]: [noting(trial, name, file)] };
    });
    ran('create', moment === 'create');
    assert.equal((await trial.call('start', id)).status, 0, 'start failed');
    if (name === 'startContainer') await trial.untilText(file, `${name}\n`);
    ran('start', moment !== 'delete');
    await trial.call('kill', id, 'KILL');
    await trial.until(id, 'stopped');
    assert.equal((await trial.call('delete', id)).status, 0, 'delete failed');
    ran('delete', true);
  };
}

function failingHook(name: 'prestart' | 'createRuntime' | 'createContainer') {
  return async (trial: Trial): Promise<void> => {
    const id = trial.id();
    trial.configure('echo run >/result', (config) => {
      config.hooks = {
        [name]: [failing(trial)],
        poststop: [trial.hook(`cat >/dev/null; echo gone >'${trial.path('gone')}'`)],
      };
    });
    const { status } = await trial.create(id);
    assert.notEqual(status, 0, `create is no error when a ${name} hook fails`);
    assert.equal(await trial.isKnown(id), false, 'the container is known after that');
    assert.equal(existsSync(join(trial.rootfs, 'result')), false, 'the program has run');
    assert.equal(
      trial.read(trial.path('gone')),
      'gone\n',
      'the poststop hooks are not run: the lifecycle does not go on at step 12',
    );
  };
}

export const hooks = {
  'prestart is run': isRun('prestart', 'create'),
  'createRuntime is run': isRun('createRuntime', 'create'),
  'createContainer is run': isRun('createContainer', 'create'),
  'startContainer is run': isRun('startContainer', 'start'),
  'poststart is run': isRun('poststart', 'start'),
  'poststop is run': isRun('poststop', 'delete'),

  'prestart fails': failingHook('prestart'),
  'createRuntime fails': failingHook('createRuntime'),
  'createContainer fails': failingHook('createContainer'),

  'startContainer fails': async (trial: Trial) => {
    const own = { path: '/bin/false', args: ['false'] };
    const id = await trial.created('echo run >/result', (config) => (config.hooks = { startContainer: [own] }));
    assert.notEqual((await trial.call('start', id)).status, 0, 'start is no error');
    if (await trial.isKnown(id)) await trial.until(id, 'stopped');
    assert.equal(existsSync(join(trial.rootfs, 'result')), false, 'the program has run');
  },

  'poststart fails': async (trial: Trial) => {
    const id = await trial.created('sleep 100', (config) => (config.hooks = { poststart: [failing(trial)] }));
    assert.notEqual((await trial.call('start', id)).status, 0, 'start is no error');
    if (await trial.isKnown(id)) await trial.until(id, 'stopped');
  },

  'poststop fails': async (trial: Trial) => {
    const id = await trial.started('true', (config) => {
      config.hooks = {
        poststop: [failing(trial), trial.hook(`cat >/dev/null; echo second >'${trial.path('notes')}'`)],
      };
    });
    await trial.until(id, 'stopped');
    assert.equal((await trial.call('delete', id)).status, 0, 'delete is an error');
    assert.equal(trial.read(trial.path('notes')), 'second\n', 'the hook behind it is not run');
    assert.equal(await trial.isKnown(id), false, 'the container is known after that');
  },
};
