/** The rule for container ids. An id becomes the name of a directory and of a cgroup. */
import { RuntimeError } from '../errors.js';

/** NAME_MAX: the id is one component of a path. */
const LONGEST = 255;

const ALLOWED = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+.-';

const HINT = 'an id is 1 to 255 letters, digits, "_", "+", "." or "-", and does not begin with "."';

/**
 * The id, if it is one. A leading dot is refused, as crun does: `.` and `..` are directories, and the state root has
 * temporary names of its own.
 * @throws RuntimeError `id-invalid`
 */
export function checkId(text: string): string {
  let good = 0;
  while (good < text.length && ALLOWED.includes(text.charAt(good))) good++;
  if (good === text.length && good > 0 && good <= LONGEST && !text.startsWith('.')) return text;
  throw new RuntimeError('id-invalid', `the container id ${shortened(text)} ${faultOf(text, good)}`, { hint: HINT });
}

function faultOf(text: string, good: number): string {
  if (text === '') return 'is empty';
  if (text.length > LONGEST) return `is longer than ${LONGEST} characters`;
  if (text.startsWith('.')) return 'begins with "."';
  return `has the character ${JSON.stringify(String.fromCodePoint(text.codePointAt(good) ?? 0))}`;
}

/** As much of the id as is good to read. */
function shortened(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
