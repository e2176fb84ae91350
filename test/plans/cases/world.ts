/** The hosts and places that golden plans are compiled for, and what a golden is. Pure: also read by scripts/golden-coverage.ts. */
import type { Compilers } from '../../../lib/plan/compile.js';
import { compile } from '../../../lib/plan/compile.js';
import type { Facts } from '../../../lib/plan/facts.js';
import type { Place } from '../../../lib/plan/place.js';
import { planProse } from '../../../lib/plan/prose.js';
import type { Spec } from '../../../lib/spec/types.gen.js';
import { LAYOUTS } from './layouts.js';

/** A config, and what becomes of it, as prose. */
export interface Golden {
  /** test/plans/FILE.golden.txt */
  readonly file: string;
  /** Where a file holds several: its heading there. */
  readonly title?: string;
  readonly spec: Spec;
  /** Lines of what is done for this config, or for one like it. */
  readonly prose: (spec: Spec) => readonly string[];
}

/** Where root.path is below the bundle. */
export const PLACE: Place = {
  id: 'web',
  bundle: '/bundles/web',
  rootfs: '/bundles/web/rootfs',
  stateDirectory: '/run/caisson/web',
  gate: true,
};

const EVERY_CAPABILITY = 2 ** 41 - 1;

/** An ordinary host, where root has all of its power. */
export function hostWith(layout: keyof typeof LAYOUTS): Facts {
  const capabilities = { permitted: EVERY_CAPABILITY, bounding: EVERY_CAPABILITY };
  return { layout: LAYOUTS[layout], capabilities, apparmor: false, selinux: false, resctrl: undefined };
}

/** Stands for libseccomp; and no resources but the usual ones. */
export const FILTER: Compilers = {
  filter: () => ({ bytes: new Uint8Array(16), flags: 0, optional: 4, listens: false, warnings: [] }),
};

/** What makes a golden of a whole container another than on an ordinary host with cgroup v2. */
export interface Circumstances {
  readonly place?: Partial<Place>;
  readonly facts?: Facts;
  readonly compilers?: Partial<Compilers>;
}

/** The golden of a whole container. */
export function container(
  file: string,
  spec: Spec,
  { place, facts = hostWith('v2'), compilers }: Circumstances = {},
): Golden {
  const prose = (one: Spec): string[] => {
    const rootfs = `${PLACE.bundle}/${one.root?.path ?? 'rootfs'}`;
    return planProse(compile(one, { ...PLACE, rootfs, ...place }, facts, { ...FILTER, ...compilers })).split('\n');
  };
  return { file, spec, prose };
}
