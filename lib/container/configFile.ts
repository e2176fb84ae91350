/** Reads the text of a configuration. Called by bundle.ts and by `caisson validate`; knows nothing of what is in it. */
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';

/** A config larger than this is a mistake or an attack; the largest seen in the wild are some hundred kB. */
export const CONFIG_LIMIT = 32 * 1024 * 1024;

const TOO_BIG = `it has more than ${CONFIG_LIMIT / 1024 / 1024} MiB; is this the right file?`;

/** What a text is, and what may be wrong by errno. */
const KINDS = {
  configuration: {
    ENOENT: 'caisson spec writes one to start from',
    EISDIR: 'this is a directory; a bundle is named with --bundle, a configuration by its file',
    ENXIO: 'it must be a regular file; caisson validate - reads standard input',
    EFBIG: TOO_BIG,
  },
  process: {
    ENOENT: 'is it gone already? --process names a file that holds a process as config.json has it',
    EISDIR: 'this is a directory; --process names a file',
    ENXIO: 'it must be a regular file',
    EFBIG: TOO_BIG,
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

type Kind = keyof typeof KINDS;

/**
 * The text of a file.
 * @throws RuntimeError bundle-missing when it cannot be read, config-syntax when it is not UTF-8
 */
export function readConfig(file: string, kind: Kind = 'configuration'): string {
  return reading(file, () => native().readText(file, CONFIG_LIMIT), kind);
}

/** The text on standard input. @throws RuntimeError as readConfig does */
export function readConfigInput(): string {
  return reading('standard input', () => native().readInput(CONFIG_LIMIT));
}

function reading(file: string, read: () => string, kind: Kind = 'configuration'): string {
  try {
    return read();
  } catch (error) {
    const errno = isSystemError(error) ? error.errno : '';
    if (errno === 'EILSEQ') {
      const hint = 'save it as UTF-8';
      throw new RuntimeError('config-syntax', `the ${kind} is not UTF-8 text`, { path: file, hint });
    }
    const hints: Readonly<Record<string, string>> = KINDS[kind];
    throw fromSystem('bundle-missing', `cannot read the ${kind}`, error, { hint: hints[errno] });
  }
}
