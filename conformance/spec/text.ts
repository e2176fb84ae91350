// Whether the rows are all that the text of the specification demands. Pure.

import type { Level, SpecPage, SpecRow } from './row.js';

export interface Demand {
  readonly level: Level;
  /** Anchor of the heading above it. */
  readonly section: string;
  readonly line: number;
}

/** Every demand of a page, in its order. */
export function demandsOf(text: string): Demand[] {
  let section = '';
  return text.split('\n').flatMap((words, index) => {
    section = anchorOf(words) ?? section;
    return [...words.matchAll(/\b(MUST NOT|MUST|SHOULD NOT|SHOULD)\b/g)].map((match) => ({
      level: match[1] as Level,
      section,
      line: index + 1,
    }));
  });
}

/** The anchor that a heading has on the page as it is shown, or undefined. */
function anchorOf(line: string): string | undefined {
  const [, heading] = /^#+ (?:<a name=.*?\/> ?)?(.*)$/.exec(line) ?? [];
  return heading
    ?.trim()
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** @returns complaints: where rows and text part, and rows without a word */
export function compareRows({ page, rows }: SpecPage, text: string): string[] {
  const demands = demandsOf(text);
  const complaints = rows.flatMap((row, index) =>
    row.says === '' || (typeof row.shown !== 'string' && row.shown.none === '')
      ? [`${page}: row ${index + 1} says nothing`]
      : [],
  );
  if (demands.length !== rows.length) complaints.push(`${page}: ${demands.length} demands, ${rows.length} rows`);
  const parted = demands.findIndex((demand, index) => !isOf(demand, rows[index]));
  if (parted >= 0) {
    const [{ level, section, line }, row] = [demands[parted]!, rows[parted]];
    const other = row === undefined ? 'is not there' : `${row.level} in ${row.section}`;
    complaints.push(`${page}: line ${line} says ${level} in ${section}, row ${parted + 1} ${other}`);
  }
  return complaints;
}

function isOf(demand: Demand, row: SpecRow | undefined): boolean {
  return row?.level === demand.level && row.section === demand.section;
}
