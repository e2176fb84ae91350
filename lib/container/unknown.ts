/**
 * The properties of a config that the specification does not know, as warnings. They make no difference, so they are looked for when
 * somebody reads warnings, and not on the way of every create. Called by launch, state and plan.
 */
import type { Spec } from '../spec/types.gen.js';
import { UNKNOWN, unknownProperties } from '../spec/properties.js';

/** A line for each. */
export function unknownWarnings(spec: Spec): string[] {
  return unknownProperties(spec).map(({ pointer }) => `${pointer}: ${UNKNOWN}`);
}
