/**
 * A bundle on disk → its spec and the absolute paths the plan needs. Called by launch and by `caisson plan`. Makes nothing.
 */
import { fromSystem, RuntimeError } from '../errors.js';
import { native } from '../native/load.js';
import { refuseUnsupported } from '../plan/unsupported.js';
import { loadSpec } from '../spec/load.js';
import type { Spec } from '../spec/types.gen.js';
import { mark } from '../trace.js';
import { readConfig } from './configFile.js';

export interface Bundle {
  readonly spec: Spec;
  /** The text of config.json, for the snapshot. */
  readonly text: string;
  /** Absolute, without links. */
  readonly directory: string;
  readonly rootfs: string;
  readonly warnings: readonly string[];
}

/**
 * Reads and checks a bundle.
 * @param bundle as the user named it, relative to the working directory
 * @param config name of the configuration within the bundle
 * @throws RuntimeError bundle-missing, config-syntax, config-invalid, config-unsupported, rootfs-missing
 */
export async function readBundle(bundle: string, config: string): Promise<Bundle> {
  const directory = bundleDirectory(bundle);
  const file = config.startsWith('/') ? config : `${directory}/${config}`;
  const text = readConfig(file);
  mark('config read');
  const warnings: string[] = [];
  const spec = await loadSpec(text, file, (warning) => warnings.push(warning));
  refuseUnsupported(spec);
  mark('config checked');
  return { spec, text, directory, rootfs: rootfsDirectory(spec, directory), warnings };
}

function bundleDirectory(bundle: string): string {
  try {
    return native().realPath(bundle === '' ? '.' : bundle);
  } catch (error) {
    throw fromSystem('bundle-missing', 'cannot find the bundle', error, { hint: 'name its directory with --bundle' });
  }
}

function rootfsDirectory(spec: Spec, bundle: string): string {
  const path = spec.root?.path ?? '';
  const absolute = path.startsWith('/') ? path : `${bundle}/${path}`;
  const real = realRoot(absolute);
  if (native().fileKind(absolute.replace(/\/+$/, '')) === 'link') {
    // config.md#root. Links on the way are those of the host; the root itself may be led elsewhere by nobody.
    throw new RuntimeError('rootfs-missing', 'the root filesystem is a symbolic link, not a directory', {
      pointer: 'root/path',
      path: absolute,
      hint: 'name the directory that it leads to',
    });
  }
  if (native().fileKind(real) === 'directory') return real;
  throw new RuntimeError('rootfs-missing', 'the root filesystem is not a directory', {
    pointer: 'root/path',
    path: absolute,
  });
}

function realRoot(path: string): string {
  try {
    return native().realPath(path);
  } catch (error) {
    throw fromSystem('rootfs-missing', 'cannot find the root filesystem', error, {
      pointer: 'root/path',
      hint: 'unpack an image there, or correct root.path',
    });
  }
}
