// A tree of mounts on the host, for bind mounts that take it. Called by the checks; it goes with the trial.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NotTried } from './notTried.js';
import type { Trial } from './trial.js';

/**
 * A tmpfs, and another one on its directory `sub`.
 * @throws NotTried where it cannot be mounted
 */
export function mountTree(trial: Trial): string {
  const place = trial.path(`tree-${crypto.randomUUID()}`);
  mkdirSync(place);
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', place);
  trial.finally(() => void spawnSync('umount', ['--recursive', place]));
  mkdirSync(join(place, 'sub'));
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', join(place, 'sub'));
  return place;
}

/** Gives both mounts of a tree an option of theirs, or a propagation, in words of mount(8). */
export function changeTree(place: string, ...words: readonly string[]): void {
  for (const one of [place, join(place, 'sub')]) mount(...words, one);
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new NotTried(`mount ${args.join(' ')}: ${stderr.trim()}`);
}
