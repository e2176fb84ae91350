/** `caisson --version`: the lines that engines read from a runtime. */
import { COMMIT, SPEC_VERSION, VERSION } from '../version.js';
import type { World } from './world.js';

/** Prints them; only the first may have the word "version" (docker takes the last line that has it). */
export function printVersions(world: World): number {
  const lines = [
    `caisson version ${VERSION}`,
    ...(COMMIT === undefined ? [] : [`commit: ${COMMIT}`]),
    `spec: ${SPEC_VERSION}`,
    `libseccomp: ${world.seccompVersion()}`,
  ];
  world.print(1, `${lines.join('\n')}\n`);
  return 0;
}
