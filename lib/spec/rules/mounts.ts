/** Rules of `mounts`, but for the lines of their mappings (mappings.ts). Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { isBind, MOUNT_OPTIONS, RIVALS } from '../../linux/mountOptions.js';
import type { Mount, Spec } from '../types.gen.js';
import { each, isAbsolute, namespaceOf, quoted, type Rule } from './rule.js';

const OPTIONS = 'config.md#linux-mount-options';
const POSIX = 'config.md#posix-platform-mounts';

export const MOUNT_RULES: readonly Rule[] = [
  {
    name: 'destination',
    pointers: ['mounts/*/destination'],
    demands: 'is not empty',
    section: 'config.md#mounts',
    check: (spec, report) => {
      eachMount(spec, ({ destination }, pointer) => {
        if (destination === '') report(`${pointer}/destination`, 'must not be empty');
      });
    },
  },
  {
    name: 'destination-absolute',
    pointers: ['mounts/*/destination'],
    demands: 'is absolute; a relative one is deprecated and taken from /',
    section: 'config.md#mounts',
    warning: true,
    check: (spec, report) => {
      eachMount(spec, ({ destination }, pointer) => {
        if (destination === '' || isAbsolute(destination)) return;
        report(`${pointer}/destination`, `should be absolute; ${destination} is taken as /${destination}`);
      });
    },
  },
  {
    name: 'mount-type',
    pointers: ['mounts/*/type'],
    demands: 'is there, unless it is a bind mount or a remount',
    section: POSIX,
    needs: ['mounts/*/options'],
    check: (spec, report) => {
      eachMount(spec, ({ type = '', options = [] }, pointer) => {
        if (type !== '' || isBind(type, options) || options.includes('remount')) return;
        report(`${pointer}/type`, 'is required', 'name a filesystem, or add "bind" or "rbind" to the options');
      });
    },
  },
  {
    name: 'bind-source',
    pointers: ['mounts/*/source'],
    demands: 'is there for a bind mount',
    section: 'config.md#mounts',
    needs: ['mounts/*/options'],
    check: (spec, report) => {
      eachMount(spec, ({ type, source = '', options = [] }, pointer) => {
        if (source !== '' || !isBind(type, options) || options.includes('remount')) return;
        report(`${pointer}/source`, 'is required for a bind mount', 'name the file or directory of the host');
      });
    },
  },
  {
    name: 'options-contradict',
    pointers: ['mounts/*/options/*'],
    demands: 'does not contradict an earlier option; the last one counts',
    section: OPTIONS,
    warning: true,
    check: (spec, report, known) => {
      eachMount(spec, ({ options = [] }, pointer) => {
        const places = new Map<string, number>();
        each(options, (option, index) => {
          for (const rival of rivalsOf(option)) {
            const earlier = places.get(rival);
            if (earlier === undefined) continue;
            const message = `${option} contradicts ${rival} of ${known(`${pointer}/options/${earlier}`)}; the last counts`;
            report(`${pointer}/options/${index}`, message);
            return;
          }
          places.set(option, index);
        });
      });
    },
  },
  {
    name: 'bind-data',
    pointers: ['mounts/*/options/*'],
    demands: 'is none for a filesystem on a bind mount: it has the options of its source',
    section: OPTIONS,
    warning: true,
    check: (spec, report) => {
      eachMount(spec, ({ type, options = [] }, pointer) => {
        if (!isBind(type, options)) return;
        each(options, (option, index) => {
          if (!MOUNT_OPTIONS.has(option))
            report(`${pointer}/options/${index}`, `${quoted(option)} has no effect on a bind mount`);
        });
      });
    },
  },
  {
    name: 'idmap-bind',
    pointers: ['mounts/*'],
    demands: 'is a bind mount if it has mappings of its own or the option idmap',
    section: POSIX,
    needs: ['mounts/*/type', 'mounts/*/options'],
    check: (spec, report) => {
      eachMount(spec, (mount, pointer) => {
        if (!isMapped(mount) || isBind(mount.type, mount.options ?? [])) return;
        report(
          pointer,
          'has mappings of ids, which only a bind mount can have',
          'add "bind" or "rbind" to its options',
        );
      });
    },
  },
  {
    name: 'idmap-pair',
    pointers: ['mounts/*/uidMappings', 'mounts/*/gidMappings'],
    demands: 'comes with the other one',
    section: POSIX,
    needs: ['mounts/*/uidMappings', 'mounts/*/gidMappings'],
    check: (spec, report) => {
      eachMount(spec, ({ uidMappings = [], gidMappings = [] }, pointer) => {
        if (uidMappings.length > 0 === gidMappings.length > 0) return;
        const missing = uidMappings.length > 0 ? 'gidMappings' : 'uidMappings';
        const there = uidMappings.length > 0 ? 'uidMappings' : 'gidMappings';
        report(`${pointer}/${missing}`, `is required beside ${there}`);
      });
    },
  },
  {
    name: 'idmap-source',
    pointers: ['mounts/*/options/*'],
    demands: 'is idmap or ridmap only with mappings, of the mount or of a user namespace',
    section: OPTIONS,
    needs: ['linux/namespaces', 'mounts/*/uidMappings', 'mounts/*/gidMappings'],
    check: (spec, report) => {
      if (namespaceOf(spec, 'user') !== undefined) return;
      eachMount(spec, ({ uidMappings = [], gidMappings = [], options }, pointer) => {
        if (uidMappings.length > 0 || gidMappings.length > 0) return;
        each(options, (option, index) => {
          if (option !== 'idmap' && option !== 'ridmap') return;
          const hint = 'give the mount uidMappings and gidMappings, or the container a user namespace';
          report(`${pointer}/options/${index}`, `${option} has no mappings to apply`, hint);
        });
      });
    },
  },
  {
    name: 'idmap-option',
    pointers: ['mounts/*/options'],
    demands: 'has idmap or ridmap if the mount has mappings',
    section: POSIX,
    warning: true,
    check: (spec, report) => {
      eachMount(spec, ({ uidMappings = [], options = [] }, pointer) => {
        if (uidMappings.length === 0 || options.includes('idmap') || options.includes('ridmap')) return;
        report(`${pointer}/options`, 'should have idmap or ridmap, since the mount has mappings');
      });
    },
  },
];

function eachMount({ mounts }: Spec, visit: (mount: Mount, pointer: string) => void): void {
  each(mounts, (mount, index) => visit(mount, `mounts/${index}`));
}

function rivalsOf(option: string): string[] {
  return RIVALS.flatMap((group) => (group.includes(option) ? group.filter((other) => other !== option) : []));
}

function isMapped({ uidMappings = [], gidMappings = [], options = [] }: Mount): boolean {
  return uidMappings.length > 0 || gidMappings.length > 0 || options.includes('idmap') || options.includes('ridmap');
}
