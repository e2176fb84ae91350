/**
 * What the files of a cgroup count, read with patience: a controller may not be there, a kernel may be older than a file, and
 * a cgroup may vanish while it is read. Called by the stats of `events`; numbers are whole, whatever their size.
 */
import { isSystemError } from '../errors.js';
import { native } from '../native/load.js';
import type { Native } from '../native/surface.js';

/** Where a controller has its files for one container. */
export interface ControllerPlace {
  readonly version: 1 | 2;
  readonly directory: string;
}

/** The places of a container by controller, as in cgroup.controllers; `cgroup` is cgroup v2 itself. */
export type Places = (controller: string) => ControllerPlace | undefined;

/** What is needed of the addon. */
export type CounterFiles = Pick<Native, 'readKernelText' | 'listDirectory'>;

/** No limit, as runc tells it: the largest number of 64 bits. */
const NO_LIMIT = 2n ** 64n - 1n;
/** Not there; gone; there, and switched off at boot (psi=0). */
const NOTHING = ['ENOENT', 'ENODEV', 'EOPNOTSUPP'];

export class Counters {
  readonly #files: CounterFiles;

  constructor(files: CounterFiles = native()) {
    this.#files = files;
  }

  /** The text of a file; '' when there is none. */
  text(place: ControllerPlace | undefined, file: string): string {
    return place === undefined
      ? ''
      : this.#orNothing(() => this.#files.readKernelText(`${place.directory}/${file}`), '');
  }

  /** The number in a file: 0 when there is none. */
  number(place: ControllerPlace | undefined, file: string): bigint {
    return whole(this.text(place, file).trim());
  }

  /** The lines `name number` of a file. */
  table(place: ControllerPlace | undefined, file: string): Record<string, bigint> {
    const found: Record<string, bigint> = {};
    for (const line of this.text(place, file).split('\n')) {
      const [name = '', value] = line.split(' ', 2);
      if (value !== undefined) found[name] = whole(value);
    }
    return found;
  }

  names(place: ControllerPlace | undefined): string[] {
    return place === undefined ? [] : this.#orNothing(() => this.#files.listDirectory(place.directory), []);
  }

  #orNothing<T>(read: () => T, nothing: T): T {
    try {
      return read();
    } catch (error) {
      if (isSystemError(error) && NOTHING.includes(error.errno)) return nothing;
      throw error;
    }
  }
}

/** 0 for what is no number. */
export function whole(text: string): bigint {
  return text === 'max' ? NO_LIMIT : /^-?\d+$/.test(text) ? BigInt(text) : 0n;
}

/** The fields that are not zero or empty: what runc leaves out. */
export function present<T extends object>(fields: T): Partial<T> {
  const shown: Partial<T> = {};
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined || value === 0n || value === '') continue;
    if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) continue;
    shown[name] = value;
  }
  return shown;
}
