// Holds that everybody who is timed does the same work: what a container of each runtime sees from inside is
// compared with what runc's (or, without runc, the first one's) sees, and a life (create … delete) must pass
// through the same states and leave nothing. A difference that is not listed with its reason in
// bench/differences.ts makes the bench fail.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { cgroupsNamed } from './cgroups.js';
import { isAllowed } from './differences.js';
import { readFacts, type Facts } from '../test/support/probe/facts.js';
import { stateRoot } from './place.js';
import { call, type Runtime } from './subjects.js';
import type { Timer } from './timer.js';

/** One fact in which a runtime differs from the reference. */
export interface Difference {
  readonly runtime: string;
  readonly fact: string;
  /** What the runtime's container has; undefined when it lacks it. */
  readonly found: string | undefined;
  readonly expected: string | undefined;
  /** Why it is allowed; undefined when it is not. */
  readonly reason: string | undefined;
}

export interface EndStates {
  readonly reference: string;
  /** How many facts were compared. */
  readonly facts: number;
  readonly differences: readonly Difference[];
}

/** The runtime that the others are compared with: the specification's own, when it is there. */
function referenceOf(runtimes: readonly Runtime[]): Runtime | undefined {
  return runtimes.find(({ name }) => name === 'runc') ?? runtimes[0];
}

/** @throws {Error} when a runtime fails */
export async function compareEndStates(runtimes: readonly Runtime[], timer: Timer): Promise<EndStates | undefined> {
  const reference = referenceOf(runtimes);
  if (reference === undefined) return undefined;
  const expected = await endState(reference, timer);
  const differences: Difference[] = [];
  for (const runtime of runtimes.filter((other) => other !== reference)) {
    const found = await endState(runtime, timer);
    differences.push(...differencesOf(runtime.name, found, expected));
  }
  return { reference: reference.name, facts: expected.size, differences };
}

async function endState(runtime: Runtime, timer: Timer): Promise<Facts> {
  const words = runtime.command('run', 'probe');
  const { status, stdout, stderr } = call(words);
  if (status !== 0) throw new Error(`${words.join(' ')}: status ${String(status)}\n${stderr}${stdout}`);
  const facts = readFacts(stdout, runtime.id);
  facts.set('left by run', left(runtime));
  await addLife(facts, runtime, timer);
  return facts;
}

/** What `state` says at each step of a container's life. */
async function addLife(facts: Facts, runtime: Runtime, timer: Timer): Promise<void> {
  await timer.time(runtime.command('create'));
  const { pid } = stateOf(runtime);
  facts.set('status after create', stateOf(runtime).status);
  await timer.time(runtime.command('start'));
  facts.set('status after start', stateOf(runtime).status);
  facts.set('pid after start', stateOf(runtime).pid === pid ? 'the same' : 'another');
  await timer.time(runtime.command('kill'));
  facts.set('exit status after kill', String(await timer.reap(pid)));
  facts.set('status after kill', stateOf(runtime).status);
  await timer.time(runtime.command('delete'));
  facts.set('left by delete', left(runtime));
}

export function stateOf(runtime: Runtime): { status: string; pid: number } {
  const words = runtime.command('state');
  const { status, stdout, stderr } = call(words);
  if (status !== 0) throw new Error(`${words.join(' ')}: status ${String(status)}\n${stderr}`);
  return JSON.parse(stdout) as { status: string; pid: number };
}

/** Cgroups and state that are still there after the container is not. */
function left(runtime: Runtime): string {
  const state = join(stateRoot(runtime.name), runtime.id);
  return [...cgroupsNamed([runtime.id]), ...(existsSync(state) ? [state] : [])].join(' ') || 'nothing';
}

function differencesOf(runtime: string, found: Facts, expected: Facts): Difference[] {
  const names = [...new Set([...expected.keys(), ...found.keys()])];
  return names
    .filter((fact) => found.get(fact) !== expected.get(fact))
    .map((fact) => {
      const difference = { runtime, fact, found: found.get(fact), expected: expected.get(fact) };
      return { ...difference, reason: isAllowed(difference) };
    });
}
