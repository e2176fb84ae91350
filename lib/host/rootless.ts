/** A caller without privilege, and what it may do. Called by facts.ts for nobody else. Sources: user_namespaces(7), newuidmap(1). */
import { isSystemError } from '../errors.js';
import { native } from '../native/load.js';
import type { FileKind, Native } from '../native/surface.js';
import type { IdMapping } from '../spec/types.gen.js';
import type { MapTool, RootlessCaller } from '../plan/rootless.js';
import { isAdmin } from './privilege.js';

/** For callers without a PATH: some engines drop it. */
const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

export function rootlessCaller(): RootlessCaller {
  const admin = isAdmin();
  return {
    uid: native().userId(),
    gid: native().groupId(),
    admin,
    copiesMounts: admin && native().mayCopyMounts(),
    groups: mappedGroups(),
    mapTool,
  };
}

/** Lines of inside, outside and size. */
function mappedGroups(): IdMapping[] {
  const lines = native().readKernelText('/proc/self/gid_map').trim().split('\n');
  return lines.map((line) => {
    const [containerID = 0, hostID = 0, size = 0] = line.trim().split(/\s+/).map(Number);
    return { containerID, hostID, size };
  });
}

/** By PATH, as runc looks for it. A relative entry would be the bundle's. */
function mapTool(name: MapTool): string | undefined {
  for (const directory of (native().environment('PATH') || USUAL_PATH).split(':')) {
    const path = `${directory}/${name}`;
    const kind = directory.startsWith('/') ? visibleKind(path) : 'missing';
    if (kind === 'file' || kind === 'link') return path;
  }
  return undefined;
}

/** What kind of file is at a path, for who may not look everywhere: what it cannot see is not there. */
export function visibleKind(path: string, files: Pick<Native, 'fileKind'> = native()): FileKind {
  try {
    return files.fileKind(path);
  } catch (error) {
    if (isSystemError(error)) return 'missing';
    throw error;
  }
}
