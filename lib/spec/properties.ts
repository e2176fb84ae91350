/** Looks up the properties of a config in the schema's table (properties.gen.ts). Loaded only when there is something to say. */
import { OBJECTS, type Property } from './properties.gen.js';
import { below } from './rules/rule.js';

/** A property that nobody knows, and those it may have been meant for. */
export interface Unknown {
  readonly pointer: string;
  readonly name: string;
  readonly known: readonly string[];
}

/** The section of the specification that has the property at a pointer, or the nearest one above it. */
export function sectionOf(pointer: string): string | undefined {
  let section: string | undefined;
  let type = 'Spec';
  const steps = pointer.split('/');
  for (let at = 0; at < steps.length; at++) {
    const property = propertyOf(type, steps[at] ?? '');
    if (property === undefined) return section;
    section = property.section;
    type = property.of;
    // The step behind is an index or a key.
    if (property.kind !== 'value') at++;
  }
  return section;
}

/** What is said of it: it is no error, since later specifications have more (config.md#extensibility). */
export const UNKNOWN = 'not a property that runtime-spec 1.3.0 knows; ignored';

/** Every property that the specification does not know; what is of other platforms or in maps has any. */
export function unknownProperties(config: unknown): Unknown[] {
  const found: Unknown[] = [];
  lookInto(config, 'Spec', '', found);
  return found;
}

function lookInto(value: unknown, type: string, pointer: string, found: Unknown[]): void {
  const known = OBJECTS[type];
  if (known === undefined || !isObject(value)) return;
  for (const [name, child] of Object.entries(value)) {
    const property = propertyOf(type, name);
    const place = below(pointer, name);
    if (property === undefined) found.push({ pointer: place, name, known: Object.keys(known) });
    else if (property.kind === 'value') lookInto(child, property.of, place, found);
    else for (const [key, item] of entries(child)) lookInto(item, property.of, below(place, key), found);
  }
}

/** hasOwn: a property may be called `constructor`. */
function propertyOf(type: string, name: string): Property | undefined {
  const known = OBJECTS[type] ?? {};
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
