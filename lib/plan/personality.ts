/**
 * linux.personality → personality(2). Called by compile.ts. Source: config-linux.md#personality, sys/personality.h.
 */
import type { PersonalityDomain, Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

const DOMAINS: Readonly<Record<PersonalityDomain, number>> = { LINUX: 0, LINUX32: 8 };

export function personality(spec: Spec): Step<InitAct>[] {
  const domain = spec.linux?.personality?.domain;
  if (domain === undefined) return [];
  return [step('linux/personality', { op: 'personality', domain: DOMAINS[domain] })];
}
