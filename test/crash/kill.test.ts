/**
 * Somebody is killed (SIGKILL) at each system call that caisson makes on the way of a verb, and with that at each act and meeting
 * point: the front, and with it the engine; the engine alone; init. Afterwards `state` answers, `delete --force` takes
 * everything away, and the id is free: the next one in the row takes it.
 */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LooseSpec, makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import { type Circumstances, EVERYTHING, Faults, situations, type Struck, type Who } from '../support/faults.js';
import { ONE_LINE, survivors, traces } from './place.js';

const caisson = new Caisson();
const faults = new Faults(caisson);
const bundles = { sleeps: join(caisson.directory, 'sleeps'), ends: join(caisson.directory, 'ends') };
const mapped = join(caisson.directory, 'mapped');
const id = caisson.id();

/** Init meets its parent at each point, and is followed by a twin. */
function mappedSpec(): LooseSpec {
  const spec = shellSpec('sleep 100');
  spec.linux.namespaces.push({ type: 'user' });
  spec.linux.uidMappings = spec.linux.gidMappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  spec.hooks = { prestart: [{ path: '/bin/true' }], createContainer: [{ path: '/bin/true' }] };
  return spec;
}

beforeAll(() => {
  makeBundle(bundles.sleeps, shellSpec('sleep 100'));
  makeBundle(bundles.ends, shellSpec('true'));
  makeBundle(mapped, mappedSpec());
  // The root of the mapped container is somebody else, who walks to the rootfs.
  chmodSync(caisson.directory, 0o755);
});
afterAll(() => caisson.clean());

const remove = () => caisson.call(['delete', '--force', id]);

function create(): Circumstances {
  expect(caisson.detach(['create', '-b', bundles.sleeps, id]).status).toBe(0);
  return { init: caisson.state(id).pid };
}

function runs(): Circumstances {
  expect(caisson.detach(['run', '-d', '-b', bundles.sleeps, id]).status).toBe(0);
  return {};
}

interface Verb {
  readonly args: readonly string[];
  /** What has to be there before. */
  readonly before: () => Circumstances;
  /** What `state` may say afterwards. */
  readonly statuses: readonly string[];
}

const none = 'no status';
const VERBS: Readonly<Record<string, Verb>> = {
  create: {
    args: ['create', '-b', bundles.sleeps, id],
    before: () => ({}),
    statuses: [none, 'creating', 'created', 'stopped'],
  },
  'create, with a user namespace and hooks': {
    args: ['create', '-b', mapped, id],
    before: () => ({}),
    statuses: [none, 'creating', 'created', 'stopped'],
  },
  start: { args: ['start', id], before: create, statuses: ['created', 'running', 'stopped'] },
  run: {
    args: ['run', '-b', bundles.ends, id],
    before: () => ({}),
    statuses: [none, 'creating', 'created', 'running', 'stopped'],
  },
  // Whatever becomes of one more process: the container goes on.
  exec: { args: ['exec', id, '/bin/true'], before: runs, statuses: ['running'] },
  'delete --force': { args: ['delete', '--force', id], before: create, statuses: [none, 'created', 'stopped'] },
};

/** What `state` says: a status, or that there is none yet or no more. */
function stateOf(): string {
  const { status, stdout, stderr } = caisson.call(['state', id]);
  if (status === 0) return (JSON.parse(stdout) as { status: string }).status;
  return ONE_LINE.test(stderr) && /does not exist|is being created/.test(stderr) ? none : stderr;
}

async function complaintsOf(verb: Verb, { struck, status, processes, stderr }: Struck): Promise<string[]> {
  // The last calls of init are beside those of caisson, which may have ended meanwhile.
  const wrong = struck || status === 0 ? [] : [`it did not come to that call: ${stderr}`];
  const state = stateOf();
  if (!verb.statuses.includes(state)) wrong.push(`state: ${state}`);
  const removed = remove();
  if (removed.status !== 0 || removed.stderr !== '') wrong.push(`delete --force: ${removed.stderr}`);
  for (const left of [...(await survivors(processes)), ...traces(caisson, id, bundles.sleeps)])
    wrong.push(`left: ${left}`);
  return wrong;
}

/** Who is killed at the calls of whom: all of them at each call, or one after the other. */
const VICTIMS: Readonly<Record<Who, readonly Who[]>> = {
  init: ['init', 'front', 'engine'],
  engine: ['engine', 'front'],
  front: ['front'],
};

describe.each<Who>(['init', 'engine', 'front'])('at a call of %s', (whose) => {
  // In a delete there is no init of caisson, and little else than the engine.
  const verbs = Object.entries(VERBS).filter(([name]) => whose === 'engine' || !name.startsWith('delete'));

  test.each(verbs)(
    '%s',
    async (_, verb) => {
      const { calls } = faults.watch(whose, verb.args, verb.before());
      remove();
      let struck = 0;
      const wrong: string[] = [];
      const all = VICTIMS[whose];
      for (const [index, { at, name }] of situations(calls).entries()) {
        for (const victim of EVERYTHING ? all : [all[index % all.length]!]) {
          const outcome = faults.strike(whose, at, { kill: [victim] }, verb.args, verb.before());
          struck += outcome.struck ? 1 : 0;
          const complaints = await complaintsOf(verb, outcome);
          wrong.push(...complaints.map((what) => `SIGKILL of ${victim} at ${at} (${name}): ${what}`));
        }
      }
      expect(wrong).toEqual([]);
      expect(struck).toBeGreaterThan(0);
    },
    3_600_000,
  );
});
