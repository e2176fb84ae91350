/**
 * What of cgroup v2 a caller without privilege was given: the cgroups that belong to it. Called by facts.ts. Changes nothing.
 * Source: cgroups(7) "Cgroups delegation: delegating a hierarchy to a less privileged user".
 */
import { native } from '../native/load.js';
import type { Native } from '../native/surface.js';
import type { CgroupLayout } from '../plan/cgroupLayout.js';
import type { Delegation } from '../plan/delegation.js';

/** What is needed of the addon. */
type Files = Pick<Native, 'readKernelText' | 'fileKind' | 'mayWrite'>;

/** What whoever is given a cgroup must be able to write, beside the directory. */
const GIVEN = ['cgroup.procs', 'cgroup.subtree_control'];

/** @param strict whether to do without a cgroup is no way out */
export function delegationOf(layout: CgroupLayout, strict: boolean, files: Files = native()): Delegation {
  // That of v2 is the last, and where there is another nobody asks.
  const mount = layout.hierarchies.at(-1)?.mount ?? '';
  const own = ownCgroup(files);
  return {
    parent: above(own),
    strict,
    topOf: (path) =>
      topOf(path, own, {
        given: (cgroup) => isGiven(`${mount}${cgroup}`, files),
        exists: (cgroup) => files.fileKind(`${mount}${cgroup}`) === 'directory',
      }),
    withholder: (controller, cgroup) => withholder(controller, cgroup, mount, files),
  };
}

/** Of v2: the line `0::/path`. The root is ''; what lies outside of the cgroup namespace has nothing that could be given. */
function ownCgroup(files: Files): string {
  for (const line of files.readKernelText('/proc/self/cgroup').split('\n')) {
    if (line.startsWith('0::')) return line.slice('0::'.length).replace(/\/$/, '');
  }
  return '';
}

function above(cgroup: string): string {
  return cgroup.slice(0, Math.max(0, cgroup.lastIndexOf('/')));
}

function isGiven(directory: string, files: Files): boolean {
  return files.mayWrite(directory) && GIVEN.every((file) => files.mayWrite(`${directory}/${file}`));
}

function topOf(
  path: string,
  own: string,
  { given, exists }: Record<'given' | 'exists', (cgroup: string) => boolean>,
): { readonly top: string } | { readonly barrier: string } {
  let nearest = above(path);
  while (nearest !== '' && !exists(nearest)) nearest = above(nearest);
  if (!given(nearest)) return { barrier: nearest };
  let top = nearest;
  while (top !== '' && given(above(top))) top = above(top);
  // A process is only moved by who may write to what is above both where it is and where it goes.
  const common = commonOf(own, path);
  return common === top || common.startsWith(`${top}/`) ? { top } : { barrier: common };
}

function commonOf(one: string, other: string): string {
  let common = one;
  while (common !== '' && other !== common && !other.startsWith(`${common}/`)) common = above(common);
  return common;
}

function withholder(controller: string, cgroup: string, mount: string, files: Files): string | undefined {
  const has = (one: string): boolean =>
    files.readKernelText(`${mount}${one}/cgroup.controllers`).trim().split(' ').includes(controller);
  if (has(cgroup)) return undefined;
  let from = above(cgroup);
  while (from !== '' && !has(from)) from = above(from);
  return from;
}
