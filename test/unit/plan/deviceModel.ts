/** What device rules mean, said as plainly as can be; and the rules that are tried. For deviceWrites and deviceProgram. */
import fc from 'fast-check';
import { ACCESS, ANY, type Rule } from '../../../lib/plan/deviceRules.js';

export interface Question {
  readonly type: 'character' | 'block';
  readonly major: number;
  readonly minor: number;
  /** Bits of ACCESS. */
  readonly access: number;
}

/** For each access the last rule that speaks of it decides; without one it is denied. */
export function mayUse(rules: readonly Rule[], { type, major, minor, access }: Question): boolean {
  return [ACCESS.mknod, ACCESS.read, ACCESS.write].every((bit) => {
    if ((access & bit) === 0) return true;
    const last = rules.findLast(
      (rule) =>
        (rule.type === 'all' || rule.type === type) &&
        (rule.major === ANY || rule.major === major) &&
        (rule.minor === ANY || rule.minor === minor) &&
        (rule.access & bit) !== 0,
    );
    return last?.allow ?? false;
  });
}

const number = fc.constantFrom(ANY, 0, 1, 2);

export const someRules: fc.Arbitrary<Rule[]> = fc.array(
  fc.record({
    allow: fc.boolean(),
    type: fc.constantFrom('all', 'character', 'block'),
    major: number,
    minor: number,
    access: fc.integer({ min: 1, max: 7 }),
    pointer: fc.constant('linux/resources/devices/0'),
  }),
  { maxLength: 8 },
);

/** Every question about the few devices that these rules name, and one that they do not. */
export function everyQuestion(accesses: readonly number[]): Question[] {
  const found: Question[] = [];
  for (const type of ['character', 'block'] as const) {
    for (const major of [0, 1, 3]) {
      for (const minor of [0, 2, 3]) for (const access of accesses) found.push({ type, major, minor, access });
    }
  }
  return found;
}
