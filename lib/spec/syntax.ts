/**
 * Why a text is not JSON, and where. Loaded by load.ts when JSON.parse has refused a config: its own message differs by
 * engine, and says neither line nor cause.
 */
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { RuntimeError } from '../errors.js';
import { refuseDepth } from './depth.js';

const REASONS: Readonly<Partial<Record<string, string>>> = {
  InvalidNumberFormat: 'this is not a number as JSON writes it',
  UnexpectedEndOfNumber: 'this is not a number as JSON writes it',
  PropertyNameExpected: 'a name in double quotes is due here',
  ValueExpected: 'a value is due here',
  ColonExpected: 'a colon is missing before this',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'a closing } is due here',
  CloseBracketExpected: 'a closing ] is due here',
  EndOfFileExpected: 'the object has ended, and something follows',
  InvalidCommentToken: 'this is a comment, and JSON has none',
  UnexpectedEndOfComment: 'this is a comment, and JSON has none',
  UnexpectedEndOfString: 'this string has no closing quote',
  InvalidUnicode: '\\u needs four hexadecimal digits',
  InvalidEscapeCharacter: 'this string has an unknown escape',
  InvalidCharacter: 'this string has a control character, which must be escaped',
};

/** What is not JSON. */
interface Refused {
  readonly text: string;
  readonly file: string;
  /** What JSON.parse threw. */
  readonly cause: unknown;
  /** What it should have been, when not config.json. */
  readonly what?: string;
}

/** The error for a text that is not JSON. */
export function notJson(refused: Refused): RuntimeError {
  const { text, cause } = refused;
  if (text.trim() === '') return fault(refused, 0, 'the file is empty');
  if (text.startsWith('\uFEFF')) {
    return fault(refused, 0, 'the file begins with a byte order mark', 'save it as UTF-8 without one');
  }
  refuseDepth(text);
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const first = errors.sort((a, b) => a.offset - b.offset)[0];
  if (first === undefined) return fault(refused, 0, cause instanceof Error ? cause.message : 'this is not JSON');
  return fault(refused, first.offset, reason(first, text));
}

function fault(refused: Refused, offset: number, reason: string, hint?: string): RuntimeError {
  const { text, file, cause, what = 'config.json' } = refused;
  const before = text.slice(0, offset).split('\n');
  const line = before.length;
  const column = (before.at(-1) ?? '').length + 1;
  const message = `${what} is not JSON: ${reason}`;
  return new RuntimeError('config-syntax', message, { path: file, line, column, hint, cause });
}

function reason({ error, offset }: ParseError, text: string): string {
  const here = text.slice(offset);
  const before = text.slice(0, offset).trimEnd();
  if (here.trim() === '') return 'the file ends before the object does';
  if (/^[}\]]/.test(here) && before.endsWith(',')) return `the comma before this ${here.charAt(0)} is one too many`;
  if (here.startsWith("'")) return 'a single quote; JSON has double quotes';
  if (here.startsWith('#')) return 'this is a comment, and JSON has none';
  if (/^\d/.test(here) && /(^|[^\d.])-?0$/.test(before)) return 'a number does not begin with 0';
  const code = printParseErrorCode(error);
  if (code === 'InvalidSymbol') return strangeWord(here);
  return REASONS[code] ?? 'this is not JSON';
}

/** A bare word: a name without quotes, or a value of another language. */
function strangeWord(here: string): string {
  const word = /^[^\s,:[\]{}"]{1,40}/.exec(here)?.[0] ?? here.charAt(0);
  return /^[^\s,:[\]{}"]+\s*:/.test(here) ? `the name ${word} needs double quotes` : `unknown word ${word}`;
}
