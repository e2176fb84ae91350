/** Reads the text of a configuration. Called by bundle.ts and by `caisson validate`; knows nothing of what is in it. */
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';

/** A config larger than this is a mistake or an attack; the largest seen in the wild are some hundred kB. */
export const CONFIG_LIMIT = 32 * 1024 * 1024;

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'caisson spec writes one to start from',
  EISDIR: 'this is a directory; a bundle is named with --bundle, a configuration by its file',
  ENXIO: 'it must be a regular file; caisson validate - reads standard input',
  EFBIG: `it has more than ${CONFIG_LIMIT / 1024 / 1024} MiB; is this the right file?`,
};

/**
 * The text of a file.
 * @throws RuntimeError bundle-missing when it cannot be read, config-syntax when it is not UTF-8
 */
export function readConfig(file: string): string {
  return reading(file, () => native().readText(file, CONFIG_LIMIT));
}

/** The text on standard input. @throws RuntimeError as readConfig does */
export function readConfigInput(): string {
  return reading('standard input', () => native().readInput(CONFIG_LIMIT));
}

function reading(file: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    const errno = isSystemError(error) ? error.errno : '';
    if (errno === 'EILSEQ') {
      const hint = 'save it as UTF-8';
      throw new RuntimeError('config-syntax', 'the configuration is not UTF-8 text', { path: file, hint });
    }
    throw fromSystem('bundle-missing', 'cannot read the configuration', error, { hint: HINTS[errno] });
  }
}
