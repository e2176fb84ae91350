// Makes the checks against one runtime after the other, several at once where they do not disturb each other. Called by run.ts.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mountHierarchies } from '../hierarchies.js';
import { lockHost } from '../host.js';
import { runQueue } from '../queue.js';
import { ALONE, type Check, type CheckName, CHECKS } from './checks.js';
import { NotTried } from './notTried.js';
import type { Outcome } from './report.js';
import { Trial } from './trial.js';

/** What became of one check: met, or why not. */
type Verdict = { readonly failed: string } | { readonly notTried: string } | 'met';

/** @param lanes how many checks at once */
export async function tryAll(
  runtimes: readonly string[],
  names: readonly CheckName[],
  lanes: number,
): Promise<Outcome[]> {
  const release = await lockHost();
  const hierarchies = await mountHierarchies();
  try {
    const outcomes: Outcome[] = [];
    for (const runtime of runtimes) outcomes.push(await tryRuntime(runtime, names, lanes));
    return outcomes;
  } finally {
    await hierarchies.unmount().finally(release);
  }
}

async function tryRuntime(runtime: string, names: readonly CheckName[], lanes: number): Promise<Outcome> {
  const verdicts = await runQueue(
    names,
    lanes,
    (name) => ALONE.has(name),
    async (name) => [name as CheckName, await tryCheck(runtime, CHECKS[name as CheckName])] as const,
  );
  const { stdout } = spawnSync(runtime, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const failed = new Map<CheckName, string>();
  const notTried = new Map<CheckName, string>();
  for (const [name, verdict] of verdicts) {
    if (verdict === 'met') continue;
    if ('failed' in verdict) failed.set(name, verdict.failed);
    else notTried.set(name, verdict.notTried);
  }
  return { runtime, version: stdout.split('\n')[0] ?? '', made: new Set(names), notTried, failed };
}

async function tryCheck(runtime: string, check: Check): Promise<Verdict> {
  const trial = new Trial(runtime);
  mkdirSync(trial.root, { recursive: true });
  const verdict = await verdictOn(() => check(trial));
  const left = await trial.remove();
  return verdict === 'met' && left.length > 0 ? { failed: `left behind: ${left.join(', ')}` } : verdict;
}

async function verdictOn(check: () => Promise<void>): Promise<Verdict> {
  try {
    await check();
    return 'met';
  } catch (error) {
    const words = (error as Error).message.split('\n')[0] ?? '';
    return error instanceof NotTried ? { notTried: words } : { failed: words };
  }
}
