/** Loads what compiles the resources that few configs have, for a config that has one. Called before a plan is compiled. */
import type { RareResources } from '../plan/rareResources.js';
import { isRare } from '../plan/resources.js';
import type { Spec } from '../spec/types.gen.js';

/** What compile() is given; undefined for a config that does without. */
export async function rareResources({ linux }: Pick<Spec, 'linux'>): Promise<RareResources | undefined> {
  const resources = linux?.resources;
  if (resources === undefined || !isRare(resources)) return undefined;
  return (await import('../plan/rareResources.js')).RARE;
}
