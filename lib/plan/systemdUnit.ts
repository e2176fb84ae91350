/**
 * linux.cgroupsPath → the unit of systemd that holds a container, and where its cgroup is. Called by cgroups.ts with the
 * driver `systemd`. Pure. The form is that of all runtimes: `slice:prefix:name`.
 * Sources: systemd.slice(5), systemd.scope(5), systemd.unit(5).
 */
import { RuntimeError } from '../errors.js';

/** What must be known of the systemd that is asked. */
export interface SystemdFacts {
  /** Whether it is the one of a user, not that of the system. */
  readonly user: boolean;
  /** The cgroup below which all of its units are; '' is the root of every hierarchy. */
  readonly root: string;
  /** Its number: 252. Older ones do not know every property. */
  readonly version: number;
}

/** A unit as it is named, and the place of its cgroup below each mount point. */
export interface UnitPlace {
  readonly name: string;
  /** The slice that it is in. */
  readonly slice: string;
  readonly path: string;
}

const POINTER = 'linux/cgroupsPath';
const ROOT_SLICE = '-.slice';
const SLICE = '.slice';
const SCOPE = '.scope';
const PREFIX = 'caisson';
/** UNIT_NAME_MAX of systemd. */
const LONGEST = 255;
const FORM = 'with systemd it is slice:prefix:name, as in system.slice:caisson:web';

/**
 * The unit of a container. A name that ends in .slice is that of a slice, which holds its processes itself.
 * @param id of the container: its name where no path is given
 * @throws RuntimeError config-invalid
 */
export function unitPlace(cgroupsPath: string | undefined, id: string, { user, root }: SystemdFacts): UnitPlace {
  const { slice, prefix, name } = partsOf(cgroupsPath, id, user ? 'user.slice' : 'system.slice');
  if (name.endsWith(SLICE)) return sliceOfItsOwn(slice, name, root);
  const unit = `${prefix === '' ? '' : `${prefix}-`}${name}${SCOPE}`;
  requireName(unit);
  return { name: unit, slice, path: `${root}${slicePath(slice)}/${unit}` };
}

function partsOf(
  cgroupsPath: string | undefined,
  id: string,
  usual: string,
): { slice: string; prefix: string; name: string } {
  // Engines written in Go send '' for what is not set.
  if (cgroupsPath === undefined || cgroupsPath === '') return { slice: usual, prefix: PREFIX, name: escaped(id) };
  const [slice = '', prefix = '', name = '', more] = cgroupsPath.split(':');
  if (more !== undefined || cgroupsPath.split(':').length < 3) {
    throw invalid(`${JSON.stringify(cgroupsPath)} has not three parts`, FORM);
  }
  if (name === '') throw invalid('the unit has no name', FORM);
  return { slice: slice === '' ? usual : slice, prefix, name };
}

/** systemd.unit(5): every other byte stands as \xHH. */
function escaped(id: string): string {
  return id.replace(/[^\w.:-]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The slice above one is the one that its name says. */
function sliceOfItsOwn(slice: string, name: string, root: string): UnitPlace {
  requireName(name);
  const path = slicePath(name);
  if (name === ROOT_SLICE) throw invalid('the slice of everything cannot be that of a container', FORM);
  const dash = name.lastIndexOf('-');
  const above = dash < 0 ? ROOT_SLICE : `${name.slice(0, dash)}${SLICE}`;
  if (slice !== above) throw invalid(`the slice ${name} is in ${above}, not in ${slice}`, `name ${above} before it`);
  return { name, slice, path: `${root}${path}` };
}

/**
 * Where a slice is below the root of systemd: `a-b.slice` is /a.slice/a-b.slice.
 * @throws RuntimeError config-invalid
 */
export function slicePath(slice: string): string {
  if (slice === ROOT_SLICE) return '';
  const stem = slice.slice(0, -SLICE.length);
  if (!slice.endsWith(SLICE) || stem === '' || stem.split('-').includes('')) {
    throw invalid(`${JSON.stringify(slice)} is not the name of a slice`, 'as in machine.slice or a-b.slice');
  }
  requireName(slice);
  let path = '';
  for (let dash = stem.indexOf('-'); dash >= 0; dash = stem.indexOf('-', dash + 1)) {
    path += `/${stem.slice(0, dash)}${SLICE}`;
  }
  return `${path}/${slice}`;
}

/** A name is a file of its own in the cgroup filesystem, so no part of it may lead elsewhere. */
function requireName(name: string): void {
  if (name.length > LONGEST) throw invalid(`the name ${name} is longer than ${LONGEST} bytes`, 'shorten it');
  if (!/^[\w.:\\@-]+$/.test(name) || name.startsWith('.')) {
    const hint = 'letters, digits and :_.\\@- are allowed; systemd-escape(1) makes such a name';
    throw invalid(`${JSON.stringify(name)} is not the name of a unit`, hint);
  }
}

function invalid(message: string, hint: string): RuntimeError {
  return new RuntimeError('config-invalid', message, { pointer: POINTER, hint });
}
