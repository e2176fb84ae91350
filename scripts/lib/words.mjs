// How the scripts look on a terminal: quiet, aligned, colours only for a person.

const colours = process.stdout.isTTY && !process.env.NO_COLOR;

/** @param {string} code */
const paint = (code) => (/** @type {string} */ text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint('1');
export const dim = paint('2');
export const red = paint('31');
export const green = paint('32');
export const cyan = paint('36');

/**
 * A duration for people: `0.4 ms`, `37 ms`, `12.3 s`.
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Rows under each other, each column as wide as its widest cell (the last one free).
 * @param {readonly (readonly string[])[]} rows plain text
 * @param {readonly ((text: string) => string)[]} [paints] one a column
 */
export function table(rows, paints = []) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  /** @type {(row: readonly string[]) => string} */
  const line = (row) =>
    row.map((cell, i) => (paints[i] ?? String)(i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ');
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join('\n');
}
