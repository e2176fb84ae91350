/** Rules of `linux.sysctl`: only what is a namespace's own may be set. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { isPlainSysctl, sysctlNamespace, sysctlPath } from '../../linux/sysctl.js';
import { eachEntry, eachTwin, namespaceOf, type Rule } from './rule.js';

const SECTION = 'config-linux.md#sysctl';

/** The settings that config.json has a property for. */
const PROPERTIES = [
  ['kernel/hostname', 'hostname'],
  ['kernel/domainname', 'domainname'],
] as const;

export const SYSCTL_RULES: readonly Rule[] = [
  {
    name: 'sysctl-path',
    pointers: ['linux/sysctl/*'],
    demands: 'leads to one place below /proc/sys, without empty steps, `.` or `..`',
    section: SECTION,
    check: ({ linux }, report) => {
      eachEntry(linux?.sysctl, 'linux/sysctl', (_, key, pointer) => {
        if (!isPlainSysctl(sysctlPath(key)))
          report(pointer, 'is no name of a setting', 'write it as in net.ipv4.ip_forward');
      });
    },
  },
  {
    name: 'sysctl-known',
    pointers: ['linux/sysctl/*'],
    demands: 'is a setting that a namespace has of its own: net.*, fs.mqueue.*, user.*, those of System V IPC',
    section: SECTION,
    check: ({ linux }, report) => {
      eachEntry(linux?.sysctl, 'linux/sysctl', (_, key, pointer) => {
        const path = sysctlPath(key);
        if (!isPlainSysctl(path) || sysctlNamespace(path) !== undefined) return;
        report(pointer, 'is a setting of the whole machine, which a container may not change', 'set it on the host');
      });
    },
  },
  {
    name: 'sysctl-namespace',
    pointers: ['linux/sysctl/*'],
    demands: 'comes with the namespace that it belongs to',
    section: SECTION,
    needs: ['linux/namespaces'],
    check: (spec, report) => {
      eachEntry(spec.linux?.sysctl, 'linux/sysctl', (_, key, pointer) => {
        const type = sysctlNamespace(sysctlPath(key));
        if (type === undefined || namespaceOf(spec, type) !== undefined) return;
        const hint = `add {"type": "${type}"} to linux.namespaces`;
        report(pointer, `needs a namespace of type ${type}, or it would change the host`, hint);
      });
    },
  },
  {
    name: 'sysctl-property',
    pointers: ['linux/sysctl/*'],
    demands: 'does not set a name that has a property of its own and is set by it',
    section: SECTION,
    check: (spec, report) => {
      eachEntry(spec.linux?.sysctl, 'linux/sysctl', (value, key, pointer) => {
        for (const [path, property] of PROPERTIES) {
          const set = spec[property] ?? '';
          if (sysctlPath(key) === path && set !== '' && set !== value)
            report(pointer, `contradicts ${property}`, `leave one of them out`);
        }
      });
    },
  },
  {
    name: 'sysctl-duplicate',
    pointers: ['linux/sysctl/*'],
    demands: 'sets what no other entry sets, with dots or slashes',
    section: SECTION,
    check: ({ linux }, report) => {
      const found: { readonly key: string; readonly pointer: string }[] = [];
      eachEntry(linux?.sysctl, 'linux/sysctl', (_, key, pointer) => found.push({ key, pointer }));
      eachTwin(
        found,
        ({ key }) => sysctlPath(key),
        ({ pointer }, _, first) => report(pointer, `sets the same as ${found[first]?.key ?? ''}`),
      );
    },
  },
];
