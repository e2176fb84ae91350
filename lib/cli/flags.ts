/**
 * Flags on the command line, by the option table; argv.ts calls it for what stands before the verb and after it.
 *
 * The rules are those of runc: `--x V`, `--x=V`, `-x V`; one dash does for a long name (engines pass `-no-subreaper`);
 * switches take `=true` and `=false`; flags may follow the arguments, except after the id of exec, kill and ps; `--`
 * ends flags; the last of two wins; lists are not split on commas; an empty text is the same as none.
 *
 * Few functions and no regular expressions on the straight way: the engine runs it once, cold, and there a function
 * costs some microseconds and a regular expression fifty.
 */
import { RuntimeError } from '../errors.js';
import { nearest } from '../nearest.js';
import { milliseconds } from './duration.js';
import type { Flag, Flags } from './options.js';
import type { VerbName } from './verbs.js';

/** What a flag or an argument amounts to. */
export type Value = string | number | boolean | string[] | undefined;

/** Under the names of the table. */
export type Values = Record<string, Value>;

/** Flags of one place, and where their values go. */
export interface Table {
  /** Undefined for the global flags. */
  readonly verb: VerbName | undefined;
  readonly flags: Flags;
  readonly values: Values;
}

/** What is left when the flags are taken out; or that something is only to be printed. */
interface Scanned {
  readonly printed: 'help' | 'version' | undefined;
  readonly rest: readonly string[];
}

/** A flag as it was met. */
interface Found {
  readonly table: Table;
  /** Its name in the table. */
  readonly name: string;
  readonly flag: Flag;
}

/**
 * Takes the flags out of words and stores their values.
 * @param tables the verb's own first, then the global one
 * @param stops whether the first word that is no flag ends the flags
 * @throws RuntimeError `usage`, `flag-unsupported`
 */
export function scan(words: readonly string[], tables: readonly Table[], stops: boolean): Scanned {
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') return { printed: undefined, rest: rest.concat(words.slice(at + 1)) };
    if (word === '-' || !word.startsWith('-')) {
      if (stops) return { printed: undefined, rest: words.slice(at) };
      rest.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    const found = lookUp(word.slice(word.startsWith('--') ? 2 : 1, equals < 0 ? word.length : equals), tables);
    const { kind } = found.flag;
    if (kind === 'help' || kind === 'version') return { printed: kind, rest };
    store(found, attached === undefined && kind !== 'boolean' ? words[++at] : attached);
  }
  return { printed: undefined, rest };
}

/** Finds a flag by its name as typed, or by its letter. */
function lookUp(typed: string, tables: readonly Table[]): Found {
  const key = camel(typed);
  for (const table of tables) {
    for (const name in table.flags) {
      const flag = table.flags[name];
      if (flag !== undefined && (name === key || flag.short === typed)) return { table, name, flag };
    }
  }
  throw unknownFlag(typed, tables);
}

/** `pid-file` to `pidFile`; what has a capital letter is the name of no flag. */
function camel(typed: string): string {
  if (typed !== typed.toLowerCase()) return '';
  let word = typed;
  for (let dash = word.indexOf('-'); dash >= 0; dash = word.indexOf('-', dash + 1)) {
    word = word.slice(0, dash) + word.charAt(dash + 1).toUpperCase() + word.slice(dash + 2);
  }
  return word;
}

/** `pidFile` to `pid-file`. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Checks a value and puts it where it belongs. */
function store(found: Found, text: string | undefined): void {
  const { name, flag } = found;
  const { values } = found.table;
  const value = valueOf(found, text);
  if (flag.supported === false) {
    if (value === false) return;
    throw unsupported(found, `the flag --${flagName(name)}`);
  }
  if (flag.ignored === true) return;
  const former = values[name];
  values[name] = flag.kind === 'list' && Array.isArray(former) ? [...former, String(value)] : value;
}

function valueOf(found: Found, text: string | undefined): Value {
  const { flag } = found;
  if (flag.kind === 'boolean') return switchOf(found, text);
  if (text === undefined) throw wrong(found, `needs a value: ${flag.placeholder ?? (flag.choices ?? []).join(' or ')}`);
  if (flag.kind === 'string') return text === '' ? flag.fallback : text;
  if (flag.kind === 'choice') return choiceOf(found, text);
  if (flag.kind === 'number') return numberOf(found, text);
  return flag.kind === 'duration' ? durationOf(found, text) : text;
}

function switchOf(found: Found, text: string | undefined): boolean {
  if (text === undefined || text === 'true') return true;
  if (text === 'false') return false;
  throw wrong(found, `takes true or false, not ${JSON.stringify(text)}`);
}

function numberOf(found: Found, text: string): number {
  const value = /^(0|-?[1-9][0-9]*)$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw wrong(found, `takes a whole number, not ${JSON.stringify(text)}`);
}

function durationOf(found: Found, text: string): number {
  const value = milliseconds(text);
  if (value !== undefined && value > 0) return value;
  throw wrong(found, `takes a time above zero, as in 5s, 500ms or 1m30s, not ${JSON.stringify(text)}`);
}

function choiceOf(found: Found, text: string): string {
  const { choices = [] } = found.flag;
  if (choices.includes(text)) return text;
  throw wrong(found, `takes ${choices.join(', ')}, not ${JSON.stringify(text)}`);
}

function absent({ kind, fallback }: Flag): Value {
  if (kind === 'boolean') return false;
  if (kind === 'list') return [];
  return kind === 'duration' ? milliseconds(fallback ?? '') : fallback;
}

/** Fills in what a program sees when no flag is given. */
export function fillIn(flags: Flags, values: Values): void {
  for (const name in flags) {
    const flag = flags[name];
    if (flag === undefined || flag.supported === false || flag.ignored === true) continue;
    if (flag.kind === 'help' || flag.kind === 'version') continue;
    values[name] = absent(flag);
  }
}

/** A wrong command line, with the way to the help. */
export function usage(verb: VerbName | undefined, message: string): RuntimeError {
  const hint = `see caisson ${verb === undefined ? '' : `${verb} `}--help`;
  return new RuntimeError('usage', prefixed(verb, message), { hint });
}

function unknownFlag(typed: string, tables: readonly Table[]): RuntimeError {
  const verb = tables[0]?.verb;
  const close = nearest(
    typed,
    tables.flatMap((table) => Object.keys(table.flags)).map((name) => flagName(name)),
  );
  const all = `caisson ${verb === undefined ? '' : `${verb} `}--help lists the flags`;
  const hint = close === undefined ? all : `did you mean --${close}? ${all}`;
  const flag = `${typed.length === 1 ? '-' : '--'}${typed}`;
  return new RuntimeError('usage', prefixed(verb, `unknown flag ${flag}`), { hint });
}

function unsupported(found: Found, what: string): RuntimeError {
  return new RuntimeError('flag-unsupported', prefixed(found.table.verb, `${what} is not supported yet`));
}

function wrong(found: Found, what: string): RuntimeError {
  return usage(found.table.verb, `--${flagName(found.name)} ${what}`);
}

function prefixed(verb: VerbName | undefined, message: string): string {
  return verb === undefined ? message : `${verb}: ${message}`;
}
