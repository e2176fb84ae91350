/**
 * What the specification demands of a config and a schema cannot say, as one table. Looks at the config alone, at no file
 * and no host. Loaded when a config has something that a rule may be about (glance.ts), and by `caisson validate`.
 * A row names where it looks, what it demands and where that is written; tests come from the rows.
 */
import { COMMON_RULES } from './rules/common.js';
import { CONTROLLER_RULES } from './rules/controllers.js';
import { DEVICE_RULES } from './rules/devices.js';
import { HOOK_RULES } from './rules/hooks.js';
import { LINUX_RULES } from './rules/linux.js';
import { MAPPING_RULES } from './rules/mappings.js';
import { MOUNT_RULES } from './rules/mounts.js';
import { NAMESPACE_RULES } from './rules/namespaces.js';
import { NET_DEVICE_RULES } from './rules/netDevices.js';
import { PROCESS_RULES } from './rules/process.js';
import { RESOURCE_RULES } from './rules/resources.js';
import type { Breach, Known, Report, Rule } from './rules/rule.js';
import { SCHEDULE_RULES } from './rules/schedule.js';
import { SECCOMP_RULES } from './rules/seccomp.js';
import { STRING_RULES } from './rules/strings.js';
import { SYSCTL_RULES } from './rules/sysctl.js';
import type { Spec } from './types.gen.js';

/** All rules, in the order in which a config is read. */
export const RULES: readonly Rule[] = [
  ...STRING_RULES,
  ...COMMON_RULES,
  ...PROCESS_RULES,
  ...SCHEDULE_RULES,
  ...HOOK_RULES,
  ...MOUNT_RULES,
  ...LINUX_RULES,
  ...NAMESPACE_RULES,
  ...MAPPING_RULES,
  ...SYSCTL_RULES,
  ...DEVICE_RULES,
  ...RESOURCE_RULES,
  ...CONTROLLER_RULES,
  ...SECCOMP_RULES,
  ...NET_DEVICE_RULES,
];

/**
 * Every breach of every rule.
 * @param spec fits the schema
 * @param known the pointers in it as the reader knows them
 */
export function breachesOfRules(spec: Spec, known: Known = (pointer) => pointer): Breach[] {
  const found: Breach[] = [];
  for (const rule of RULES) {
    const report: Report = (pointer, message, hint) => {
      found.push({ rule, pointer: known(pointer), message, hint });
    };
    rule.check(spec, report, known);
  }
  return found;
}
