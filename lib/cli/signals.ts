/** Signals by number and by name, signal(7). The numbers are those of x86-64 and arm64. */
import { RuntimeError } from '../errors.js';
import { nearest } from '../nearest.js';

/** By number; 0 is no signal, and asks only whether the process is there. */
const NAMES =
  'ZERO HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU ' +
  'URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS';

const ALIASES: Readonly<Record<string, number>> = { IOT: 6, CLD: 17, POLL: 29 };

/** As glibc has them, and engines too. */
const RTMIN = 34;
const RTMAX = 64;

export const SIGTERM = 15;

/**
 * The number of a signal: `9`, `KILL`, `SIGKILL`, `sigkill`, `RTMIN+3`, and each with a dash before it as for kill(1).
 * @throws RuntimeError `usage`
 */
export function signalNumber(text: string): number {
  const word = text.replace(/^-/, '');
  const number = /^(0|[1-9][0-9]?)$/.test(word) ? Number(word) : byName(word.toUpperCase().replace(/^SIG/, ''));
  if (number !== undefined && number <= RTMAX) return number;
  throw new RuntimeError('usage', `unknown signal ${JSON.stringify(text)}`, { hint: hintFor(word) });
}

function byName(name: string): number | undefined {
  const number = NAMES.split(' ').indexOf(name);
  if (number > 0) return number;
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : realTime(name);
}

/** `RTMIN+n` and `RTMAX-n`. */
function realTime(name: string): number | undefined {
  const match = /^RT(MIN|MAX)(?:([+-])(0|[1-9][0-9]?))?$/.exec(name);
  if (match === null) return undefined;
  const [, base, sign, digits] = match;
  if (sign !== undefined && sign !== (base === 'MIN' ? '+' : '-')) return undefined;
  const distance = Number(digits ?? 0);
  const number = base === 'MIN' ? RTMIN + distance : RTMAX - distance;
  return number >= RTMIN && number <= RTMAX ? number : undefined;
}

function hintFor(word: string): string {
  const close = nearest(word.toUpperCase().replace(/^SIG/, ''), [
    ...NAMES.split(' ').slice(1),
    ...Object.keys(ALIASES),
  ]);
  const range = `a signal is a number from 0 to ${RTMAX} or a name like TERM, SIGTERM or RTMIN+1`;
  return close === undefined ? range : `did you mean ${close}? ${range}`;
}
