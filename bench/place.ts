// Where the bench keeps its things: every path and every name it makes. All of `work` lies on a tmpfs that is
// mounted only in the bench's own mount namespace, so that the kernel removes it with the last process of it.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

/** Compiled programs stay here between two benches. */
export const buildFolder = join(repository, 'build', 'bench');

/** The mount point of the bench's tmpfs. */
export const workFolder = join(buildFolder, 'work');

/** The root file system that every bundle uses: busybox and empty mount points. */
export const rootfs = join(workFolder, 'rootfs');

/** What the last timed program wrote to stderr. */
export const stderrFile = join(workFolder, 'stderr');

/** The ids of this bench's containers and the names of its cgroups begin so. */
export const idPrefix = `bench-${process.pid}-`;

/** What the container of a bundle does: end at once, wait to be killed, or tell what it sees. */
export type BundleName = 'true' | 'sleep' | 'probe';

export function bundleFolder(name: BundleName): string {
  return join(workFolder, 'bundles', name);
}

/** A state root (`--root`) of its own for each runtime. */
export function stateRoot(runtime: string): string {
  return join(workFolder, 'state', runtime);
}

/** The environment of every measured program: the caller's own is no part of the measurement. */
export const environment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
};
