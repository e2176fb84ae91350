/** Rules of the mappings of user and group ids, of the container and of mounts. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import type { IdMapping, Spec } from '../types.gen.js';
import { each, isNew, namespaceOf, type Rule } from './rule.js';

const SECTION = 'config-linux.md#user-namespace-mappings';

/** Lines that a map of the kernel has room for, user_namespaces(7): since Linux 4.15. */
const MOST_LINES = 340;
/** The kernel takes less than a page of 4096 bytes. */
const LONGEST_MAP = 4095;
/** An id is never above this: the next one is (uid_t)-1. */
const LAST_ID = 0xffff_fffe;

const KINDS = ['uidMappings', 'gidMappings'] as const;
const LISTS: readonly string[] = KINDS.flatMap((kind) => [`linux/${kind}`, `mounts/*/${kind}`]);

/** What a line maps from and to. */
const SIDES = ['containerID', 'hostID'] as const;

export const MAPPING_RULES: readonly Rule[] = [
  {
    name: 'mapping-namespace',
    pointers: KINDS.map((kind) => `linux/${kind}`),
    demands: 'comes with a user namespace',
    section: SECTION,
    needs: ['linux/namespaces'],
    check: (spec, report) => {
      if (namespaceOf(spec, 'user') !== undefined) return;
      for (const kind of KINDS) {
        if ((spec.linux?.[kind] ?? []).length === 0) continue;
        report(`linux/${kind}`, 'needs a user namespace', 'add {"type": "user"} to linux.namespaces');
      }
    },
  },
  {
    name: 'mapping-missing',
    pointers: KINDS.map((kind) => `linux/${kind}`),
    demands: 'is there for a new user namespace, in which nobody would be anybody',
    section: SECTION,
    needs: ['linux/namespaces'],
    check: (spec, report) => {
      if (!isNew(namespaceOf(spec, 'user'))) return;
      for (const kind of KINDS) {
        if ((spec.linux?.[kind] ?? []).length > 0) continue;
        const hint = 'for example {"containerID": 0, "hostID": 100000, "size": 65536}';
        report(`linux/${kind}`, 'is required for a new user namespace', hint);
      }
    },
  },
  {
    name: 'mapping-size',
    pointers: LISTS.map((list) => `${list}/*/size`),
    demands: 'is not 0',
    section: SECTION,
    check: (spec, report) => {
      eachMapping(spec, ({ size }, pointer) => {
        if (size === 0) report(`${pointer}/size`, 'must not be 0: the line maps nothing');
      });
    },
  },
  {
    name: 'mapping-range',
    pointers: LISTS.flatMap((list) => SIDES.map((side) => `${list}/*/${side}`)),
    demands: `ends with its size at ${LAST_ID} or before`,
    section: SECTION,
    check: (spec, report) => {
      eachMapping(spec, (mapping, pointer) => {
        for (const side of SIDES) {
          const last = mapping[side] + Math.max(mapping.size, 1) - 1;
          if (last <= LAST_ID) continue;
          report(`${pointer}/${side}`, `and its size reach to ${last}, and ids end at ${LAST_ID}`);
        }
      });
    },
  },
  {
    name: 'mapping-overlap',
    pointers: LISTS.flatMap((list) => SIDES.map((side) => `${list}/*/${side}`)),
    demands: 'does not map what an earlier line maps',
    section: SECTION,
    check: (spec, report, known) => {
      eachList(spec, (list, pointer) => {
        // The kernel refuses more lines, and to compare each with each is for so many only.
        if (list.length > MOST_LINES) return;
        each(list, (mapping, index) => {
          for (const side of SIDES) {
            const earlier = list.findIndex((other, at) => at < index && overlap(other, mapping, side));
            if (earlier >= 0) report(`${pointer}/${index}/${side}`, `overlaps with ${known(`${pointer}/${earlier}`)}`);
          }
        });
      });
    },
  },
  {
    name: 'mapping-count',
    pointers: LISTS,
    demands: `has at most ${MOST_LINES} lines`,
    section: SECTION,
    check: (spec, report) => {
      eachList(spec, ({ length }, pointer) => {
        if (length > MOST_LINES) report(pointer, `must have at most ${MOST_LINES} lines, but has ${length}`);
      });
    },
  },
  {
    name: 'mapping-length',
    pointers: KINDS.map((kind) => `linux/${kind}`),
    demands: `has at most ${LONGEST_MAP} bytes as the kernel is given it, in one write of less than a page`,
    section: SECTION,
    check: ({ linux }, report) => {
      for (const kind of KINDS) {
        const lines = (linux?.[kind] ?? []).map(
          ({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`,
        );
        const bytes = lines.join('').length;
        if (bytes > LONGEST_MAP) report(`linux/${kind}`, `takes ${bytes} bytes, and the kernel takes ${LONGEST_MAP}`);
      }
    },
  },
  {
    name: 'user-mapped',
    pointers: ['process/user/uid', 'process/user/gid', 'process/user/additionalGids/*'],
    demands: 'is one that the user namespace maps',
    section: SECTION,
    needs: ['linux/namespaces', 'linux/uidMappings', 'linux/gidMappings'],
    check: (spec, report) => {
      if (namespaceOf(spec, 'user') === undefined || spec.process === undefined) return;
      const { uid = 0, gid = 0, additionalGids } = spec.process.user ?? {};
      const refuse = (place: string, id: number, kind: (typeof KINDS)[number]): void => {
        const list = spec.linux?.[kind] ?? [];
        if (list.length === 0 || list.some(({ containerID, size }) => id >= containerID && id < containerID + size))
          return;
        report(`process/user/${place}`, `is ${id}, which linux.${kind} does not map`, `add a line that maps ${id}`);
      };
      refuse('uid', uid, 'uidMappings');
      refuse('gid', gid, 'gidMappings');
      each(additionalGids, (id, index) => refuse(`additionalGids/${index}`, id, 'gidMappings'));
    },
  },
];

function eachList(spec: Spec, visit: (list: readonly IdMapping[], pointer: string) => void): void {
  for (const kind of KINDS) visit(spec.linux?.[kind] ?? [], `linux/${kind}`);
  each(spec.mounts, (mount, index) => {
    for (const kind of KINDS) visit(mount[kind] ?? [], `mounts/${index}/${kind}`);
  });
}

function eachMapping(spec: Spec, visit: (mapping: IdMapping, pointer: string) => void): void {
  eachList(spec, (list, pointer) => each(list, (mapping, index) => visit(mapping, `${pointer}/${index}`)));
}

function overlap(one: IdMapping, other: IdMapping, side: (typeof SIDES)[number]): boolean {
  // What maps nothing is told of already.
  if (one.size === 0 || other.size === 0) return false;
  return one[side] < other[side] + other.size && other[side] < one[side] + one.size;
}
