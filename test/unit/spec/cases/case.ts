/** The shape of the cases of a rule, and configs that differ from the default one. */
import { defaultSpec } from '../../../../lib/spec/default.js';
import type { Spec } from '../../../../lib/spec/types.gen.js';

/** Properties of the default config that are other than there, by pointer; undefined takes one out. */
export type Changes = Readonly<Record<string, unknown>>;

/** A config that breaks a rule: where that is reported, and in which words. */
export type Hit = readonly [changes: Changes, at: string, says: string | RegExp];

/** What breaks a rule, and what is near it and breaks none. */
export interface Case {
  readonly hits: readonly Hit[];
  readonly misses: readonly Changes[];
}

/** By the names of rules. */
export type Cases = Readonly<Record<string, Case>>;

/** The default config, changed. */
export function configWith(changes: Changes): Spec {
  const spec = structuredClone(defaultSpec({ cgroupNamespace: false })) as unknown as Record<string, unknown>;
  for (const [pointer, value] of Object.entries(changes)) {
    const steps = pointer.split('/');
    const last = steps.pop() ?? '';
    const owner = steps.reduce((node, step) => (node[step] ??= {}) as Record<string, unknown>, spec);
    if (value === undefined) Reflect.deleteProperty(owner, last);
    else owner[last] = value;
  }
  return spec as unknown as Spec;
}

/** The namespaces of the default config, less some, and with more. */
export function namespaces(without: readonly string[], ...more: readonly object[]): Changes {
  const types = ['pid', 'network', 'ipc', 'uts', 'mount'].filter((type) => !without.includes(type));
  return { 'linux/namespaces': [...types.map((type) => ({ type })), ...more] };
}

/** A user namespace of its own, with mappings. */
export function userNamespace(uidMappings: unknown, gidMappings: unknown = [MAPPING]): Changes {
  return {
    ...namespaces([], { type: 'user' }),
    'linux/uidMappings': uidMappings,
    'linux/gidMappings': gidMappings,
  };
}

export const MAPPING = { containerID: 0, hostID: 100_000, size: 65_536 };
