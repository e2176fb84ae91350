/**
 * linux.netDevices → devices of the host that the parent moves into the container's network namespace, once there is one.
 * Called by compile.ts; which names there can be is for lib/spec/rules. Source: config-linux.md#network-devices.
 */
import type { Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { ParentAct } from './wire.gen.js';

/** One act a device, in the order of the config. */
export function networkDevices({ linux }: Spec): Step<ParentAct>[] {
  const devices = linux?.netDevices;
  const steps: Step<ParentAct>[] = [];
  for (const name in devices) {
    const { name: newName = '' } = devices[name] ?? {};
    const pointer = `linux/netDevices/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    steps.push(step(pointer, { op: 'move-network-device', name, newName: newName === '' ? name : newName }));
  }
  return steps;
}
