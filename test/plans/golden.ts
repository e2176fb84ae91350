/**
 * Golden plans: what is done for a config, in which order, as prose. `UPDATE_GOLDEN=1 npm run test:unit` writes them anew,
 * for a reader of the difference; never in CI.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Compilers } from '../../lib/plan/compile.js';
import type { Place } from '../../lib/plan/place.js';
import type { Facts } from '../../lib/plan/facts.js';
import { planProse } from '../../lib/plan/prose.js';
import type { Plan } from '../../lib/plan/step.js';
import { LAYOUTS } from './layouts.js';

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

/** Compares a plan with NAME.golden.txt. */
export function expectGolden(name: string, plan: Plan): void {
  expectText(name, planProse(plan));
}

/** Compares a text with NAME.golden.txt. */
export function expectText(name: string, prose: string): void {
  const file = join(import.meta.dirname, `${name}.golden.txt`);
  if (process.env.UPDATE_GOLDEN && !process.env.CI) writeFileSync(file, prose);
  expect(existsSync(file)).toBe(true);
  expect(prose).toBe(readFileSync(file, 'utf8'));
}
