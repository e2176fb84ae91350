// Removes what the bench's containers left, however far they came. Called at the end, also after ^C.

import { cgroupsNamed, removeCgroups, sharedParents } from './cgroups.js';
import { idPrefix } from './place.js';
import { subjectNames } from './options.js';
import { call, type Runtime } from './subjects.js';

/**
 * @param parentsBefore caisson's shared parent cgroups that were there before the bench; they stay
 * @returns what could not be removed
 */
export function removeContainers(runtimes: readonly Runtime[], parentsBefore: readonly string[]): string[] {
  // Nothing to delete is the ordinary case, and no error here.
  for (const runtime of runtimes) call([runtime.program, ...runtime.globalWords, 'delete', '--force', runtime.id]);
  const left = removeCgroups(cgroupsNamed(subjectNames.map((name) => idPrefix + name)));
  const parents = sharedParents().filter((path) => !parentsBefore.includes(path));
  removeCgroups(parents);
  return left;
}
