/**
 * The cgroups of a further process, where they are not simply those of the record. Called by exec.ts, and loaded only then.
 */
import { RuntimeError } from '../errors.js';
import { cgroupLayout, cgroupsOf } from '../host/cgroup.js';
import type { ContainerRecord } from './record.js';

type Directories = Readonly<Record<string, string>>;

/** The cgroups in which the first process of a container is now. */
export function currentCgroups({ init, cgroups }: ContainerRecord): Directories {
  const now = cgroupsOf(init?.pid ?? 0, cgroupLayout());
  const found: Record<string, string> = {};
  for (const name of Object.keys(cgroups)) found[name] = now[name] ?? cgroups[name] ?? '';
  return found;
}

/**
 * Those below the container's that `--cgroup` names.
 * @param asked `PATH` for every hierarchy, `CONTROLLER[,CONTROLLER]:PATH` for those of these controllers (cgroup v1)
 * @throws RuntimeError usage
 */
export function subCgroups(cgroups: Directories, asked: readonly string[]): Directories {
  const found: Record<string, string> = { ...cgroups };
  for (const one of asked) {
    const colon = one.indexOf(':');
    const path = checkedPath(one.slice(colon + 1), one);
    const names = colon < 0 ? Object.keys(cgroups) : hierarchiesOf(one.slice(0, colon), cgroups, one);
    for (const name of names) found[name] = `${cgroups[name] ?? ''}${path}`;
  }
  return found;
}

function hierarchiesOf(controllers: string, cgroups: Directories, asked: string): string[] {
  return controllers.split(',').map((controller) => {
    const name = Object.keys(cgroups).find((one) =>
      one
        .replace(/^name=/, '')
        .split(',')
        .includes(controller),
    );
    if (name !== undefined) return name;
    throw wrong(asked, `there is no hierarchy of ${JSON.stringify(controller)}`);
  });
}

function checkedPath(path: string, asked: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw wrong(asked, 'it may not lead upwards');
  return parts.map((part) => `/${part}`).join('');
}

function wrong(asked: string, why: string): RuntimeError {
  return new RuntimeError('usage', `exec: --cgroup ${JSON.stringify(asked)}: ${why}`, {
    hint: 'name a cgroup that is there below that of the container: --cgroup memory:sub, or --cgroup sub',
  });
}
