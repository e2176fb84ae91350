/** Every verb on a container of every status: what it says, and what becomes of the container. Source: runtime.md#operations. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { cgroupMounts, pictureOf } from '../support/host.js';

const caisson = new Caisson();
const bundle = join(caisson.directory, 'bundle');

beforeAll(() => void makeBundle(bundle, shellSpec('sleep 100')));
afterAll(() => caisson.clean());

/** Freezes or thaws the cgroup of a container, as `pause` would. */
function freeze(id: string, frozen: boolean): void {
  const v1 = cgroupMounts().find((mount) => mount.endsWith('/freezer'));
  if (v1 !== undefined) writeFileSync(join(v1, 'caisson', id, 'freezer.state'), frozen ? 'FROZEN' : 'THAWED');
  else writeFileSync(join(cgroupMounts()[0] ?? '', 'caisson', id, 'cgroup.freeze'), frozen ? '1' : '0');
}

function make(id: string): void {
  expect(caisson.detach(['create', '-b', bundle, id]).status).toBe(0);
}

function start(id: string): void {
  make(id);
  expect(caisson.call(['start', id]).stderr).toBe('');
}

/** How a container comes to each status. */
const STATUSES: Readonly<Record<string, (id: string) => Promise<void> | void>> = {
  // A create that was killed before it had a record.
  creating: (id) => void mkdirSync(join(caisson.root, id), { recursive: true }),
  created: make,
  running: start,
  paused: async (id) => {
    start(id);
    freeze(id, true);
    await caisson.until(id, 'paused');
  },
  stopped: async (id) => {
    start(id);
    expect(caisson.call(['kill', id, 'KILL']).status).toBe(0);
    await caisson.until(id, 'stopped');
  },
};

/** An error that says so, or the status afterwards ('gone': the id is free). */
type Expected = RegExp | string;

/** Verb → status → what must happen. */
const TABLE: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  state: { creating: /being created/, created: 'created', running: 'running', paused: 'paused', stopped: 'stopped' },
  start: {
    creating: /being created/,
    created: 'running',
    running: /it is running/,
    paused: /it is paused/,
    stopped: /it is stopped/,
  },
  // Who is killed is thawed as well, since on cgroup v1 he dies only then.
  'kill KILL': {
    creating: /being created/,
    created: 'stopped',
    running: 'stopped',
    paused: 'stopped',
    stopped: /container not running/,
  },
  'kill TERM': {
    creating: /being created/,
    created: 'created',
    running: 'running',
    paused: 'paused',
    stopped: /container not running/,
  },
  pause: {
    creating: /being created/,
    created: 'paused',
    running: 'paused',
    paused: /it is paused \(only a created or running/,
    stopped: /container not running/,
  },
  resume: {
    creating: /being created/,
    created: /it is created \(only a paused/,
    running: /it is running \(only a paused/,
    paused: 'running',
    stopped: /container not running/,
  },
  'update --pids-limit=60': {
    creating: /being created/,
    created: 'created',
    running: 'running',
    paused: 'paused',
    stopped: /container not running/,
  },
  'ps --format=json': {
    creating: /being created/,
    created: 'created',
    running: 'running',
    paused: 'paused',
    stopped: /container not running/,
  },
  'events --stats': {
    creating: /being created/,
    created: 'created',
    running: 'running',
    paused: 'paused',
    stopped: /container not running/,
  },
  'exec /bin/true': {
    creating: /being created/,
    created: 'created',
    running: 'running',
    paused: /it is paused/,
    stopped: /container not running/,
  },
  delete: {
    creating: /being created/,
    created: /it is created/,
    running: /it is running/,
    paused: /it is paused/,
    stopped: 'gone',
  },
  'delete --force': { creating: 'gone', created: 'gone', running: 'gone', paused: 'gone', stopped: 'gone' },
  create: {
    creating: /is taken|exists|in use/,
    created: /is taken|exists|in use/,
    running: /is taken|exists|in use/,
    paused: /is taken|exists|in use/,
    stopped: /is taken|exists|in use/,
  },
};

function words(verb: string, id: string): string[] {
  const [name = '', argument] = verb.split(' ');
  if (name === 'create') return ['create', '-b', bundle, id];
  if (argument?.startsWith('--')) return [name, argument, id];
  return argument === undefined ? [name, id] : [name, id, argument];
}

describe.each(Object.entries(TABLE))('%s', (verb, expectations) => {
  test.each(Object.entries(expectations))('of a container that is %s', async (status, expected) => {
    const id = caisson.id();
    await STATUSES[status]!(id);
    const { status: exit, stderr } = caisson.call(words(verb, id));
    if (expected instanceof RegExp) {
      expect(stderr).toMatch(expected);
      expect(exit).toBe(verb.startsWith('exec') ? 255 : 1);
      if (status !== 'creating') expect(caisson.state(id).status).toBe(status);
    } else {
      expect(stderr).toBe('');
      expect(exit).toBe(0);
      if (expected !== 'gone') await caisson.until(id, expected);
    }
    if (status === 'paused' && expected instanceof RegExp) freeze(id, false);
    expect(caisson.call(['delete', '--force', id]).stderr).toBe('');
    expect(pictureOf(id)).toMatchObject({ cgroups: [], processes: [] });
    expect(caisson.call(['state', id]).stderr).toContain('does not exist');
  });
});
