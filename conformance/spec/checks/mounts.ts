// Mounts: their order, their places, what they are made of, and options that are no flags. Called by checks.ts.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../checks.js';
import { inside, mountAt, mountsOf } from '../outside.js';
import { mountTree } from '../tree.js';
import type { Trial } from '../trial.js';

const tmpfs = (destination: string, ...options: readonly string[]) => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options,
});

/** A directory of the host with a file in it, as a bind mount. */
function bound(trial: Trial, destination: string): object {
  const source = trial.path('source');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'file'), '');
  return { destination, type: 'none', source, options: ['bind'] };
}

const binding =
  (word: 'bind' | 'rbind'): Check =>
  async (trial) => {
    const source = mountTree(trial);
    const pid = await trial.createdProcess('sleep 100', ({ mounts }) => {
      mounts.push({ destination: '/given', type: 'none', source, options: [word] });
    });
    assert.ok(existsSync(inside(pid, '/given/sub')), 'the directory is not there');
    const below = mountsOf(pid).some(({ point }) => point === '/given/sub');
    assert.equal(below, word === 'rbind', 'whether what is mounted in it is there');
  };

export const mounts = {
  'order of mounts': async (trial: Trial) => {
    const upper = await trial.createdProcess('sleep 100', (config) => {
      config.mounts.push(tmpfs('/tmp'), bound(trial, '/tmp/in'));
    });
    assert.ok(existsSync(inside(upper, '/tmp/in/file')), 'the first one covers the second');
    const lower = await trial.createdProcess('sleep 100', (config) => {
      config.mounts.push(bound(trial, '/tmp/in'), tmpfs('/tmp'));
    });
    assert.equal(existsSync(inside(lower, '/tmp/in/file')), false, 'the second one does not cover the first');
  },

  'relative destination': async (trial: Trial) => {
    const pid = await trial.createdProcess('sleep 100', (config) => {
      config.process.cwd = '/bin';
      config.mounts.push(tmpfs('tmp/given'));
    });
    assert.equal(mountAt(pid, '/tmp/given').type, 'tmpfs');
  },

  'option bind': binding('bind'),
  'option rbind': binding('rbind'),

  'option remount': async (trial: Trial) => {
    const pid = await trial.createdProcess('sleep 100', (config) => {
      config.mounts.push(tmpfs('/given'), tmpfs('/given', 'remount', 'ro'));
    });
    assert.ok(mountAt(pid, '/given').options.has('ro'), 'it is not read-only');
    assert.equal(mountsOf(pid).filter(({ point }) => point === '/given').length, 1, 'it is a mount of its own');
  },

  'options of filesystems': async (trial: Trial) => {
    const pid = await trial.createdProcess('sleep 100', (config) => {
      config.mounts.push(tmpfs('/given', 'size=64k', 'nosuid', 'nr_inodes=10', 'mode=711'));
    });
    const { superOptions } = mountAt(pid, '/given');
    for (const word of ['size=64k', 'nr_inodes=10', 'mode=711'])
      assert.ok(superOptions.has(word), `no ${word}: ${[...superOptions].join(',')}`);
    await trial.refuses('an option that the filesystem has not', (config) => {
      config.mounts.push(tmpfs('/given', 'nosuchoption'));
    });
  },

  'read-only root': async (trial: Trial) => {
    const id = await trial.started(
      'if touch /file; then echo yes; else echo no; fi >/tmp/result; sleep 100',
      (config) => {
        config.root.readonly = true;
        config.mounts.push(tmpfs('/tmp'));
      },
    );
    await trial.untilText(inside(Number((await trial.state(id)).pid), '/tmp/result'), 'no\n');
  },

  'root that is no directory': async (trial: Trial) => {
    writeFileSync(join(trial.bundle, 'file'), '');
    for (const path of ['file', 'none']) await trial.refuses(`the root ${path}`, ({ root }) => (root.path = path));
  },
};
