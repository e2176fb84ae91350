/** Whether `mounts` are plain. Part of lib/spec/glance.ts. */
import type { Mount } from '../types.gen.js';

const BIND = 1;
/** For a filesystem: without effect on a bind mount. */
const DATA = 2;
/** Not known here: the rules know more. */
const ODD = -1;

export function arePlainMounts(mounts: readonly Mount[]): boolean {
  for (const { destination, type = '', source = '', options, uidMappings, gidMappings } of mounts) {
    if (!destination.startsWith('/') || uidMappings !== undefined || gidMappings !== undefined) return false;
    let seen = type === 'bind' ? BIND : 0;
    // A bit that is set twice: two options of which only the last counts, or one that is there twice.
    let subjects = 0;
    if (options !== undefined) {
      for (const option of options) {
        const bits = bitsOf(option);
        if (bits === ODD || (subjects & bits & ~(BIND | DATA)) !== 0) return false;
        subjects |= bits;
      }
      seen |= subjects;
    }
    if ((seen & BIND) !== 0 ? source === '' || (seen & DATA) !== 0 : type === '') return false;
  }
  return true;
}

/** What an option is about: one bit for all that rival each other. */
function bitsOf(option: string): number {
  switch (option) {
    case 'bind':
    case 'rbind':
      return BIND | 4;
    case 'private':
    case 'rprivate':
    case 'shared':
    case 'rshared':
    case 'slave':
    case 'rslave':
    case 'tmpcopyup':
      return 0;
    case 'ro':
    case 'rw':
      return 8;
    case 'suid':
    case 'nosuid':
      return 16;
    case 'dev':
    case 'nodev':
      return 32;
    case 'exec':
    case 'noexec':
      return 64;
    case 'noatime':
    case 'relatime':
    case 'strictatime':
      return 128;
    case 'newinstance':
      return DATA;
    default:
      return option.includes('=') ? DATA : ODD;
  }
}
