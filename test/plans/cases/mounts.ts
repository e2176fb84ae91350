/** Mounts, the root, and what lies over them. */
import type { Place } from '../../../lib/plan/place.js';
import { defaultSpec } from '../../../lib/spec/default.js';
import type { Linux, Mount, Spec } from '../../../lib/spec/types.gen.js';
import { container, type Golden } from './world.js';

const BASE = defaultSpec({ cgroupNamespace: true });
const MAPPING = { containerID: 0, hostID: 100_000, size: 65_536 };

function spec(mounts: readonly Mount[], linux: Linux = {}): Spec {
  const own = { ...BASE.linux, maskedPaths: [], readonlyPaths: [], ...linux };
  return { ...BASE, process: { ...BASE.process!, terminal: false }, mounts, linux: own };
}

const CASES: Readonly<Record<string, { readonly spec: Spec; readonly place?: Partial<Place> }>> = {
  'mounts-filesystems': {
    spec: spec([
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/scratch', type: 'tmpfs', options: ['sync', 'lazytime', 'rnodev', 'size=1m'] },
      { destination: '/quiet', type: 'tmpfs', options: ['silent', 'iversion', 'ro', 'slave', 'shared'] },
      { destination: '/var/lib', type: 'tmpfs', source: 'tmpfs', options: ['tmpcopyup', 'ro', 'mode=700'] },
      { destination: '/disk', type: 'ext4', source: '/dev/vdb', options: ['ro', 'noatime', 'errors=continue'] },
      { destination: '/scratch', options: ['remount', 'nosuid', 'async', 'size=2m'] },
      { destination: '/scratch', options: ['remount', 'bind', 'ro'] },
    ]),
  },
  'mounts-binds': {
    spec: spec(
      [
        { destination: '/', source: '/images/other', options: ['rbind'] },
        { destination: 'relative/place', source: 'data', options: ['bind', 'rro', 'rnosymfollow', 'noexec', 'exec'] },
        { destination: '/both', source: '/srv', options: ['rbind', 'rshared'] },
        { destination: '/slave', source: '/srv', options: ['rbind', 'rslave', 'sync'] },
        {
          destination: '/own',
          source: '/srv',
          options: ['bind', 'idmap'],
          uidMappings: [MAPPING],
          gidMappings: [MAPPING],
        },
        {
          destination: '/own2',
          source: '/srv',
          options: ['ridmap', 'rbind'],
          uidMappings: [MAPPING],
          gidMappings: [MAPPING],
        },
        { destination: '/proc/uptime', source: '/srv/uptime', options: ['bind', 'ro'] },
      ],
      { rootfsPropagation: 'rshared' },
    ),
  },
  'root-without-pivot': {
    spec: spec([], { rootfsPropagation: 'unbindable', readonlyPaths: ['/etc'], maskedPaths: ['/root/'] }),
    place: { noPivot: true },
  },
  'root-private': { spec: spec([], { rootfsPropagation: 'private' }) },
};

export const MOUNTS: readonly Golden[] = Object.entries(CASES).map(([file, { spec: config, place = {} }]) =>
  container(file, config, { place }),
);
