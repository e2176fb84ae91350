// What config.md of version 1.3.0 demands of annotations, of what nobody knows, and of what is not valid.

import { FOR_AUTHORS, must, mustNot, none, should, type SpecRow } from '../row.js';

const SECTION = 'annotations';

/** Said of each key that is copied from an image. */
const ofImage = (...names: readonly string[]): SpecRow[] =>
  names.flatMap((name) => [
    must(SECTION, `org.opencontainers.image.${name} is what the image specification says`, FOR_AUTHORS),
    should(SECTION, `org.opencontainers.image.${name} is only used as that says`, FOR_AUTHORS),
  ]);

export const ANNOTATIONS_AND_VALUES = [
  must(SECTION, 'annotations are a map', 'annotations that are no map'),
  must(SECTION, 'its keys are strings', none('JSON has no other keys')),
  mustNot(SECTION, 'a key is empty', 'empty annotation key'),
  should(SECTION, 'a key is a domain name, reversed', FOR_AUTHORS),
  must(SECTION, 'keys of org.opencontainers are those of the text', FOR_AUTHORS),
  ...ofImage('os', 'os.version', 'os.features', 'architecture', 'variant', 'author', 'created'),
  should(
    SECTION,
    'org.opencontainers.image.stopSignal is the signal that ends the container',
    none('the operation kill is told its signal'),
  ),
  ...ofImage('stopSignal'),
  mustNot(
    SECTION,
    'later specifications use other keys of org.opencontainers',
    none('it is a demand on specifications'),
  ),
  must(SECTION, 'keys that are not known are no error', 'unknown annotations'),
  must(SECTION, 'values are strings', 'annotation that is no text'),
  must('extensibility', 'properties that are not known are ignored', 'unknown properties'),
  must('valid-values', 'values that are not valid are errors', 'invalid values'),
];
