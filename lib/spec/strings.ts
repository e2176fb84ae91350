/**
 * Finds strings that no system call can take. Loaded by load.ts when a text has an escape that could make one.
 */
import { RuntimeError } from '../errors.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * @throws RuntimeError config-invalid for a name or value with a NUL character, at which the kernel would cut it off, or
 * with half of a surrogate pair, which has no place in UTF-8
 */
export function refuseOddStrings(config: object): void {
  // A list instead of recursion: what is not in the schema may be nested without end.
  const open: [string, unknown][] = [['', config]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [pointer, value] = next;
    if (typeof value === 'string') refuseOdd(value, pointer);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      refuseOdd(key, pointer);
      open.push([pointer === '' ? key : `${pointer}/${key}`, child]);
    }
  }
}

function refuseOdd(text: string, pointer: string): void {
  if (text.includes('\0')) throw new RuntimeError('config-invalid', 'has a NUL character', { pointer });
  if (LONE_SURROGATE.test(text)) {
    throw new RuntimeError('config-invalid', 'has half of a surrogate pair, which is no character', { pointer });
  }
}
