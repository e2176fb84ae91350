/** What is left of the world without the addon: enough to print help, and why nothing else works. */
import type { World } from './world.js';

/** @param addon the loader that failed; it fails again, with the reason, for whoever needs more than printing */
export function bareWorld(addon: () => World): World {
  return {
    print: (fd, text) => {
      (fd === 1 ? process.stdout : process.stderr).write(text);
    },
    appendFile: (path, text, mode) => addon().appendFile(path, text, mode),
    replaceFile: (path, text, mode) => addon().replaceFile(path, text, mode),
    seccompVersion: () => addon().seccompVersion(),
  };
}
