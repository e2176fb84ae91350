// The operations of the specification, each in its moment and in the wrong one. Called by checks.ts.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fails, succeeds } from '../called.js';
import type { Config } from '../config.js';
import { pidOf, type Trial } from '../trial.js';

const STATUSES = ['creating', 'created', 'running', 'stopped'];

export const life = {
  'whole life': async (trial: Trial) => {
    const id = await trial.created('echo run >/result; sleep 100');
    assert.equal((await trial.state(id)).status, 'created');
    succeeds(await trial.call('start', id), 'start');
    assert.equal((await trial.state(id)).status, 'running');
    await trial.untilText(join(trial.rootfs, 'result'), 'run\n');
    succeeds(await trial.call('kill', id, 'KILL'), 'kill');
    await trial.until(id, 'stopped');
    succeeds(await trial.call('delete', id), 'delete');
    assert.equal(await trial.isKnown(id), false, 'the container is known after delete');
  },

  state: async (trial: Trial) => {
    const annotations = { 'org.example.key': 'value' };
    const id = await trial.created('sleep 100', (config) => (config.annotations = annotations));
    const state = await trial.state(id);
    assert.equal(typeof state.ociVersion, 'string', 'ociVersion is no string');
    assert.match(String(state.ociVersion), /^\d+\.\d+\.\d+/, 'ociVersion is no version');
    assert.deepEqual([state.id, state.status, state.bundle], [id, 'created', trial.bundle]);
    assert.deepEqual(state.annotations, annotations);
    assert.ok(Number.isInteger(pidOf(state)), 'pid is no integer');
    assert.ok(existsSync(`/proc/${pidOf(state)}`), 'pid is that of no process');
  },

  paused: async (trial: Trial) => {
    const id = await trial.started();
    const { status } = await trial.call('pause', id);
    if (status !== 0) return; // No operation of the specification: then there is no further status either.
    const word = (await trial.state(id)).status;
    await trial.call('resume', id);
    assert.ok(!STATUSES.includes(word), `a paused container is ${word}`);
  },

  'no id': async (trial: Trial) => {
    for (const verb of ['create', 'start', 'state', 'kill', 'delete'])
      fails(await trial.call(verb), `${verb} without an id`);
  },

  'unknown id': async (trial: Trial) => fails(await trial.call('state', trial.id()), 'state of an unknown container'),

  'taken id': async (trial: Trial) => {
    const id = await trial.created();
    const before = await trial.state(id);
    fails(await trial.create(id), 'create with an id that is taken');
    assert.deepEqual(await trial.state(id), before, 'the container that had the id has changed');
  },

  'invalid id': async (trial: Trial) => {
    for (const id of ['../escaped', 'a/b', '..']) {
      fails(await trial.create(id), `create with the id ${id}`);
      fails(await trial.call('state', id), `state of ${id}`);
    }
    assert.equal(existsSync(trial.path('escaped')), false, 'an id has led out of the state root');
  },

  'created and not run': async (trial: Trial) => {
    const id = await trial.created('echo run >/result; sleep 100');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(existsSync(join(trial.rootfs, 'result')), false, 'the program has run');
    const arguments_ = readFileSync(`/proc/${pidOf(await trial.state(id))}/cmdline`, 'utf8');
    assert.ok(!arguments_.includes('/result'), 'process.args are applied');
  },

  'config changed later': async (trial: Trial) => {
    const id = await trial.created('echo first >/result');
    trial.configure('echo second >/result', (config) => (config.hostname = 'changed'));
    succeeds(await trial.call('start', id), 'start');
    await trial.untilText(join(trial.rootfs, 'result'), 'first\n');
  },

  warning: async (trial: Trial) => {
    // A capability that cannot be mapped to the kernel is the warning that the specification names.
    const change = (config: Config) => {
      const names = ['CAP_CHOWN', 'CAP_OF_NO_KERNEL'];
      config.process.capabilities = { bounding: names, effective: names, permitted: names };
    };
    await trial.started('sleep 100', change);
  },

  'started twice': async (trial: Trial) => {
    const id = await trial.started('echo run >>/result; sleep 100');
    await trial.untilText(join(trial.rootfs, 'result'), 'run\n');
    const before = await trial.state(id);
    fails(await trial.call('start', id), 'start of a running container');
    assert.deepEqual(await trial.state(id), before, 'the container has changed');
    assert.equal(trial.read(join(trial.rootfs, 'result')), 'run\n', 'the program has run again');
    const stopped = await trial.stopped();
    fails(await trial.call('start', stopped), 'start of a stopped container');
    fails(await trial.call('start', trial.id()), 'start of an unknown container');
  },

  'no process': async (trial: Trial) => {
    trial.configure('true', (config) => Object.assign(config, { process: undefined }));
    const id = trial.id();
    const { status } = await trial.create(id);
    // Who refuses it as early as in create never comes to the error that is asked for.
    if (status === 0) fails(await trial.call('start', id), 'start without a process');
  },

  'killed when stopped': async (trial: Trial) => {
    const id = await trial.stopped();
    const before = await trial.state(id);
    fails(await trial.call('kill', id, 'KILL'), 'a signal to a stopped container');
    assert.deepEqual(await trial.state(id), before, 'the container has changed');
    fails(await trial.call('kill', trial.id(), 'KILL'), 'a signal to an unknown container');
  },

  signal: async (trial: Trial) => {
    const line =
      'trap "echo USR1 >>/result" USR1; trap "echo TERM >>/result" TERM; echo ready >/result; while :; do sleep 0.1; done';
    const id = await trial.started(line);
    const result = join(trial.rootfs, 'result');
    await trial.untilText(result, 'ready\n');
    succeeds(await trial.call('kill', id, 'USR1'), 'kill USR1');
    await trial.untilText(result, 'ready\nUSR1\n');
    succeeds(await trial.call('kill', id), 'kill');
    await trial.untilText(result, 'ready\nUSR1\nTERM\n');
  },

  'deleted when running': async (trial: Trial) => {
    const id = await trial.started();
    const before = await trial.state(id);
    fails(await trial.call('delete', id), 'delete of a running container');
    assert.deepEqual(await trial.state(id), before, 'the container has changed');
  },

  'deleted when created': async (trial: Trial) => {
    const id = await trial.created();
    const before = await trial.state(id);
    fails(await trial.call('delete', id), 'delete of a created container');
    assert.deepEqual(await trial.state(id), before, 'the container has changed');
  },
};
