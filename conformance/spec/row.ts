// A sentence of the specification that demands something, as a numbered row. The rows of a page stand in the order of its
// text, one for each MUST, MUST NOT, SHOULD and SHOULD NOT: text.ts counts them. Pure data and its types.

import type { CheckName } from './checks.js';

export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT';

export interface SpecRow {
  readonly level: Level;
  /** Anchor of the heading that the sentence stands under. */
  readonly section: string;
  /** What it demands, in our words. */
  readonly says: string;
  /** The check that shows it, or why none can. */
  readonly shown: CheckName | { readonly none: string };
}

export interface SpecPage {
  /** `runtime.md`, in the module of the specification. */
  readonly page: string;
  readonly rows: readonly SpecRow[];
}

const row =
  (level: Level) =>
  (section: string, says: string, shown: SpecRow['shown']): SpecRow => ({ level, section, says, shown });

export const must = row('MUST');
export const mustNot = row('MUST NOT');
export const should = row('SHOULD');
export const shouldNot = row('SHOULD NOT');

/** Why no check can show it. */
export const none = (reason: string) => ({ none: reason });

/** A demand on who writes config.json, for which no runtime is asked to refuse anything. */
export const FOR_AUTHORS = none('who writes config.json must see to it, and no refusal is asked of a runtime');

/** A demand on other systems, to which Linux is no witness. */
export const ELSEWHERE = none('it speaks of another system than Linux');
