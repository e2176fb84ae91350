import { type Cases, MAPPING, namespaces, userNamespace } from './case.js';

const mount = (fields: object) => ({ mounts: [{ destination: '/d', ...fields }] });
const bind = (options: readonly string[], fields: object = {}) =>
  mount({ source: '/s', options: ['rbind', ...options], ...fields });
const tmpfs = (...options: readonly string[]) => mount({ type: 'tmpfs', source: 'tmpfs', options });
const BOTH = { uidMappings: [MAPPING], gidMappings: [MAPPING] };

export const MOUNTS: Cases = {
  destination: {
    hits: [[mount({ destination: '', type: 'tmpfs' }), 'mounts/0/destination', 'must not be empty']],
    misses: [mount({ destination: '/', type: 'tmpfs' })],
  },
  'destination-absolute': {
    hits: [
      [mount({ destination: 'a', type: 'tmpfs' }), 'mounts/0/destination', 'should be absolute; a is taken as /a'],
    ],
    misses: [mount({ destination: '/a', type: 'tmpfs' })],
  },
  'mount-type': {
    hits: [
      [mount({ source: '/s' }), 'mounts/0/type', 'is required'],
      [mount({ type: '', source: '/s', options: ['ro'] }), 'mounts/0/type', 'is required'],
    ],
    misses: [bind([]), mount({ type: '', source: '/s', options: ['bind'] }), mount({ options: ['remount', 'ro'] })],
  },
  'bind-source': {
    hits: [
      [mount({ type: 'none', options: ['bind'] }), 'mounts/0/source', 'is required for a bind mount'],
      [mount({ type: 'bind', source: '' }), 'mounts/0/source', 'is required for a bind mount'],
    ],
    misses: [
      mount({ type: 'bind', source: 'relative' }),
      mount({ type: 'tmpfs' }),
      mount({ options: ['remount', 'bind'] }),
    ],
  },
  'options-contradict': {
    hits: [
      [tmpfs('ro', 'nosuid', 'rw'), 'mounts/0/options/2', 'rw contradicts ro of mounts/0/options/0; the last counts'],
      [tmpfs('noatime', 'strictatime'), 'mounts/0/options/1', /^strictatime contradicts noatime/],
      [bind(['bind']), 'mounts/0/options/1', /^bind contradicts rbind/],
      [bind(['rro', 'rrw']), 'mounts/0/options/2', /^rrw contradicts rro/],
    ],
    misses: [
      tmpfs('ro', 'ro', 'nosuid', 'dev', 'exec', 'noatime', 'nodiratime'),
      bind(['ro', 'rro', 'rslave', 'shared']),
    ],
  },
  'bind-data': {
    hits: [
      [bind(['size=1m']), 'mounts/0/options/1', '"size=1m" has no effect on a bind mount'],
      [mount({ type: 'bind', source: '/s', options: ['RO'] }), 'mounts/0/options/0', /^"RO" has no effect/],
    ],
    misses: [bind(['rprivate', 'nosuid', 'rnoatime', 'tmpcopyup', 'sync']), tmpfs('size=1m', 'mode=755', 'RO')],
  },
  'idmap-bind': {
    hits: [
      [mount({ type: 'tmpfs', options: ['idmap'], ...BOTH }), 'mounts/0', /^has mappings of ids, which only a bind/],
      [{ ...userNamespace([MAPPING]), ...tmpfs('ridmap') }, 'mounts/0', /^has mappings of ids/],
    ],
    misses: [bind(['idmap'], BOTH), mount({ type: 'bind', source: '/s', options: ['ridmap'], ...BOTH })],
  },
  'idmap-pair': {
    hits: [
      [bind(['idmap'], { uidMappings: [MAPPING] }), 'mounts/0/gidMappings', 'is required beside uidMappings'],
      [bind(['idmap'], { gidMappings: [MAPPING] }), 'mounts/0/uidMappings', 'is required beside gidMappings'],
    ],
    misses: [bind(['idmap'], BOTH), bind([], { uidMappings: [], gidMappings: [] })],
  },
  'idmap-source': {
    hits: [
      [bind(['idmap']), 'mounts/0/options/1', 'idmap has no mappings to apply'],
      [bind(['ridmap'], { uidMappings: [] }), 'mounts/0/options/1', 'ridmap has no mappings to apply'],
    ],
    misses: [
      bind(['idmap'], BOTH),
      { ...userNamespace([MAPPING]), ...bind(['ridmap']) },
      { ...namespaces([], { type: 'user', path: '/proc/1/ns/user' }), ...bind(['idmap']) },
    ],
  },
  'idmap-option': {
    hits: [[bind(['ro'], BOTH), 'mounts/0/options', 'should have idmap or ridmap, since the mount has mappings']],
    misses: [bind(['ridmap'], BOTH), bind([], { uidMappings: [], gidMappings: [] })],
  },
};

const hook = (fields: object) => ({ path: '/bin/true', ...fields });

const MOMENTS = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'];

export const HOOKS: Cases = {
  'hook-path': {
    hits: MOMENTS.map((moment) => [
      { [`hooks/${moment}`]: [hook({}), hook({ path: 'true' })] },
      `hooks/${moment}/1/path`,
      'must be an absolute path, but is "true"',
    ]),
    misses: [{ hooks: { prestart: [hook({ args: [], timeout: 1 })], poststop: [] } }],
  },
  'hook-timeout': {
    hits: MOMENTS.map((moment) => [
      { [`hooks/${moment}`]: [hook({ timeout: 2_147_483_648 })] },
      `hooks/${moment}/0/timeout`,
      'must be at most 2147483647 seconds',
    ]),
    misses: [{ hooks: { prestart: [hook({ timeout: 2_147_483_647 })] } }],
  },
  'hook-env': {
    hits: [
      [{ hooks: { poststop: [hook({ env: ['A=b', 'B'] })] } }, 'hooks/poststop/0/env/1', 'must be NAME=VALUE'],
      [{ hooks: { prestart: [hook({ env: ['=B'] })] } }, 'hooks/prestart/0/env/0', 'must be NAME=VALUE'],
    ],
    misses: [{ hooks: { startContainer: [hook({ env: ['A=', 'A=b=c'] })] } }],
  },
};
