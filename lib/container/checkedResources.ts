/** linux.resources as a text of their own → checked. Called by `update`, for what is asked for and for what was kept. */
import { RuntimeError } from '../errors.js';
import { makeExact } from '../spec/exact.js';
import { loadSpec } from '../spec/load.js';
import type { Resources, Spec } from '../spec/types.gen.js';
import { fitsConfig } from '../spec/validate.gen.js';

/**
 * Holds them against the schema, as those of a config.json are, and against its rules.
 * @param path where they come from, for messages
 * @throws RuntimeError config-syntax, config-invalid
 */
export async function checkedResources(text: string, ociVersion: string, path: string): Promise<Resources> {
  try {
    return (await loadSpec(configOf(text, ociVersion), path)).linux?.resources ?? {};
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    // Its place in the text is one of the text around it, which no other command can show.
    const { line: _line, column: _column, hint = '', ...details } = error.details;
    const own = hint.replace(/(; )?caisson validate .*$/, '');
    throw new RuntimeError(error.code, error.message, { ...details, path, hint: own === '' ? undefined : own });
  }
}

/**
 * Holds them against the schema alone: what they say may make sense only with the limits that are in force.
 * @throws RuntimeError config-syntax, config-invalid
 */
export async function parsedResources(text: string, ociVersion: string, path: string): Promise<Resources> {
  // What is one value of JSON by itself cannot change what stands around it.
  requireObject(text, path);
  const config = configOf(text, ociVersion);
  const spec = JSON.parse(config) as Spec;
  const fits = fitsConfig(spec);
  const exact = fits === 'rounded' ? makeExact(spec, config).length === 0 : fits !== 'no';
  return exact ? (spec.linux?.resources ?? {}) : await checkedResources(text, ociVersion, path);
}

/** A config.json with these resources, and nothing else that could be wrong. */
function configOf(text: string, ociVersion: string): string {
  const around = { ociVersion, root: { path: '/' }, process: { cwd: '/', args: ['/'] } };
  return `${JSON.stringify(around).slice(0, -1)},"linux":{"resources":${text}}}`;
}

function requireObject(text: string, path: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RuntimeError('config-syntax', `the resources are not JSON: ${(error as Error).message}`, { path });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new RuntimeError('config-invalid', 'the resources must be an object', { path, hint: 'as in linux.resources' });
}
