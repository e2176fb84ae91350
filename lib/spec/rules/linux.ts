/** Rules of what is left of `linux`: covered paths, resctrl, memory policy, personality. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import type { MemoryPolicyMode } from '../types.gen.js';
import { listFault } from '../../linux/lists.js';
import { each, isAbsolute, quoted, type Rule } from './rule.js';

const RDT = 'config-linux.md#intelrdt';
const POLICY = 'config-linux.md#memory-policy';
const PERSONALITY = 'config-linux.md#personality';

const COVERS = ['maskedPaths', 'readonlyPaths'] as const;

/** What set_mempolicy(2) wants of the nodes of a mode; MPOL_PREFERRED takes both. */
const NODES: Readonly<Partial<Record<MemoryPolicyMode, 'none' | 'some'>>> = {
  MPOL_DEFAULT: 'none',
  MPOL_LOCAL: 'none',
  MPOL_BIND: 'some',
  MPOL_INTERLEAVE: 'some',
  MPOL_WEIGHTED_INTERLEAVE: 'some',
  MPOL_PREFERRED_MANY: 'some',
};

/** Flags that say how the nodes are meant. */
const ABOUT_NODES: readonly string[] = ['MPOL_F_STATIC_NODES', 'MPOL_F_RELATIVE_NODES'];
const BALANCED: readonly string[] = ['MPOL_BIND', 'MPOL_PREFERRED_MANY'];

export const LINUX_RULES: readonly Rule[] = [
  {
    name: 'linux',
    pointers: ['linux'],
    demands: 'is there',
    section: 'config.md#platform-specific-configuration',
    check: ({ linux }, report) => {
      if (linux === undefined) report('linux', 'is required', 'without linux.namespaces there is no container');
    },
  },
  {
    name: 'cover-path',
    pointers: COVERS.map((name) => `linux/${name}/*`),
    demands: 'is absolute',
    section: 'config-linux.md#masked-paths',
    check: ({ linux }, report) => {
      for (const name of COVERS) {
        each(linux?.[name], (path, index) => {
          if (isAbsolute(path)) return;
          report(`linux/${name}/${index}`, `must be an absolute path inside the container, but is ${quoted(path)}`);
        });
      }
    },
  },
  {
    name: 'rdt-group',
    pointers: ['linux/intelRdt/closID'],
    demands: 'is / for the root group, or the name of a directory',
    section: RDT,
    check: ({ linux }, report) => {
      const group = linux?.intelRdt?.closID ?? '';
      if (group === '' || group === '/' || (!/[/\n]/.test(group) && group !== '.' && group !== '..')) return;
      report('linux/intelRdt/closID', `must be / or a name without slashes, but is ${quoted(group)}`);
    },
  },
  {
    name: 'rdt-schemata',
    pointers: ['linux/intelRdt/schemata/*'],
    demands: 'is one line',
    section: RDT,
    check: ({ linux }, report) => {
      each(linux?.intelRdt?.schemata, (line, index) => {
        if (line.includes('\n'))
          report(`linux/intelRdt/schemata/${index}`, 'must not have a newline', 'one line an entry');
      });
    },
  },
  {
    name: 'rdt-cache',
    pointers: ['linux/intelRdt/l3CacheSchema'],
    demands: 'is one line that begins with L3:',
    section: RDT,
    warning: true,
    check: ({ linux }, report) => {
      const schema = linux?.intelRdt?.l3CacheSchema ?? '';
      if (schema === '' || (schema.startsWith('L3:') && !schema.includes('\n'))) return;
      report('linux/intelRdt/l3CacheSchema', 'should be one line that begins with L3:', 'schemata has room for others');
    },
  },
  {
    name: 'policy-mode',
    pointers: ['linux/memoryPolicy/mode'],
    demands: 'is there',
    section: POLICY,
    check: ({ linux }, report) => {
      const policy = linux?.memoryPolicy;
      if (policy !== undefined && policy.mode === undefined) report('linux/memoryPolicy/mode', 'is required');
    },
  },
  {
    name: 'policy-list',
    pointers: ['linux/memoryPolicy/nodes'],
    demands: 'is a list of memory nodes',
    section: POLICY,
    check: ({ linux }, report) => {
      const fault = listFault(linux?.memoryPolicy?.nodes ?? '', false);
      if (fault !== undefined) report('linux/memoryPolicy/nodes', fault, 'write it as in 0-3,7');
    },
  },
  {
    name: 'policy-nodes',
    pointers: ['linux/memoryPolicy/nodes'],
    demands: 'is there if the mode needs nodes, and left out if it takes none',
    section: POLICY,
    check: ({ linux }, report) => {
      const { mode, nodes = '' } = linux?.memoryPolicy ?? {};
      const wanted = mode === undefined ? undefined : NODES[mode];
      const given = nodes.trim() !== '';
      if (wanted === 'none' && given) report('linux/memoryPolicy/nodes', `must be left out with ${mode ?? ''}`);
      if (wanted === 'some' && !given) report('linux/memoryPolicy/nodes', `is required with ${mode ?? ''}`);
    },
  },
  {
    name: 'policy-flags',
    pointers: ['linux/memoryPolicy/flags', 'linux/memoryPolicy/flags/*'],
    demands: 'goes with the mode, the nodes and the other flags, as in set_mempolicy(2)',
    section: POLICY,
    needs: ['linux/memoryPolicy/mode', 'linux/memoryPolicy/nodes'],
    check: ({ linux }, report) => {
      const { mode = 'MPOL_DEFAULT', nodes = '', flags = [] } = linux?.memoryPolicy ?? {};
      if (ABOUT_NODES.every((flag) => flags.some((one) => one === flag)))
        report('linux/memoryPolicy/flags', `must not have both ${ABOUT_NODES.join(' and ')}`);
      each(flags, (flag, index) => {
        const pointer = `linux/memoryPolicy/flags/${index}`;
        if (flag === 'MPOL_F_NUMA_BALANCING' && !BALANCED.includes(mode))
          report(pointer, `must not be set with ${mode}`, `it goes with ${BALANCED.join(' and ')}`);
        if (ABOUT_NODES.includes(flag) && nodes.trim() === '') report(pointer, 'is about nodes, and there are none');
      });
    },
  },
  {
    name: 'personality-domain',
    pointers: ['linux/personality/domain'],
    demands: 'is there',
    section: PERSONALITY,
    check: ({ linux }, report) => {
      const personality = linux?.personality;
      if (personality !== undefined && personality.domain === undefined)
        report('linux/personality/domain', 'is required', 'LINUX or LINUX32');
    },
  },
  {
    name: 'personality-flags',
    pointers: ['linux/personality/flags/*'],
    demands: 'is not there: the specification has no flags',
    section: PERSONALITY,
    warning: true,
    check: ({ linux }, report) => {
      each(linux?.personality?.flags, (flag, index) => {
        report(`linux/personality/flags/${index}`, `${quoted(flag)} is ignored: the specification has no flags`);
      });
    },
  },
];
