// The container's process: where it works, its limits, its score for the killer. Called by checks.ts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Trial } from '../trial.js';

/** Limits that an unprivileged caller can set, and their lines in /proc/PID/limits. */
const LIMITS = {
  RLIMIT_NOFILE: { line: 'Max open files', soft: 100, hard: 200 },
  RLIMIT_CORE: { line: 'Max core file size', soft: 4096, hard: 8192 },
  RLIMIT_FSIZE: { line: 'Max file size', soft: 1 << 20, hard: 1 << 21 },
  RLIMIT_MSGQUEUE: { line: 'Max msgqueue size', soft: 1000, hard: 2000 },
  RLIMIT_CPU: { line: 'Max cpu time', soft: 900, hard: 1000 },
};

/** The second and third column, of soft and hard limits. */
function limitsOf(pid: number, line: string): number[] {
  const text =
    readFileSync(`/proc/${pid}/limits`, 'utf8')
      .split('\n')
      .find((one) => one.startsWith(line)) ?? '';
  return text.slice(line.length).trim().split(/\s+/).slice(0, 2).map(Number);
}

async function limited(trial: Trial, column: 'soft' | 'hard'): Promise<void> {
  const id = await trial.started('sleep 100', ({ process }) => {
    process.rlimits = Object.entries(LIMITS).map(([type, { soft, hard }]) => ({ type, soft, hard }));
  });
  const pid = Number((await trial.state(id)).pid);
  for (const [type, limit] of Object.entries(LIMITS))
    assert.equal(limitsOf(pid, limit.line)[column === 'soft' ? 0 : 1], limit[column], `${column} limit ${type}`);
}

async function scoreOf(trial: Trial, oomScoreAdj?: number): Promise<string> {
  const id = await trial.started('sleep 100', ({ process }) => {
    if (oomScoreAdj !== undefined) process.oomScoreAdj = oomScoreAdj;
  });
  return readFileSync(`/proc/${(await trial.state(id)).pid}/oom_score_adj`, 'utf8').trim();
}

export const processes = {
  'console size without a terminal': async (trial: Trial) => {
    const change = { consoleSize: { height: 20, width: 30 } };
    await trial.started('sleep 100', ({ process }) => Object.assign(process, change));
    await trial.started('sleep 100', ({ process }) => Object.assign(process, { terminal: false, ...change }));
  },

  'relative cwd': async (trial: Trial) =>
    trial.refuses('a relative working directory', ({ process }) => (process.cwd = 'bin')),

  'limit of no resource': async (trial: Trial) =>
    trial.refuses('a limit of no resource', ({ process }) => {
      process.rlimits = [{ type: 'RLIMIT_NONE', soft: 1, hard: 1 }];
    }),

  'soft limits': async (trial: Trial) => limited(trial, 'soft'),
  'hard limits': async (trial: Trial) => limited(trial, 'hard'),

  'limit twice': async (trial: Trial) =>
    trial.refuses('two limits of a type', ({ process }) => {
      process.rlimits = [100, 200].map((soft) => ({ type: 'RLIMIT_NOFILE', soft, hard: 200 }));
    }),

  'score that is set': async (trial: Trial) => assert.equal(await scoreOf(trial, 500), '500', 'oom_score_adj'),

  'score that is not set': async (trial: Trial) => {
    trial.within = ['sh', '-c', 'echo 123 >/proc/self/oom_score_adj; exec "$@"', 'sh'];
    assert.equal(await scoreOf(trial), '123', 'oom_score_adj');
  },
};
