// Starting other programs: loud (their output is the user's) or kept (shown only when they fail).

import { spawn } from 'node:child_process';
import { root } from './project.mjs';

/**
 * @typedef {object} Ended
 * @property {number} status exit status, or 128 + the signal's number
 * @property {string} output what it wrote on both streams, in order; empty when loud
 * @property {number} ms how long it took
 */

const signals = /** @type {Record<string, number>} */ ({
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
});

/** The environment without what would change the engines that build: a caller's BUN_OPTIONS, NODE_OPTIONS and so on. */
export function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(BUN_|JSC_|NODE_OPTIONS$)/.test(name)));
}

/**
 * Runs a program to its end. Never throws for its exit status.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ loud?: boolean, env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<Ended>}
 */
export function run(command, args, options = {}) {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? plainEnvironment(),
      stdio: options.loud ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const status = code ?? 128 + (signals[signal ?? ''] ?? 0);
      resolve({ status, output, ms: performance.now() - begun });
    });
  });
}

/** A step of ours failed, and everything to be said has been put in the message. */
export class Failed extends Error {}

/**
 * As `run`, but a status other than 0 is the end.
 * @param {string} what in the words of the user
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ loud?: boolean, env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @throws {Failed} with the program's output
 */
export async function must(what, command, args, options = {}) {
  const ended = await run(command, args, options);
  if (ended.status !== 0) {
    throw new Failed(
      `${ended.output.trimEnd()}\n\n${what} failed: ${command} exited with status ${ended.status}`.trimStart(),
    );
  }
  return ended;
}

/**
 * The frame of every script: runs `main`, prints a failure of ours as one message without a stack, sets the exit status.
 * @param {() => Promise<number | void>} main
 */
export async function script(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(
      `${error instanceof Failed ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exitCode = 1;
  }
}
