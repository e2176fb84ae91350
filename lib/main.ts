/**
 * The entry of the engine, compiled by Bun or run by Node. What it does not load, it does not pay for: no process.stdout,
 * no node:fs; files, output and the exit go through the addon.
 */
import { COMMANDS } from './cli/commands.js';
import { dispatch } from './cli/dispatch.js';
import { native } from './native/load.js';
import type { Native } from './native/surface.js';

let addon: Native | undefined;
try {
  addon = native();
} catch {
  // Whoever needs it next fails as well, and that is what gets reported; help needs nothing but a way out.
}
// The command line has nothing else to do while it waits.
addon?.waitInPlace();
const world = addon ?? (await import('./cli/bareWorld.js')).bareWorld(native);

// argv[0] is the engine and argv[1] this file, for both.
const status = await dispatch(process.argv.slice(2), world, COMMANDS);
if (addon === undefined) process.exitCode = status;
else addon.exit(status);
