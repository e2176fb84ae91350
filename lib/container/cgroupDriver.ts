/** Which driver makes the cgroups of a container, by the flags. Called by create, run and plan. */
import { RuntimeError } from '../errors.js';

export type CgroupDriverName = 'cgroupfs' | 'systemd' | 'disabled';

/** @throws RuntimeError usage when they contradict each other */
export function cgroupDriver(globals: {
  readonly systemdCgroup: boolean;
  readonly cgroupManager: CgroupDriverName;
}): CgroupDriverName {
  if (!globals.systemdCgroup) return globals.cgroupManager;
  if (globals.cgroupManager !== 'disabled') return 'systemd';
  throw new RuntimeError('usage', '--systemd-cgroup and --cgroup-manager disabled contradict each other');
}
