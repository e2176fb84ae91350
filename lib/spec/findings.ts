/**
 * Everything that is wrong with a config, or better not done, in the order of its text. For `caisson validate`, and for
 * create when it refuses. Reads no file, and looks at no host.
 */
import { isRuntimeError, RuntimeError } from '../errors.js';
import { nearest } from '../nearest.js';
import { makeExact } from './exact.js';
import { misfitsOf } from './explain.js';
import { parseObject } from './parse.js';
import { placesOf, positionsIn } from './places.js';
import { sectionOf, UNKNOWN, unknownProperties } from './properties.js';
import { prune } from './prune.js';
import { breachesOfRules } from './rules.js';
import type { Breach } from './rules/rule.js';
import { fitsConfig } from './validate.gen.js';

/** One thing to be said about a config. */
export interface Finding {
  readonly level: 'error' | 'warning';
  readonly code: 'config-syntax' | 'config-invalid';
  /** Which demand it is that is not met: the name of a rule of rules.ts, `schema-` and a keyword, or one of ours. */
  readonly rule: string;
  /** JSON pointer without its leading slash; '' for the whole. */
  readonly pointer: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** Where the specification has it: `config.md#root`. */
  readonly section: string | undefined;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** A finding whose place in the text is not known yet. */
interface Draft extends Omit<Finding, 'line' | 'column' | 'code'> {
  /** What it points at. */
  readonly of: 'value' | 'name';
  /** Offset in the text, where that is known. */
  readonly offset?: number;
}

/**
 * All findings, sorted by their place.
 * @param file what the text comes from, for messages
 */
export function findingsOf(text: string, file: string): Finding[] {
  let config: object;
  try {
    config = parseObject(text, file);
  } catch (error) {
    if (isRuntimeError(error)) return [notParsed(error)];
    throw error;
  }
  const drafts = [...unknown(config), ...breaches(config, text)];
  const places = placesOf(
    text,
    drafts.map(({ pointer }) => pointer),
  );
  const position = positionsIn(text);
  for (const { pointer, offset, first } of places.duplicates) {
    const message = `is named twice in this object, first in line ${position(first).line}; the last one counts`;
    drafts.push(draft('warning', 'duplicate-name', pointer, message, { of: 'name', offset }));
  }
  return drafts
    .map((one) => ({ one, offset: one.offset ?? places.offsetOf(one.pointer, one.of) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ one: { of: _of, offset: _offset, ...rest }, offset }) => {
      return { ...rest, code: 'config-invalid', ...position(offset) };
    });
}

/**
 * The error for a config that cannot be taken: its first, and how many more there are.
 * @param file its path, as `caisson validate` would be given it
 */
export function refusal(text: string, file: string): RuntimeError {
  try {
    parseObject(text, file);
  } catch (error) {
    if (isRuntimeError(error)) return error;
    throw error;
  }
  const [first, ...more] = findingsOf(text, file).filter(({ level }) => level === 'error');
  if (first === undefined) return new RuntimeError('internal', 'a config is refused, and nothing is wrong with it');
  const { code, message, pointer } = first;
  const others = `caisson validate ${file} shows ${more.length} more`;
  const hint = more.length === 0 ? first.hint : [first.hint, others].filter((part) => part !== undefined).join('; ');
  return new RuntimeError(code, message, { pointer, hint });
}

function notParsed({ code, message, details }: RuntimeError): Finding {
  const { hint, line = 1, column = 1 } = details;
  const syntax = code === 'config-syntax';
  return {
    level: 'error',
    code: syntax ? code : 'config-invalid',
    rule: syntax ? 'json' : 'json-object',
    pointer: '',
    message,
    hint,
    section: 'config.md#configuration',
    line,
    column,
  };
}

function draft(
  level: Finding['level'],
  rule: string,
  pointer: string,
  message: string,
  more: Partial<Draft> = {},
): Draft {
  return { level, rule, pointer, message, hint: undefined, section: sectionOf(pointer), of: 'value', ...more };
}

function unknown(config: object): Draft[] {
  return unknownProperties(config).map(({ pointer, name, known }) => {
    const close = nearest(name, known);
    return draft('warning', 'unknown-property', pointer, UNKNOWN, {
      hint: close === undefined ? undefined : `did you mean ${close}?`,
      section: 'config.md#extensibility',
      of: 'name',
    });
  });
}

/** What breaks the schema and the rules. Changes the config. */
function breaches(config: object, text: string): Draft[] {
  const found = misfitsOf(config).map(({ keyword, pointer, message, hint }) =>
    draft('error', `schema-${keyword}`, pointer, message, { hint }),
  );
  const misfits = found.map(({ pointer }) => pointer);
  const { spec, known } = prune(config);
  // What is rounded is still near enough to be told what else is wrong.
  if (misfits.length === 0 && fitsConfig(spec) === 'rounded') {
    for (const { pointer, ...rest } of makeExact(spec, text)) {
      found.push(draft('error', 'schema-exact', pointer, rest.message, { hint: rest.hint }));
    }
  }
  for (const breach of breachesOfRules(spec, known)) {
    const { rule, pointer, message, hint } = breach;
    if (misled(breach, misfits)) continue;
    const { name, section } = rule;
    found.push(draft(rule.warning === true ? 'warning' : 'error', name, pointer, message, { hint, section }));
  }
  return found;
}

/** Whether a rule may only be broken because of what was taken out. */
function misled({ rule, pointer }: Breach, misfits: readonly string[]): boolean {
  const steps = pointer.split('/');
  const places = (rule.needs ?? []).map((place) =>
    place
      .split('/')
      .map((step, at) => (step === '*' ? (steps[at] ?? '') : step))
      .join('/'),
  );
  return misfits.some(
    (misfit) => isWithin(misfit, pointer) || places.some((place) => isWithin(misfit, place) || isWithin(place, misfit)),
  );
}

function isWithin(pointer: string, above: string): boolean {
  return above === '' || pointer === above || pointer.startsWith(`${above}/`);
}
