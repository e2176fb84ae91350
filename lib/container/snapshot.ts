/**
 * The config that a container was made from, as its state directory keeps it. Called by exec. It was checked when the container was
 * made, and only who is root there could have changed it since: it is not checked again.
 */
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import type { Spec } from '../spec/types.gen.js';
import { CONFIG_LIMIT } from './configFile.js';

/** Some of these do not fit into a JavaScript number, and reading them exactly is a matter of the schema. */
const LONG_NUMBER = /\d{16}/;

const WHAT = 'the config that the container was made from';
const HINT = 'caisson delete --force removes the container';

/** @throws RuntimeError state-corrupt */
export async function specOfSnapshot(directory: string): Promise<Spec> {
  const path = `${directory}/config.json`;
  try {
    const text = native().readText(path, CONFIG_LIMIT);
    if (LONG_NUMBER.test(text)) return await (await import('../spec/load.js')).loadSpec(text, path);
    return JSON.parse(text) as Spec;
  } catch (error) {
    if (isSystemError(error)) throw fromSystem('state-corrupt', `cannot read ${WHAT}`, error, { hint: HINT });
    if (!(error instanceof SyntaxError)) throw error;
    throw new RuntimeError('state-corrupt', `${WHAT} is not JSON: ${error.message}`, { path, hint: HINT });
  }
}
