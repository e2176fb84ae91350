/** Hooks: who runs which, when, and with which state. */
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Hook, Spec } from '../../../lib/spec/types.gen.js';
import { container, type Golden } from './world.js';

const { mounts: _mounts, ...BASE } = defaultSpec({ cgroupNamespace: true });
const quiet = { ...BASE.linux, maskedPaths: [], readonlyPaths: [] };
const base: Spec = { ...BASE, process: { ...BASE.process!, terminal: false, env: ['PATH=/bin', 'A=1'] }, linux: quiet };

/** One in which every field says something. */
const whole = (moment: string): Hook[] => [
  { path: `/bin/${moment}`, args: [moment, '-x'], env: [`OF=${moment}`], timeout: 7 },
];

const CASES: Readonly<Record<string, Spec>> = {
  'hooks-whole': {
    ...base,
    hooks: {
      prestart: whole('prestart'),
      createRuntime: whole('createRuntime'),
      createContainer: whole('createContainer'),
      startContainer: whole('startContainer'),
      poststart: whole('poststart'),
      poststop: whole('poststop'),
    },
  },
  'hooks-all': {
    ...base,
    annotations: { 'com.example': 'a "word"' },
    mounts: [{ destination: '/srv', type: 'tmpfs', options: ['ro'] }],
    hooks: {
      prestart: [{ path: '/bin/one' }, { path: '/bin/two', args: ['second', '-x'], env: ['B=2'], timeout: 3 }],
      createRuntime: [{ path: '/bin/runtime', env: [] }],
      createContainer: [{ path: '/bin/host', args: [] }],
      startContainer: [{ path: '/bin/inside' }, { path: '/bin/inside', env: ['C=3'], timeout: 1 }],
      poststart: [{ path: '/bin/started' }],
      poststop: [{ path: '/bin/stopped' }, { path: '/bin/stopped', env: ['D=4'] }],
    },
    linux: { ...quiet, seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } },
  },
  'hooks-create-container': { ...base, hooks: { createContainer: [{ path: '/bin/host' }], prestart: [] } },
  'hooks-at-the-end': { ...base, hooks: { poststop: [{ path: '/bin/stopped', timeout: 10 }] } },
};

export const HOOKS: readonly Golden[] = Object.entries(CASES).map(([file, spec]) => container(file, spec));
