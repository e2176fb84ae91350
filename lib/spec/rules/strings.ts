/** Rules of every string of a config: what no system call can take. Part of lib/spec/rules.ts. */

import type { Spec } from '../types.gen.js';
import { below, type Report, type Rule } from './rule.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

export const STRING_RULES: readonly Rule[] = [
  {
    name: 'string-nul',
    pointers: ['**'],
    demands: 'has no NUL character, at which the kernel would cut it off',
    section: 'config.md#process',
    check: (spec, report) =>
      eachString(spec, report, (text) => (text.includes('\0') ? 'has a NUL character' : undefined)),
  },
  {
    name: 'string-surrogate',
    pointers: ['**'],
    demands: 'has no half of a surrogate pair, which has no place in UTF-8',
    section: 'config.md#configuration',
    check: (spec, report) =>
      eachString(spec, report, (text) =>
        LONE_SURROGATE.test(text) ? 'has half of a surrogate pair, which is no character' : undefined,
      ),
  },
];

/** Every value that is a string, and every name. A list instead of recursion: what nobody knows may be nested without end. */
function eachString(spec: Spec, report: Report, fault: (text: string) => string | undefined): void {
  const open: [string, unknown][] = [['', spec]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [pointer, value] = next;
    const found = typeof value === 'string' ? fault(value) : undefined;
    if (found !== undefined) report(pointer, found);
    if (typeof value !== 'object' || value === null) continue;
    const children: [string, unknown][] = [];
    for (const [key, child] of Object.entries(value)) {
      const name = fault(key);
      if (name !== undefined) report(pointer, `has a name that ${name}`);
      children.push([below(pointer, key), child]);
    }
    // The first on top: breaches come in the order of the text.
    open.push(...children.reverse());
  }
}
