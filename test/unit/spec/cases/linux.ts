import { type Cases, namespaces } from './case.js';

const policy = (fields: object) => ({ 'linux/memoryPolicy': fields });
const rdt = (fields: object) => ({ 'linux/intelRdt': fields });
const rule = (fields: object) => ({ names: ['a'], action: 'SCMP_ACT_ERRNO', ...fields });
const filter = (fields: object) => ({ 'linux/seccomp': { defaultAction: 'SCMP_ACT_ALLOW', ...fields } });
const NOTIFY = rule({ action: 'SCMP_ACT_NOTIFY' });
const listener = (fields: object) => filter({ listenerPath: '/run/agent', syscalls: [NOTIFY], ...fields });
const argument = (index: number) => ({ index, value: 1, op: 'SCMP_CMP_EQ' });
const netDevices = (devices: object) => ({ 'linux/netDevices': devices });

export const LINUX: Cases = {
  linux: { hits: [[{ linux: undefined, hostname: '' }, 'linux', 'is required']], misses: [{}] },
  'cover-path': {
    hits: [
      [
        { 'linux/maskedPaths': ['/a', 'b'] },
        'linux/maskedPaths/1',
        'must be an absolute path inside the container, but is "b"',
      ],
      [{ 'linux/readonlyPaths': [''] }, 'linux/readonlyPaths/0', /^must be an absolute path/],
    ],
    misses: [{ 'linux/maskedPaths': ['/'], 'linux/readonlyPaths': ['/..'] }],
  },
  'rdt-group': {
    hits: ['a/b', '..', '.', '//', 'a\nb'].map((closID) => [
      rdt({ closID }),
      'linux/intelRdt/closID',
      /^must be \/ or a name without slashes/,
    ]),
    misses: [rdt({ closID: '/' }), rdt({ closID: 'a.b' }), rdt({})],
  },
  'rdt-schemata': {
    hits: [[rdt({ schemata: ['L3:0=f', 'L3:0=f\nMB:0=20'] }), 'linux/intelRdt/schemata/1', 'must not have a newline']],
    misses: [rdt({ schemata: ['L3:0=f', 'MB:0=20'] })],
  },
  'rdt-cache': {
    hits: [
      [rdt({ l3CacheSchema: 'MB:0=20' }), 'linux/intelRdt/l3CacheSchema', /^should be one line that begins with L3/],
      [rdt({ l3CacheSchema: 'L3:0=f\n' }), 'linux/intelRdt/l3CacheSchema', /^should be one line/],
    ],
    misses: [rdt({ l3CacheSchema: 'L3:0=f', memBwSchema: 'MB:0=20' }), rdt({ l3CacheSchema: '' })],
  },
  'policy-mode': {
    hits: [[policy({ nodes: '0' }), 'linux/memoryPolicy/mode', 'is required']],
    misses: [policy({ mode: 'MPOL_DEFAULT' })],
  },
  'policy-list': {
    hits: [[policy({ mode: 'MPOL_BIND', nodes: '0-x' }), 'linux/memoryPolicy/nodes', /^has "0-x", which is no/]],
    misses: [policy({ mode: 'MPOL_BIND', nodes: '0-3,7' })],
  },
  'policy-nodes': {
    hits: [
      [policy({ mode: 'MPOL_LOCAL', nodes: '0' }), 'linux/memoryPolicy/nodes', 'must be left out with MPOL_LOCAL'],
      [policy({ mode: 'MPOL_DEFAULT', nodes: '0' }), 'linux/memoryPolicy/nodes', /^must be left out/],
      ...['MPOL_BIND', 'MPOL_INTERLEAVE', 'MPOL_WEIGHTED_INTERLEAVE', 'MPOL_PREFERRED_MANY'].map(
        (mode) => [policy({ mode, nodes: '' }), 'linux/memoryPolicy/nodes', `is required with ${mode}`] as const,
      ),
    ],
    misses: [policy({ mode: 'MPOL_PREFERRED' }), policy({ mode: 'MPOL_PREFERRED', nodes: '0' })],
  },
  'policy-flags': {
    hits: [
      [
        policy({ mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_STATIC_NODES', 'MPOL_F_RELATIVE_NODES'] }),
        'linux/memoryPolicy/flags',
        /^must not have both/,
      ],
      [
        policy({ mode: 'MPOL_INTERLEAVE', nodes: '0', flags: ['MPOL_F_NUMA_BALANCING'] }),
        'linux/memoryPolicy/flags/0',
        'must not be set with MPOL_INTERLEAVE',
      ],
      [
        policy({ mode: 'MPOL_PREFERRED', flags: ['MPOL_F_STATIC_NODES'] }),
        'linux/memoryPolicy/flags/0',
        'is about nodes, and there are none',
      ],
    ],
    misses: [
      policy({ mode: 'MPOL_BIND', nodes: '0', flags: ['MPOL_F_NUMA_BALANCING', 'MPOL_F_STATIC_NODES'] }),
      policy({ mode: 'MPOL_PREFERRED', nodes: '1', flags: ['MPOL_F_RELATIVE_NODES'] }),
    ],
  },
  'personality-domain': {
    hits: [[{ 'linux/personality': {} }, 'linux/personality/domain', 'is required']],
    misses: [{ 'linux/personality': { domain: 'LINUX' } }],
  },
  'personality-flags': {
    hits: [
      [
        { 'linux/personality': { domain: 'LINUX', flags: ['READ_IMPLIES_EXEC'] } },
        'linux/personality/flags/0',
        '"READ_IMPLIES_EXEC" is ignored: the specification has no flags',
      ],
    ],
    misses: [{ 'linux/personality': { domain: 'LINUX32', flags: [] } }],
  },
};

export const SECCOMP: Cases = {
  'errno-action': {
    hits: [
      [filter({ defaultErrnoRet: 1 }), 'linux/seccomp/defaultErrnoRet', /^must not be set: SCMP_ACT_ALLOW returns no/],
      [
        filter({ syscalls: [rule({}), rule({ action: 'SCMP_ACT_KILL', errnoRet: 1 })] }),
        'linux/seccomp/syscalls/1/errnoRet',
        'must not be set: SCMP_ACT_KILL returns no error number',
      ],
    ],
    misses: [
      filter({ defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 1, syscalls: [rule({ errnoRet: 38 })] }),
      filter({ syscalls: [rule({ action: 'SCMP_ACT_TRACE', errnoRet: 1 })] }),
    ],
  },
  'errno-range': {
    hits: [
      [
        filter({ syscalls: [rule({ errnoRet: 4096 })] }),
        'linux/seccomp/syscalls/0/errnoRet',
        'must be at most 4095 with SCMP_ACT_ERRNO, but is 4096',
      ],
      [
        filter({ defaultAction: 'SCMP_ACT_TRACE', defaultErrnoRet: 65_536 }),
        'linux/seccomp/defaultErrnoRet',
        /at most 65535 with SCMP_ACT_TRACE/,
      ],
    ],
    misses: [
      filter({ defaultAction: 'SCMP_ACT_TRACE', defaultErrnoRet: 65_535, syscalls: [rule({ errnoRet: 4095 })] }),
    ],
  },
  'argument-index': {
    hits: [
      [
        filter({ syscalls: [rule({ args: [argument(5), argument(6)] })] }),
        'linux/seccomp/syscalls/0/args/1/index',
        'must be from 0 to 5, but is 6',
      ],
    ],
    misses: [filter({ syscalls: [rule({ args: [argument(0), argument(5)] })] })],
  },
  'listener-missing': {
    hits: [
      [listener({ listenerPath: undefined }), 'linux/seccomp/listenerPath', 'is required with SCMP_ACT_NOTIFY'],
      [listener({ listenerPath: '' }), 'linux/seccomp/listenerPath', 'is required with SCMP_ACT_NOTIFY'],
      [filter({ defaultAction: 'SCMP_ACT_NOTIFY' }), 'linux/seccomp/listenerPath', 'is required with SCMP_ACT_NOTIFY'],
    ],
    misses: [listener({}), filter({ listenerPath: '/run/agent', defaultAction: 'SCMP_ACT_NOTIFY' })],
  },
  'listener-path': {
    hits: [
      [listener({ listenerPath: 'agent' }), 'linux/seccomp/listenerPath', 'must be an absolute path, but is "agent"'],
      [listener({ listenerPath: `/${'x'.repeat(107)}` }), 'linux/seccomp/listenerPath', /at most 107 bytes.*108$/],
    ],
    misses: [listener({ listenerPath: `/${'x'.repeat(106)}` })],
  },
  'listener-unused': {
    hits: [
      [
        filter({ listenerPath: '/run/agent' }),
        'linux/seccomp/listenerPath',
        'has no effect: no action is SCMP_ACT_NOTIFY',
      ],
    ],
    misses: [filter({ listenerPath: '' })],
  },
  'listener-metadata': {
    hits: [
      [filter({ listenerMetadata: 'x' }), 'linux/seccomp/listenerMetadata', 'must not be set without listenerPath'],
    ],
    misses: [listener({ listenerMetadata: 'x' }), filter({ listenerMetadata: '' })],
  },
  'killable-notify': {
    hits: [
      [
        filter({ flags: ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] }),
        'linux/seccomp/flags/1',
        'has no effect: no action is SCMP_ACT_NOTIFY',
      ],
    ],
    misses: [listener({ flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] })],
  },
};

export const NET_DEVICES: Cases = {
  'net-namespace': {
    hits: [
      [{ ...namespaces(['network']), ...netDevices({ eth0: {} }) }, 'linux/netDevices', 'needs a network namespace'],
    ],
    misses: [
      { ...namespaces(['network']), ...netDevices({}) },
      { ...namespaces(['network'], { type: 'network', path: '/n' }), ...netDevices({ eth0: {} }) },
    ],
  },
  'net-name': {
    hits: [
      [netDevices({ 'a b': {} }), 'linux/netDevices/a b', '"a b" is no name of a network device'],
      [netDevices({ eth0: { name: 'a/b' } }), 'linux/netDevices/eth0/name', '"a/b" is no name of a network device'],
      [netDevices({ eth0: { name: 'x'.repeat(16) } }), 'linux/netDevices/eth0/name', /is no name of a network device/],
      [netDevices({ eth0: { name: '..' } }), 'linux/netDevices/eth0/name', /is no name/],
      [netDevices({ 'eth0:1': {} }), 'linux/netDevices/eth0:1', /is no name/],
      [netDevices({ '': {} }), 'linux/netDevices/', /is no name/],
      [netDevices({ eth0: { name: 'e%d%d' } }), 'linux/netDevices/eth0/name', '"e%d%d" is no template'],
      [netDevices({ eth0: { name: 'e%s' } }), 'linux/netDevices/eth0/name', '"e%s" is no template'],
    ],
    misses: [netDevices({ eth0: { name: 'x'.repeat(15) }, 'eth1.5': {}, eth2: { name: 'eth%d' } })],
  },
  'net-duplicate': {
    hits: [
      [
        netDevices({ eth0: {}, eth1: { name: 'eth0' } }),
        'linux/netDevices/eth1/name',
        'gives the name eth0, as linux/netDevices/eth0 does',
      ],
    ],
    misses: [netDevices({ eth0: { name: 'eth1' }, eth1: { name: 'eth0' }, a: { name: 'e%d' }, b: { name: 'e%d' } })],
  },
};
