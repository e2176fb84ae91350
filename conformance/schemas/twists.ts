// Changes that break a rule of lib/spec/rules, each of one base; some come close and break none. A rule that no mutant
// breaks fails the run: then a line is missing in one of the two tables, or chance has no word for it (random.ts).

import type { Mutant } from './aimed.js';
import type { Base } from './bases.js';
import type { Json } from './text.js';
import { COMMON_TWISTS } from './commonTwists.js';
import { LINUX_TWISTS } from './linuxTwists.js';
import { remove, slotAt, write } from './slots.js';

/** Base, and what is changed in it, by pointer; what is undefined is taken out. */
export type Twist = readonly [base: string, changes: Readonly<Record<string, Json | undefined>>];

/** One mutant for each twist. */
export function* twisted(bases: readonly Base[]): Generator<Mutant> {
  for (const [name, changes] of [...COMMON_TWISTS, ...LINUX_TWISTS]) {
    const base = bases.find((candidate) => candidate.name === name);
    if (base === undefined) throw new Error(`twists: there is no base called ${name}`);
    const document = structuredClone(base.document);
    for (const [pointer, value] of Object.entries(changes)) {
      const slot = slotAt(document, pointer);
      if (value === undefined) remove(slot);
      else write(slot, structuredClone(value));
    }
    yield { document, made: `${name}: ${Object.keys(changes).join(', ')} twisted` };
  }
}
