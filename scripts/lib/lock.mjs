// One set-up or build at a time in this folder. The lock is flock(1)'s, held by a child that ends with us, so that a
// killed build leaves nothing to clean.

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { at } from './project.mjs';

/**
 * Runs `work` while no other script of this folder does.
 * @template T
 * @param {(text: string) => void} say called once if somebody else has the lock
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(say, work) {
  if (process.env.CAISSON_BUILD_LOCKED) return work();
  mkdirSync(at('build'), { recursive: true });
  // cat answers only once flock has the lock; it ends when our end of its pipe closes, however we end.
  const holder = spawn('flock', ['--exclusive', at('build/lock'), 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const patience = setTimeout(() => say('waiting for another set-up or build in this folder to end'), 500);
  try {
    await new Promise((resolve, reject) => {
      holder.on('error', reject);
      holder.on('exit', () => reject(new Error('flock(1) could not lock build/lock')));
      holder.stdout.once('data', resolve);
      holder.stdin.write('held\n');
    });
    clearTimeout(patience);
    process.env.CAISSON_BUILD_LOCKED = '1';
    return await work();
  } finally {
    clearTimeout(patience);
    delete process.env.CAISSON_BUILD_LOCKED;
    holder.removeAllListeners('exit');
    holder.stdin.end();
  }
}
