/** `caisson spec`: writes a config.json to start from. */
import type { SpecRequest } from '../cli/requests.js';
import { fromSystem, isSystemError, RuntimeError } from '../errors.js';
import { cgroupLayout } from '../host/cgroup.js';
import { native } from '../native/load.js';
import { defaultSpecText } from '../spec/default.js';

export function spec({ bundle, rootless }: SpecRequest): Promise<number> {
  const file = bundle === '' || bundle === '.' ? 'config.json' : `${bundle}/config.json`;
  const caller = { uid: native().userId(), gid: native().groupId() };
  const cgroupNamespace = cgroupLayout().kind === 'v2';
  const text = defaultSpecText({ cgroupNamespace, rootless: rootless ? caller : undefined });
  try {
    native().createFile(file, text, 0o666);
  } catch (error) {
    if (isSystemError(error) && error.errno === 'EEXIST') {
      throw new RuntimeError('file-exists', 'config.json exists already', { path: file, hint: 'move it away first' });
    }
    throw fromSystem('bundle-missing', 'cannot write config.json', error);
  }
  return Promise.resolve(0);
}
