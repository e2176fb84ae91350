// linux.seccomp: what is refused, and what the agent at listenerPath is sent. Called by checks.ts.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '../notTried.js';
import type { Trial } from '../trial.js';

const ACTIONS = '/proc/sys/kernel/seccomp/actions_avail';
const agent = join(import.meta.dirname, '../agent.py');

const hasAction = (name: string) => existsSync(ACTIONS) && readFileSync(ACTIONS, 'utf8').split(/\s/).includes(name);

/** One connection, as agent.py tells of it. */
interface Connection {
  readonly parts: readonly { readonly text: string; readonly descriptors: number }[];
  readonly closed: boolean;
}

/** A filter that asks an agent about a system call that nobody makes. */
const asking = (more: object) => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['acct'], action: 'SCMP_ACT_NOTIFY' }],
  ...more,
});

/** What an agent was sent when a container was created and started. */
async function connections(trial: Trial, id = trial.id()): Promise<Connection[]> {
  needs(hasAction('user_notif'), 'the kernel does not ask about system calls');
  needs(spawnSync('python3', ['--version']).status === 0, 'python3 is not installed');
  const [door, output, ready] = [trial.path('agent'), trial.path('heard'), trial.path('listening')];
  const file = openSync(output, 'w');
  const child = spawn('python3', [agent, door, ready], { stdio: ['ignore', file, 'inherit'] });
  closeSync(file);
  trial.finally(() => child.kill('SIGKILL'));
  for (let turn = 0; !existsSync(ready) && turn < 1000; turn += 1) await sleep(10);
  trial.configure('sleep 100', ({ linux }) => {
    linux.seccomp = asking({ listenerPath: door, listenerMetadata: 'told' });
  });
  for (const called of [await trial.create(id), await trial.call('start', id)])
    assert.equal(called.status, 0, called.stderr.trim());
  for (let turn = 0; trial.read(output) === '' && turn < 1500; turn += 1) await sleep(10);
  await sleep(100); // For a second connection, which must not come.
  return trial
    .read(output)
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Connection);
}

/** The only connection. */
async function connection(trial: Trial, id?: string): Promise<Connection> {
  const [first, ...others] = await connections(trial, id);
  assert.ok(first, 'nobody has connected to listenerPath');
  assert.equal(others.length, 0, 'there is more than one connection');
  return first;
}

const textOf = ({ parts }: Connection) => parts.map(({ text }) => text).join('');

export const seccomp = {
  'errno of an action that has none': async (trial: Trial) => {
    await trial.refuses('defaultErrnoRet of an action that has none', ({ linux }) => {
      linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW', defaultErrnoRet: 1 };
    });
  },

  'errno of a rule that has none': async (trial: Trial) => {
    const rule = { names: ['acct'], action: 'SCMP_ACT_KILL', errnoRet: 1 };
    await trial.refuses('errnoRet of an action that has none', ({ linux }) => {
      linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule] };
    });
  },

  'rule of no system call': async (trial: Trial) => {
    const rule = { names: [], action: 'SCMP_ACT_ERRNO' };
    await trial.refuses('a rule of no system call', ({ linux }) => {
      linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule] };
    });
  },

  'agent that is not there': async (trial: Trial) => {
    needs(hasAction('user_notif'), 'the kernel does not ask about system calls');
    await trial.refuses('an agent that is not there', ({ linux }) => {
      linux.seccomp = asking({ listenerPath: trial.path('nobody') });
    });
  },

  'agent is connected to': async (trial: Trial) => {
    await connection(trial);
  },

  'one state for an agent': async (trial: Trial) => {
    const id = trial.id();
    const told = JSON.parse(textOf(await connection(trial, id))) as Record<string, unknown>;
    assert.deepEqual([told.metadata, told.fds], ['told', ['seccompFd']]);
    assert.match(String(told.ociVersion), /^\d+\.\d+\.\d+/, 'ociVersion');
    assert.ok(Number(told.pid) > 0, 'pid');
    assert.equal((told.state as Record<string, unknown>).id, id, 'state.id');
  },

  'connection to an agent is closed': async (trial: Trial) => assert.ok((await connection(trial)).closed, 'it is open'),

  'descriptors for an agent': async (trial: Trial) => {
    const counts = (await connection(trial)).parts.map(({ descriptors }) => descriptors);
    assert.deepEqual(counts, [1, ...counts.slice(1).map(() => 0)], 'descriptors in each message');
  },
};
