/**
 * How deep a text is nested, for parsers that follow it by recursion (JSON.parse does not): a text that is nested without
 * end must not end in an overflow of the stack.
 */
import { RuntimeError } from '../errors.js';

/** The specification needs 8 levels. */
const DEEPEST = 1000;

/** @throws RuntimeError config-syntax when brackets are open more than 1000 deep */
export function refuseDepth(text: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > DEEPEST) {
      throw new RuntimeError('config-syntax', `config.json is nested more than ${DEEPEST} levels deep`);
    }
  }
}
