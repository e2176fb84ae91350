/**
 * The entry of the engine, compiled by Bun or run by Node. What it does not load, it does not pay for: no process.stdout,
 * no node:fs; files, output and the exit go through the addon.
 */
import { COMMANDS } from './cli/commands.js';
import { dispatch } from './cli/dispatch.js';
import { native } from './native/load.js';

// argv[0] is the engine and argv[1] this file, for both.
native().exit(await dispatch(process.argv.slice(2), native(), COMMANDS));
