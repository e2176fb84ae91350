/**
 * All golden plans. Those that show one subject stand before whole containers: the first that depends on a field is named in
 * docs/spec-coverage.md.
 */
import { CONTAINERS } from './cases/containers.js';
import { FURTHER } from './cases/exec.js';
import { HOOKS } from './cases/hooks.js';
import { CLASSES } from './cases/intelRdt.js';
import { LABELS } from './cases/labels.js';
import { MOUNTS } from './cases/mounts.js';
import { NAMESPACES } from './cases/namespaces.js';
import { PROCESSES } from './cases/process.js';
import { RESOURCES } from './cases/resources.js';
import { ROOTLESS } from './cases/rootless.js';
import { FILTERS } from './cases/seccomp.js';
import { UNITS } from './cases/systemd.js';
import type { Golden } from './cases/world.js';

export const GOLDENS: readonly Golden[] = [
  ...PROCESSES,
  ...HOOKS,
  ...CLASSES,
  ...FILTERS,
  ...RESOURCES,
  ...MOUNTS,
  ...NAMESPACES,
  ...CONTAINERS,
  ...LABELS,
  ...FURTHER,
  ...UNITS,
  ...ROOTLESS,
];
