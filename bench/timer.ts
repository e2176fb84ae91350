// Talks to bench/time.cpp, which starts and times the programs. One request at a time; a request after ^C is
// refused, so that nothing new is started while things are being removed.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

import { environment, stderrFile, workFolder } from './place.js';

/** One timed program: wall time from its spawn until after the wait for it. */
export interface Timing {
  /** milliseconds */
  readonly time: number;
  /** of the largest process among it and its children that were waited for, in kB */
  readonly peak: number;
}

export interface Timer {
  readonly pid: number;
  /** @throws {Error} when the program fails, with what it wrote to stderr. */
  time(argv: readonly string[]): Promise<Timing>;
  /** Starts a program and doesn't wait; gives its pid. */
  start(argv: readonly string[]): Promise<number>;
  /** Waits until a process that is a child, or was left to the timer, is gone. Gives its exit status. */
  reap(pid: number): Promise<number>;
  close(): void;
}

/** @param interrupted aborted when the bench shall end */
export function startTimer(program: string, interrupted: AbortSignal): Timer {
  mkdirSync(dirname(stderrFile), { recursive: true });
  const timer = spawn(program, [stderrFile], { cwd: workFolder, env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: timer.stdout })[Symbol.asyncIterator]();

  async function ask(verb: string, words: readonly string[]): Promise<number[]> {
    interrupted.throwIfAborted();
    timer.stdin.write(`${[verb, ...words].join('\t')}\n`);
    const answer = await answers.next();
    if (answer.done === true) throw new Error('the timer ended');
    if (answer.value.startsWith('error')) throw new Error(`${verb} ${words.join(' ')}: ${answer.value}`);
    return answer.value.split(' ').map(Number);
  }

  return {
    pid: timer.pid!,
    async time(argv) {
      const [nanoseconds, status, peak] = await ask('time', argv);
      if (status !== 0)
        throw new Error(`${argv.join(' ')}: status ${String(status)}\n${readFileSync(stderrFile, 'utf8')}`);
      return { time: nanoseconds! / 1e6, peak: peak! };
    },
    start: async (argv) => (await ask('start', argv))[0]!,
    reap: async (pid) => (await ask('reap', [String(pid)]))[0]!,
    close: () => timer.stdin.end(),
  };
}
