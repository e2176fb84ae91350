/** The part of the addon that the command line itself uses. A test puts its own in place. */
import type { Native } from '../native/surface.js';

export type World = Pick<Native, 'print' | 'appendFile' | 'replaceFile' | 'seccompVersion'>;
