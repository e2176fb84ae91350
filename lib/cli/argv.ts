/**
 * The command line, strictly, by the option table. A parser of our own because loading one costs more than starting a
 * container's process does; help and everything else off the hot path goes through yargs (help.ts).
 */
import { RuntimeError } from '../errors.js';
import { fillIn, scan, usage, type Value, type Values } from './flags.js';
import { checkId } from './id.js';
import { nearest } from '../nearest.js';
import { GLOBAL_FLAGS, type Argument, type Verb } from './options.js';
import type { Request } from './requests.js';
import { SIGTERM, signalNumber } from './signals.js';
import { VERBS, type SupportedVerb, type VerbName } from './verbs.js';

/** What is to be done. */
export type Invocation =
  | { [V in SupportedVerb]: { readonly verb: V; readonly request: Request<V> } }[SupportedVerb]
  | { readonly verb: 'help'; readonly topic: VerbName | undefined }
  | { readonly verb: 'version' };

/** What was understood, also when parse throws: where to report, and how to exit. */
export interface Understood {
  readonly globals: Values;
  verb: VerbName | undefined;
}

/**
 * Reads a command line.
 * @param words without the program's name
 * @param understood gets the values of the global flags
 * @throws RuntimeError `usage`, `flag-unsupported`, `id-invalid`
 */
export function parse(words: readonly string[], understood: Understood): Invocation {
  fillIn(GLOBAL_FLAGS, understood.globals);
  const global = { verb: undefined, flags: GLOBAL_FLAGS, values: understood.globals };
  const before = scan(words, [global], true);
  if (before.printed !== undefined) return printing(before.printed, undefined);
  const word = before.rest[0] ?? 'help';
  if (word === 'help') return printing('help', before.rest[1] === undefined ? undefined : verbName(before.rest[1]));

  const name = verbName(word);
  understood.verb = name;
  const verb: Verb = VERBS[name]();
  if (verb.supported === false) return refuse(name, before.rest);
  const values: Values = {};
  fillIn(verb.flags, values);
  const after = scan(before.rest.slice(1), [{ verb: name, flags: verb.flags, values }, global], verb.stops === true);
  if (after.printed !== undefined) return printing(after.printed, name);
  takeArguments(name, verb, after.rest, values);
  values.globals = understood.globals as unknown as Value;
  // The one place where what the table says becomes what its types say.
  return { verb: name, request: values } as unknown as Invocation;
}

function verbName(word: string): VerbName {
  for (const name in VERBS) if (name === word) return name as VerbName;
  const close = nearest(word, Object.keys(VERBS));
  const all = 'caisson --help lists the commands';
  const hint = close === undefined ? all : `did you mean ${close}? ${all}`;
  throw new RuntimeError('usage', `unknown command ${JSON.stringify(word)}`, { hint });
}

/** A verb that is not there yet still has its help. */
function refuse(name: VerbName, words: readonly string[]): Invocation {
  if (words.includes('--help') || words.includes('-h')) return printing('help', name);
  throw new RuntimeError('usage', `the command ${name} is not supported yet`);
}

function printing(what: 'help' | 'version', topic: VerbName | undefined): Invocation {
  return what === 'help' ? { verb: 'help', topic } : { verb: 'version' };
}

function takeArguments(name: VerbName, verb: Verb, words: readonly string[], values: Values): void {
  let at = 0;
  for (const argument in verb.args) {
    const { kind, optional } = verb.args[argument] ?? { kind: 'string' };
    if (kind === 'words') {
      values[argument] = words.slice(at);
      at = words.length;
      continue;
    }
    const word = words[at++];
    if (word === undefined && optional !== true) throw usage(name, `${argument.toUpperCase()} is missing`);
    values[argument] = argumentOf(kind, word);
  }
  if (at < words.length) throw usage(name, `${JSON.stringify(words[at])} is one argument too many`);
}

function argumentOf(kind: Exclude<Argument['kind'], 'words'>, word: string | undefined): Value {
  if (kind === 'signal') return word === undefined ? SIGTERM : signalNumber(word);
  return word !== undefined && kind === 'id' ? checkId(word) : word;
}
