/** Lengths of time as programs written in Go take them: `5s`, `1m30s`, `500ms`, `1.5h`, `0`. Called by flags.ts. */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds that fit 64 bits of nanoseconds, some 292 years. */
const MOST = 2 ** 63 / 1e6;

/** Milliseconds; undefined for a text that is not wholly one. */
export function milliseconds(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const rest = /^[-+]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0;
  let sum = 0;
  let end = 0;
  for (const part of rest.matchAll(/(\d*\.?\d*)(ns|us|µs|μs|ms|s|m|h)/gy)) {
    const [whole, number = '', unit = ''] = part;
    if (!/\d/.test(number)) return undefined;
    sum += Number(number) * (UNITS[unit] ?? 0);
    end += whole.length;
  }
  return end === 0 || end < rest.length || sum >= MOST ? undefined : sign * sum;
}
