// Whether the rows are all that the text of the specification demands. Pure.

import type { Level, SpecPage } from './row.js';

/** Every demand of a page, in its order, with the number of its line. */
export function demandsOf(text: string): { level: Level; line: number }[] {
  return text.split('\n').flatMap((words, index) =>
    [...words.matchAll(/\b(MUST NOT|MUST|SHOULD NOT|SHOULD)\b/g)].map((match) => ({
      level: match[1] as Level,
      line: index + 1,
    })),
  );
}

/** @returns complaints: where rows and text part, and rows without a word */
export function compareRows({ page, rows }: SpecPage, text: string): string[] {
  const demands = demandsOf(text);
  const parted = demands.findIndex(({ level }, index) => rows[index]?.level !== level);
  const complaints = rows.flatMap((row, index) =>
    row.says === '' || (typeof row.shown !== 'string' && row.shown.none === '')
      ? [`${page}: row ${index + 1} says nothing`]
      : [],
  );
  if (demands.length !== rows.length) complaints.push(`${page}: ${demands.length} demands, ${rows.length} rows`);
  if (parted >= 0) {
    const { level, line } = demands[parted]!;
    complaints.push(`${page}: line ${line} says ${level}, row ${parted + 1} ${rows[parted]?.level ?? 'is not there'}`);
  }
  return complaints;
}
