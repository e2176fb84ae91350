// `npm start`: from a fresh clone to a running container. Sets up what is missing, builds what is not current, then
//   npm start                       shows a demo (scripts/demo.mjs)
//   npm start -- run -b DIR ID      is the built caisson with these arguments: its streams, its exit status
// With arguments nothing of ours is written to stdout.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { build } from './build.mjs';
import { built } from './lib/project.mjs';
import { script } from './lib/run.mjs';
import { setUp } from './setup.mjs';

/**
 * caisson in our place, as far as Node can: it has our streams, gets our signals, and its end is ours.
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit status, or 128 + the number of the signal that ended it
 */
function become(args) {
  // npm starts us in the project's folder; paths in the arguments are meant from where the user is.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const child = spawn(built.front, args, { cwd, stdio: 'inherit' });
  for (const signal of /** @type {const} */ ([
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    'SIGQUIT',
    'SIGUSR1',
    'SIGUSR2',
    'SIGWINCH',
  ])) {
    // From a terminal the whole group gets these; only what was sent to us alone must be handed on.
    process.on(signal, () => process.stdin.isTTY || child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** @param {string} text */
const sayQuietly = (text) => process.stderr.write(`caisson: ${text}\n`);

await script(async () => {
  const args = process.argv.slice(2);
  if (args.length === 0) {
    const { demo } = await import('./demo.mjs');
    return demo();
  }
  await setUp(['build'], sayQuietly);
  await build(sayQuietly);
  return become(args);
});
