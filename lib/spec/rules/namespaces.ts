/** Rules of `linux.namespaces`, and of what only works in a namespace of its own. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { each, eachTwin, isAbsolute, isNew, isSet, namespaceOf, quoted, type Rule } from './rule.js';

const SECTION = 'config-linux.md#namespaces';
const TIME = 'config-linux.md#offset-for-time-namespace';

const CLOCKS = ['monotonic', 'boottime'] as const;
const SECOND = 1_000_000_000;

/** What is laid over the container's files, and would be laid over the host's without a mount namespace. */
const COVERS = ['maskedPaths', 'readonlyPaths'] as const;

export const NAMESPACE_RULES: readonly Rule[] = [
  {
    name: 'namespace-duplicate',
    pointers: ['linux/namespaces/*'],
    demands: 'is of a type that no other entry has',
    section: SECTION,
    check: ({ linux }, report, known) => {
      eachTwin(
        linux?.namespaces,
        ({ type }) => type,
        ({ type }, index, first) => {
          const message = `names the ${type} namespace again, after ${known(`linux/namespaces/${first}`)}`;
          report(`linux/namespaces/${index}`, message, 'leave one of them');
        },
      );
    },
  },
  {
    name: 'namespace-path',
    pointers: ['linux/namespaces/*/path'],
    demands: 'is absolute',
    section: SECTION,
    check: ({ linux }, report) => {
      each(linux?.namespaces, ({ path = '' }, index) => {
        if (path === '' || isAbsolute(path)) return;
        report(`linux/namespaces/${index}/path`, `must be an absolute path, but is ${quoted(path)}`);
      });
    },
  },
  {
    name: 'time-namespace',
    pointers: ['linux/timeOffsets'],
    demands: 'comes with a new time namespace: the clocks of one that is joined stand fast',
    section: TIME,
    needs: ['linux/namespaces'],
    check: (spec, report) => {
      const offsets = spec.linux?.timeOffsets;
      if (!CLOCKS.some((clock) => isSet(offsets?.[clock]?.secs) || isSet(offsets?.[clock]?.nanosecs))) return;
      const time = namespaceOf(spec, 'time');
      if (isNew(time)) return;
      if (time === undefined) {
        report('linux/timeOffsets', 'needs a time namespace', 'add {"type": "time"} to linux.namespaces');
      } else {
        report('linux/timeOffsets', 'cannot be set in a time namespace that is joined', 'leave its path or this out');
      }
    },
  },
  {
    name: 'time-nanoseconds',
    pointers: CLOCKS.map((clock) => `linux/timeOffsets/${clock}/nanosecs`),
    demands: 'is less than a second',
    section: TIME,
    check: ({ linux }, report) => {
      for (const clock of CLOCKS) {
        const nanosecs = linux?.timeOffsets?.[clock]?.nanosecs ?? 0;
        if (nanosecs < SECOND) continue;
        report(
          `linux/timeOffsets/${clock}/nanosecs`,
          `must be below ${SECOND}, but is ${nanosecs}`,
          'secs has the rest',
        );
      }
    },
  },
  {
    name: 'cover-namespace',
    pointers: COVERS.map((name) => `linux/${name}`),
    demands: 'comes with a mount namespace',
    section: 'config-linux.md#masked-paths',
    needs: ['linux/namespaces'],
    check: (spec, report) => {
      if (namespaceOf(spec, 'mount') !== undefined) return;
      for (const name of COVERS) {
        if ((spec.linux?.[name] ?? []).length === 0) continue;
        const message = 'needs a mount namespace, or it would cover files of the host';
        report(`linux/${name}`, message, 'add {"type": "mount"} to linux.namespaces');
      }
    },
  },
];
