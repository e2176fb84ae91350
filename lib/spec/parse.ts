/** The text of config.json → an object, or why it is none. Called by findings.ts; load.ts parses by itself and loads less. */
import { RuntimeError } from '../errors.js';
import { notJson } from './syntax.js';

/** @throws RuntimeError config-syntax with line and column, or config-invalid for JSON that is no object */
export function parseObject(text: string, file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notJson({ text, file, cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const found = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw new RuntimeError('config-invalid', `config.json must be a JSON object, but is ${found}`, { path: file });
}
