/**
 * A system call fails while something is done with a container that is there: ENOSPC, EMFILE, ENOMEM and EINTR at each call of the
 * engine, of the front, and of init where there is one. It is done as without the failure; or one line and the status of the verb say that it
 * is not, `state` answers, and `delete --force` takes everything away.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBundle, shellSpec } from '../support/bundle.js';
import { Caisson } from '../support/caisson.js';
import {
  type Call,
  type Circumstances,
  type Errno,
  Faults,
  situations,
  type Struck,
  type Who,
} from '../support/faults.js';
import { difference, errnosAt, NOT_EXECUTED, ONE_LINE, PORTRAIT, survivors, traces } from './place.js';

const caisson = new Caisson();
const faults = new Faults(caisson);
const bundle = join(caisson.directory, 'bundle');
const out = join(caisson.directory, 'out');
const id = caisson.id();

beforeAll(() => {
  mkdirSync(out);
  const spec = shellSpec(`{ ${PORTRAIT}; } > /out/part; mv /out/part /out/portrait; sleep 1000`);
  spec.mounts.push({ destination: '/out', type: 'bind', source: out, options: ['rbind'] });
  makeBundle(bundle, spec);
});
afterAll(() => caisson.clean());

/** What `state` says: a status, or that there is none. */
function stateOf(): string {
  const { status, stdout, stderr } = caisson.call(['state', id]);
  if (status === 0) return (JSON.parse(stdout) as { status: string }).status;
  return stderr.includes('does not exist') && ONE_LINE.test(stderr) ? 'none' : stderr;
}

function remove(): void {
  expect(caisson.call(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
  rmSync(join(out, 'portrait'), { force: true });
}

/** A container as it was before the verb, a new one where the last one is not like that any more. */
function there(status: 'created' | 'running'): Circumstances {
  if (stateOf() !== status) {
    remove();
    const words = status === 'created' ? ['create'] : ['run', '--detach'];
    expect(caisson.detach([...words, '-b', bundle, id])).toMatchObject({ status: 0 });
  }
  return status === 'created' ? { init: caisson.state(id).pid } : {};
}

/** What the container tells of itself in a file, as soon as it has. */
async function portrait(): Promise<string> {
  const deadline = Date.now() + 10_000;
  while (!existsSync(join(out, 'portrait')) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return readFileSync(join(out, 'portrait'), 'utf8');
}

interface Verb {
  readonly args: readonly string[];
  readonly before: 'created' | 'running';
  /** What `state` says when it was done. */
  readonly done: string;
  /** And what it may say when it was not. */
  readonly undone: readonly string[];
  /** Exit status when it was not done. */
  readonly failure: number;
  /** What is to be the same with and without a failure. */
  readonly seen: (outcome: Struck) => Promise<string> | string;
  readonly whose: readonly Who[];
}

const nothing = (): string => '';
/** The pid in the container is the next free one. */
const withoutPid = ({ stdout }: Struck): string => stdout.replace(/^NSpid:.*$/m, '');

const VERBS: Readonly<Record<string, Verb>> = {
  start: {
    args: ['start', id],
    before: 'created',
    done: 'running',
    undone: ['created', 'stopped'],
    failure: 1,
    seen: portrait,
    whose: ['init', 'engine', 'front'],
  },
  exec: {
    args: ['exec', id, '/bin/sh', '-c', PORTRAIT],
    before: 'running',
    done: 'running',
    undone: ['running'],
    failure: 255,
    seen: withoutPid,
    whose: ['init', 'engine', 'front'],
  },
  state: {
    args: ['state', id],
    before: 'running',
    done: 'running',
    undone: ['running'],
    failure: 1,
    // The pid is that of this container.
    seen: ({ stdout }) => stdout.replace(/"(pid|created)": [^\n]*/g, '$1'),
    whose: ['engine', 'front'],
  },
  kill: {
    args: ['kill', id, 'KILL'],
    before: 'running',
    done: 'stopped',
    undone: ['running'],
    failure: 1,
    seen: nothing,
    whose: ['engine', 'front'],
  },
  'delete --force': {
    args: ['delete', '--force', id],
    before: 'running',
    done: 'none',
    undone: ['running', 'stopped'],
    failure: 1,
    seen: nothing,
    whose: ['engine', 'front'],
  },
};

/** A killed process is gone a moment later. */
async function settled(status: string): Promise<string> {
  const deadline = Date.now() + 10_000;
  while (stateOf() !== status && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  return stateOf();
}

async function complaintsOf(whose: Who, verb: Verb, outcome: Struck, whole: string): Promise<string[]> {
  const { struck, status, signal, stderr } = outcome;
  const wrong = struck || status === 0 ? [] : ['it did not come to that call'];
  if (status === 0) {
    if (stderr !== '') wrong.push(`it went well, but: ${stderr}`);
    const state = await settled(verb.done);
    if (state !== verb.done) wrong.push(`it went well, but the status is ${state}`);
    else wrong.push(...difference(whole, await verb.seen(outcome)).map((line) => `not the same: ${line}`));
    return wrong;
  }
  const told = status === verb.failure || (whose === 'front' && status === NOT_EXECUTED);
  if (!told || !ONE_LINE.test(stderr)) wrong.push(`status ${status}, signal ${signal}: ${stderr}`);
  const state = stateOf();
  if (!verb.undone.includes(state)) wrong.push(`the status is ${state}`);
  return wrong;
}

async function strikeAt(whose: Who, verb: Verb, call: Call, errno: Errno, whole: string): Promise<string[]> {
  const outcome = faults.strike(whose, call.at, { fail: errno }, verb.args, there(verb.before));
  const wrong = await complaintsOf(whose, verb, outcome, whole);
  if (stateOf() !== verb.before) {
    remove();
    const left = [...(await survivors(outcome.processes)), ...traces(caisson, id, bundle)];
    wrong.push(...left.map((one) => `left: ${one}`));
  }
  return wrong.map((what) => `${errno} at ${call.at} (${call.name}): ${what}`);
}

describe.each(Object.entries(VERBS))('%s', (_, verb) => {
  test.each(verb.whose)(
    'a call of %s fails',
    async (whose) => {
      remove();
      const watched = faults.watch(whose, verb.args, there(verb.before));
      expect(await settled(verb.done)).toBe(verb.done);
      const whole = await verb.seen(watched);
      const wrong: string[] = [];
      for (const call of situations(watched.calls).filter(({ never }) => !never)) {
        for (const errno of errnosAt(call)) wrong.push(...(await strikeAt(whose, verb, call, errno, whole)));
      }
      expect(wrong).toEqual([]);
      remove();
      expect(traces(caisson, id, bundle)).toEqual([]);
    },
    3_600_000,
  );
});
