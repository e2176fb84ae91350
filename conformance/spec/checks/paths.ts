// Paths in the container that must be absolute. Called by checks.ts.

import type { Trial } from '../trial.js';

const relative = (list: 'maskedPaths' | 'readonlyPaths') => async (trial: Trial) => {
  await trial.refuses(`a relative path in ${list}`, ({ linux }) => (linux[list] = ['proc/sys']));
};

export const paths = {
  'relative masked path': relative('maskedPaths'),
  'relative read-only path': relative('readonlyPaths'),
};
