// What features.md of version 1.3.0 demands of the output of `features`.

import { must, mustNot, should, shouldNot } from '../row.js';

export const FEATURES = [
  should('features-structure', 'the structure is that of the build, whatever the host', 'features of any host'),
  mustNot('features-structure', 'null is taken for an empty value', 'features without null'),
  must('specification-version', 'ociVersionMin is accepted in config.json', 'oldest version'),
  must('specification-version', 'ociVersionMax is accepted in config.json', 'newest version'),
  mustNot('specification-version', 'ociVersionMax is below ociVersionMin', 'order of versions'),
  mustNot('specification-version', 'the structure has properties that the specification has not', 'features schema'),
  must('hooks', 'every hook that is named is supported', 'hooks of features'),
  must('mount-options', 'every mount option that is named is recognized', 'options of features'),
  shouldNot('mount-options', 'options of single filesystems are named', 'no options of filesystems'),
  must('annotations', 'annotations are a map of strings, with keys as in config.json', 'annotations of features'),
];
