/** Golden plans of hooks: who runs which, when, and with which state. */
import { test } from '@jest/globals';
import { compile } from '../../lib/plan/compile.js';
import { defaultSpec } from '../../lib/spec/default.js';
import type { Spec } from '../../lib/spec/types.gen.js';
import { expectGolden, FILTER, hostWith, PLACE } from './golden.js';

const { mounts: _mounts, ...BASE } = defaultSpec({ cgroupNamespace: true });
const quiet = { ...BASE.linux, maskedPaths: [], readonlyPaths: [] };
const base: Spec = { ...BASE, process: { ...BASE.process!, terminal: false, env: ['PATH=/bin', 'A=1'] }, linux: quiet };

const CASES: Readonly<Record<string, Spec>> = {
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

test.each(Object.entries(CASES))('%s', (name, config) => {
  expectGolden(name, compile(config, PLACE, hostWith('v2'), FILTER));
});
