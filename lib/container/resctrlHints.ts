/** What to say, and what to do, when a group of resctrl cannot be made, changed or entered. Called by failure.ts. */
import type { Act } from '../plan/wire.gen.js';

/** What was being done with a group of resctrl, for a person. */
export function withResctrl(act: Act): string {
  switch (act.op) {
    case 'make-resctrl-group':
      return `make the ${act.path.includes('/mon_groups/') ? 'monitoring group' : 'class'} of resctrl`;
    case 'write-schemata':
      return 'change the class of resctrl';
    case 'remove-resctrl-group':
      return 'remove the group of resctrl';
    default:
      return 'enter the group of resctrl';
  }
}

/** By errno. */
export const RESCTRL_HINTS: Readonly<Record<string, string>> = {
  EEXIST: 'one of this name is there: remove it (rmdir), or name it as closID to share it',
  ENOSPC: 'the machine has no further class, or no further monitoring group (num_closids and num_rmids in info)',
  EINVAL: 'does the CPU have these caches, and room for this mask or share? see info in resctrl',
  ENOENT: 'is it mounted with what is asked for, such as monitoring (mon_groups)?',
  ENODEV: 'the CPU does not have what is asked for',
};
