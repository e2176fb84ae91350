// What config.json says that is not valid, and what nobody knows. Called by checks.ts.

import assert from 'node:assert/strict';
import type { Change } from '../config.js';
import type { Trial } from '../trial.js';

const refusing =
  (values: Readonly<Record<string, Change>>) =>
  async (trial: Trial): Promise<void> => {
    for (const [what, change] of Object.entries(values)) await trial.refuses(what, change);
  };

export const values = {
  'version that is none': refusing(
    Object.fromEntries(
      ['', 'one', '1', '1.0', 'v1.0.0'].map((version): [string, Change] => [
        `the version "${version}"`,
        (config) => (config.ociVersion = version),
      ]),
    ),
  ),

  'annotations that are no map': refusing({
    'a list of annotations': (config) => (config.annotations = ['org.example.key']),
    'a text as annotations': (config) => (config.annotations = 'org.example.key'),
  }),
  'empty annotation key': refusing({ 'an empty key': (config) => (config.annotations = { '': 'value' }) }),
  'annotation that is no text': refusing({
    'a number as annotation': (config) => (config.annotations = { 'org.example.key': 1 }),
  }),

  'unknown annotations': async (trial: Trial) => {
    const annotations = { 'org.example.unknown': 'x', 'org.opencontainers.image.unknown': '', plain: 'y' };
    const id = await trial.created('sleep 100', (config) => (config.annotations = annotations));
    assert.deepEqual((await trial.state(id)).annotations, annotations);
  },

  'unknown properties': async (trial: Trial) => {
    const unknown = { unknown: { deep: [1] } };
    await trial.started('sleep 100', (config) => {
      for (const part of [config, config.process, config.root, config.linux, config.mounts[0]!])
        Object.assign(part, { unknown });
      config.linux.resources = { unknown, pids: { limit: 100, unknown } };
    });
  },

  'invalid values': refusing({
    'a namespace of no type': ({ linux }) => linux.namespaces.push({ type: 'none' }),
    'a propagation that is none': ({ linux }) => (linux.rootfsPropagation = 'sideways'),
    'an action that is none': ({ linux }) => (linux.seccomp = { defaultAction: 'SCMP_ACT_NONE' }),
    'a domain that is none': ({ linux }) => (linux.personality = { domain: 'NONE' }),
    'a device of no type': ({ linux }) => (linux.devices = [{ type: 'x', path: '/dev/x', major: 1, minor: 3 }]),
    'a policy that is none': ({ process }) => (process.scheduler = { policy: 'SCHED_NONE' }),
    'a class that is none': ({ process }) => (process.ioPriority = { class: 'IOPRIO_CLASS_X', priority: 1 }),
    'a text as list': ({ process }) => (process.args = 'true'),
    'a filesystem of no kernel': (config) =>
      config.mounts.push({ destination: '/given', type: 'nosuchfs', source: 'none' }),
  }),
};
