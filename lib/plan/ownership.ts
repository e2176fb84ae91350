/**
 * Which namespaces a config makes: a mount may show only what its user namespace owns. Called by the rooms of mounts.
 */
import type { NamespaceType, Spec } from '../spec/types.gen.js';

/** Whether the container has a user namespace of its own, new or joined. */
export function hasUserNamespace({ linux }: Spec): boolean {
  for (const { type } of linux?.namespaces ?? []) if (type === 'user') return true;
  return false;
}

/** Whether a namespace is made for the container, so that its user namespace owns it. */
export function isNew({ linux }: Spec, wanted: NamespaceType): boolean {
  for (const { type, path = '' } of linux?.namespaces ?? []) if (type === wanted) return path === '';
  return false;
}
