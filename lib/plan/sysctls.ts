/**
 * linux.sysctl → settings of the container's namespaces. Called by compile.ts; what may be set at all is for lib/spec/rules.
 * Sources: config-linux.md#sysctl, proc_sys(5), namespaces(7).
 */
import { sysctlNamespace, sysctlPath } from '../linux/sysctl.js';
import type { Spec } from '../spec/types.gen.js';
import type { NamespaceName } from './namespaces.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

/** One act a setting, in the order of the config. */
export function sysctls({ linux }: Spec): Step<InitAct>[] {
  const settings = linux?.sysctl;
  const steps: Step<InitAct>[] = [];
  for (const name in settings) {
    const pointer = `linux/sysctl/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    steps.push(step(pointer, actOf(sysctlPath(name), settings[name] ?? '')));
  }
  return steps;
}

/** The files of the two names belong to root of the host, also in a user namespace; the system calls do the same. */
function actOf(path: string, value: string): InitAct {
  if (path === 'kernel/hostname') return { op: 'hostname', name: value };
  if (path === 'kernel/domainname') return { op: 'domainname', name: value };
  return { op: 'sysctl', path: `/proc/sys/${path}`, value };
}

/** Whether a setting of this namespace is asked for. */
export function hasSysctlOf({ linux }: Spec, type: NamespaceName): boolean {
  for (const name in linux?.sysctl) if (sysctlNamespace(sysctlPath(name)) === type) return true;
  return false;
}
