/**
 * The text of config.json → a checked Spec. Called by lib/container; reads no file.
 * What only a broken or an odd config needs (the explanations, the exact parse) is loaded when it turns up, since every
 * start of a container passes here.
 */
import { RuntimeError } from '../errors.js';
import { checkRules } from './rules.js';
import type { Spec } from './types.gen.js';
import { fitsConfig } from './validate.gen.js';

/** An escape that makes a string no system call can take: NUL, or half of a surrogate pair. */
const ODD_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;

/**
 * Parses and checks a config.
 * @param text what the file holds
 * @param file its path, for messages
 * @param warn called with each thing that is allowed and better not done, as `pointer: what`
 * @returns the spec as parsed. Numbers that a JavaScript number cannot hold are bigints where the type says so.
 * @throws RuntimeError config-syntax with line and column, or config-invalid with the pointer of the first breach
 */
export async function loadSpec(text: string, file: string, warn: (warning: string) => void = ignore): Promise<Spec> {
  const value = await parse(text, file);
  const fits = fitsConfig(value);
  if (fits === 'no') throw (await import('./explain.js')).explain(value);
  const spec = value as Spec;
  if (fits === 'rounded') (await import('./exact.js')).makeExact(spec, text);
  if (text.includes('\\u') && ODD_ESCAPE.test(text)) (await import('./strings.js')).refuseOddStrings(spec);
  checkRules(spec, warn);
  return spec;
}

function ignore(): void {
  // Who gives no `warn` wants no warnings.
}

async function parse(text: string, file: string): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw (await import('./syntax.js')).notJson({ text, file, cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const found = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw new RuntimeError('config-invalid', `config.json must be a JSON object, but is ${found}`, { path: file });
}
