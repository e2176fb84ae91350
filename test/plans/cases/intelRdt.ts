/** Containers in classes of resctrl, for a host that has it. */
import { defaultSpec } from '../../../lib/spec/default.js';
import type { IntelRdt, Spec } from '../../../lib/spec/types.gen.js';
import { container, type Golden, hostWith } from './world.js';

const BASE = defaultSpec({ cgroupNamespace: true });
const RESCTRL = {
  root: '/sys/fs/resctrl',
  schemataOf: (name: string) => (name === 'gold' ? 'L3:0=ff;1=ff\n' : undefined),
};
export const HOST = { ...hostWith('v2'), resctrl: RESCTRL };

const withRdt = (intelRdt: IntelRdt): Spec => ({
  ...BASE,
  mounts: [],
  process: { ...BASE.process!, terminal: false },
  linux: { ...BASE.linux, intelRdt, maskedPaths: [], readonlyPaths: [] },
});

const schemas = { l3CacheSchema: 'L3:0=7f0;1=1f', memBwSchema: 'MB:0=20;1=70', schemata: ['L2:0=f'] };
const shared = { closID: 'gold', l3CacheSchema: 'L3:0=ff', schemata: ['MB:0=20'] };

export const CLASSES: readonly Golden[] = [
  container('intel-rdt-own', withRdt({ ...schemas, enableMonitoring: true }), { facts: HOST }),
  container('intel-rdt-shared', withRdt(shared), { facts: HOST }),
];
