/**
 * What the specification demands of a config and a schema cannot say, as one table. Called by load.ts for a config that
 * fits the schema; looks at the config alone, at no file and no host.
 * A row names where it looks, what it demands and where that is written; tests come from the rows.
 */
import { RuntimeError } from '../errors.js';
import { COMMON_RULES } from './rules/common.js';
import { LINUX_RULES } from './rules/linux.js';
import { PROCESS_RULES } from './rules/process.js';
import type { Breach, Rule } from './rules/rule.js';
import type { Spec } from './types.gen.js';

/** All rules, in the order in which a config is read. */
export const RULES: readonly Rule[] = [...COMMON_RULES, ...PROCESS_RULES, ...LINUX_RULES];

/**
 * Refuses a config that breaks a rule.
 * @param warn called with each breach of a rule that only warns, as `pointer: what`
 * @throws RuntimeError config-invalid with the first breach
 */
export function checkRules(spec: Spec, warn: (warning: string) => void): void {
  for (const rule of RULES) {
    rule.check(spec, (pointer, message, hint) => {
      if (rule.warning !== true) throw new RuntimeError('config-invalid', message, { pointer, hint });
      warn(`${pointer}: ${message}`);
    });
  }
}

/** Every breach of every rule. */
export function breachesOfRules(spec: Spec): Breach[] {
  const found: Breach[] = [];
  for (const rule of RULES) {
    rule.check(spec, (pointer, message, hint) => {
      found.push({ rule, pointer, message, hint });
    });
  }
  return found;
}
