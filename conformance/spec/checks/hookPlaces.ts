// Where hooks are found and run, what is refused of them, and what they are told. Called by checks.ts.

import assert from 'node:assert/strict';
import type { Check } from '../checks.js';
import { hookOf, type List, LISTS, live, NAMESPACES, note, read } from '../hookPrograms.js';
import { namespaceOf } from '../outside.js';
import type { Trial } from '../trial.js';

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
