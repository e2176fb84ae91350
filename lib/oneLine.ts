/** Text that somebody else wrote, made safe to print. Imports nothing. */

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text as one line that a terminal shows as it is: without what could end the line, move the cursor or turn the
 * reading direction. Paths, ids and options come from files and images that somebody else wrote.
 */
export function oneLine(text: string): string {
  // Not a constant of the module, which is loaded on every start: it takes 40 microseconds to make.
  const odd = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
  return text.replace(odd, (character) => SHORT[character] ?? escaped(character.codePointAt(0) ?? 0));
}

function escaped(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
