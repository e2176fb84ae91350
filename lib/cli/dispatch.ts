/** From words to an exit status: parse, open the log, run the command, and report what failed. main.ts calls it. */
import { fromSystem } from '../errors.js';
import { finishTrace, mark, startTrace } from '../trace.js';
import { parse, type Invocation, type Understood } from './argv.js';
import type { Commands } from './commands.js';
import { startLog } from './logFile.js';
import type { Verb } from './options.js';
import type { Globals, Request } from './requests.js';
import { VERBS, type SupportedVerb } from './verbs.js';
import type { World } from './world.js';

/**
 * Does what a command line asks for. Never throws.
 * @param words without the program's name
 * @returns the exit status
 */
export async function dispatch(words: readonly string[], world: World, commands: Commands): Promise<number> {
  const understood: Understood = { globals: {}, verb: undefined };
  try {
    const invocation = parse(words, understood);
    const status = await carryOut(invocation, understood, world, commands);
    finishTrace();
    return status;
  } catch (error) {
    return await failed(error, understood, world);
  }
}

async function carryOut(
  invocation: Invocation,
  understood: Understood,
  world: World,
  commands: Commands,
): Promise<number> {
  if (invocation.verb === 'help') return (await import('./help.js')).printHelp(invocation.topic, world);
  if (invocation.verb === 'version') return (await import('./versions.js')).printVersions(world);
  const globals = globalsOf(understood);
  startLog(globals, world);
  if (globals.trace !== undefined) openTrace(globals.trace, world);
  mark('engine started');
  return await call(commands, invocation.verb, invocation.request);
}

/** A verb and its request belong together; the compiler cannot see it through the union. */
function call<V extends SupportedVerb>(commands: Commands, verb: V, request: Request<V>): Promise<number> {
  return commands[verb](request);
}

const STDERR = 2;

/** Written at once as well: what cannot be written is known before anything is done. */
function openTrace(file: string, world: World): void {
  const write = (text: string): void => world.replaceFile(file, text, 0o644);
  try {
    write('[]\n');
  } catch (error) {
    throw fromSystem('system-call', 'write the trace', error);
  }
  startTrace((text) => {
    try {
      write(text);
    } catch (error) {
      // What was to be traced is done: that must not look like a failure.
      world.print(STDERR, `caisson: warning: the trace is not written: ${String(error)}\n`);
    }
  });
}

async function failed(error: unknown, understood: Understood, world: World): Promise<number> {
  const { report } = await import('./report.js');
  report(error, globalsOf(understood), world);
  try {
    finishTrace();
  } catch {
    // One failure is told already.
  }
  const verb: Verb | undefined = understood.verb === undefined ? undefined : VERBS[understood.verb]();
  return verb?.failure ?? 1;
}

/** The table's values under the table's types. */
function globalsOf(understood: Understood): Globals {
  return understood.globals as unknown as Globals;
}
