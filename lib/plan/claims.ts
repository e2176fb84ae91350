/**
 * Who carries out which part of config.json: one table over every leaf of the schema, so that nothing a config asks for
 * is ever ignored silently. Read by features.ts and the page of coverage; a test compares it with the schema.
 * To support a leaf, name the section of the plan that does it here; the type of the table knows every leaf.
 */
import type { Spec } from '../spec/types.gen.js';

/** Sections of the plan; and `record`: kept and shown, nothing to be done. */
export type Section =
  | 'capabilities'
  | 'cgroups'
  | 'devices'
  | 'filter'
  | 'hiddenPaths'
  | 'hooks'
  | 'intelRdt'
  | 'labels'
  | 'limits'
  | 'memoryPolicy'
  | 'mounts'
  | 'names'
  | 'namespaces'
  | 'networkDevices'
  | 'personality'
  | 'process'
  | 'record'
  | 'root'
  | 'scheduling'
  | 'sysctls';

/**
 * What becomes of a leaf: the section that does it; `elsewhere`, of another platform and to be left alone; or `unsupported`, with its
 * reason in unsupported.ts.
 */
export type Claim = Section | 'elsewhere' | 'unsupported';

/** The claims of a list's or map's items. */
interface Each<T> {
  readonly each: Claims<T>;
}

type Plain = string | number | bigint | boolean | undefined;

/** One claim for each leaf of T. A list or map of plain values is a leaf; of objects, its items have the leaves. */
export type Claims<T> = T extends Plain
  ? Claim
  : T extends readonly (infer Item)[]
    ? Item extends Plain
      ? Claim
      : Each<Item>
    : string extends keyof T
      ? T[keyof T] extends object
        ? Each<T[keyof T]>
        : Claim
      : { readonly [Key in keyof T]-?: Claims<Exclude<T[Key], undefined>> };

const OWN_MAPPINGS = { each: { containerID: 'namespaces', hostID: 'namespaces', size: 'namespaces' } } as const;
const HOOKS = { each: { path: 'hooks', args: 'hooks', env: 'hooks', timeout: 'hooks' } } as const;
const TIME_OFFSET = { secs: 'namespaces', nanosecs: 'namespaces' } as const;
const MOUNT_MAPPINGS = { each: { containerID: 'mounts', hostID: 'mounts', size: 'mounts' } } as const;
const THROTTLE = { each: { major: 'cgroups', minor: 'cgroups', rate: 'cgroups' } } as const;

/** The table. */
export const CLAIMS: Claims<Spec> = {
  $schema: 'record',
  ociVersion: 'record',
  process: {
    terminal: 'process',
    consoleSize: { height: 'process', width: 'process' },
    user: {
      uid: 'process',
      gid: 'process',
      umask: 'process',
      additionalGids: 'process',
      username: 'elsewhere',
    },
    args: 'process',
    commandLine: 'elsewhere',
    env: 'process',
    cwd: 'process',
    capabilities: {
      bounding: 'capabilities',
      effective: 'capabilities',
      inheritable: 'capabilities',
      permitted: 'capabilities',
      ambient: 'capabilities',
    },
    rlimits: { each: { type: 'limits', soft: 'limits', hard: 'limits' } },
    noNewPrivileges: 'process',
    apparmorProfile: 'labels',
    oomScoreAdj: 'process',
    scheduler: {
      policy: 'scheduling',
      nice: 'scheduling',
      priority: 'scheduling',
      flags: 'scheduling',
      runtime: 'scheduling',
      deadline: 'scheduling',
      period: 'scheduling',
    },
    selinuxLabel: 'labels',
    ioPriority: { class: 'scheduling', priority: 'scheduling' },
    execCPUAffinity: { initial: 'process', final: 'process' }, // by the plan of exec, from the snapshot of the config
  },
  root: { path: 'root', readonly: 'root' },
  hostname: 'names',
  domainname: 'names',
  mounts: {
    each: {
      destination: 'mounts',
      type: 'mounts',
      source: 'mounts',
      options: 'mounts',
      uidMappings: MOUNT_MAPPINGS,
      gidMappings: MOUNT_MAPPINGS,
    },
  },
  hooks: {
    prestart: HOOKS,
    createRuntime: HOOKS,
    createContainer: HOOKS,
    startContainer: HOOKS,
    poststart: HOOKS,
    poststop: HOOKS,
  },
  annotations: 'record',
  linux: {
    uidMappings: OWN_MAPPINGS,
    gidMappings: OWN_MAPPINGS,
    sysctl: 'sysctls',
    resources: {
      devices: {
        each: {
          allow: 'cgroups',
          type: 'cgroups',
          major: 'cgroups',
          minor: 'cgroups',
          access: 'cgroups',
        },
      },
      memory: {
        limit: 'cgroups',
        reservation: 'cgroups',
        swap: 'cgroups',
        kernel: 'cgroups',
        kernelTCP: 'cgroups',
        swappiness: 'cgroups',
        disableOOMKiller: 'cgroups',
        useHierarchy: 'cgroups',
        checkBeforeUpdate: 'cgroups',
      },
      cpu: {
        shares: 'cgroups',
        quota: 'cgroups',
        burst: 'cgroups',
        period: 'cgroups',
        realtimeRuntime: 'cgroups',
        realtimePeriod: 'cgroups',
        cpus: 'cgroups',
        mems: 'cgroups',
        idle: 'cgroups',
      },
      pids: { limit: 'cgroups' },
      blockIO: {
        weight: 'cgroups',
        leafWeight: 'cgroups',
        weightDevice: { each: { major: 'cgroups', minor: 'cgroups', weight: 'cgroups', leafWeight: 'cgroups' } },
        throttleReadBpsDevice: THROTTLE,
        throttleWriteBpsDevice: THROTTLE,
        throttleReadIOPSDevice: THROTTLE,
        throttleWriteIOPSDevice: THROTTLE,
      },
      hugepageLimits: { each: { pageSize: 'cgroups', limit: 'cgroups' } },
      network: { classID: 'cgroups', priorities: { each: { name: 'cgroups', priority: 'cgroups' } } },
      rdma: { each: { hcaHandles: 'cgroups', hcaObjects: 'cgroups' } },
      unified: 'cgroups',
    },
    cgroupsPath: 'cgroups',
    namespaces: { each: { type: 'namespaces', path: 'namespaces' } },
    devices: {
      each: {
        type: 'devices',
        path: 'devices',
        major: 'devices',
        minor: 'devices',
        fileMode: 'devices',
        uid: 'devices',
        gid: 'devices',
      },
    },
    netDevices: { each: { name: 'networkDevices' } },
    seccomp: {
      defaultAction: 'filter',
      defaultErrnoRet: 'filter',
      flags: 'filter',
      listenerPath: 'filter',
      listenerMetadata: 'filter',
      architectures: 'filter',
      syscalls: {
        each: {
          names: 'filter',
          action: 'filter',
          errnoRet: 'filter',
          args: { each: { index: 'filter', value: 'filter', valueTwo: 'filter', op: 'filter' } },
        },
      },
    },
    rootfsPropagation: 'root',
    maskedPaths: 'hiddenPaths',
    readonlyPaths: 'hiddenPaths',
    mountLabel: 'labels',
    intelRdt: {
      closID: 'intelRdt',
      schemata: 'intelRdt',
      l3CacheSchema: 'intelRdt',
      memBwSchema: 'intelRdt',
      enableMonitoring: 'intelRdt',
    },
    memoryPolicy: { mode: 'memoryPolicy', nodes: 'memoryPolicy', flags: 'memoryPolicy' },
    personality: { domain: 'personality', flags: 'personality' },
    timeOffsets: { monotonic: TIME_OFFSET, boottime: TIME_OFFSET },
  },
  solaris: 'elsewhere',
  windows: 'elsewhere',
  vm: 'elsewhere',
  zos: 'elsewhere',
  freebsd: 'elsewhere',
};

type Node = Claim | { readonly each: Node } | { readonly [name: string]: Node };

/** Every leaf of the table with its claim, in its order; `*` stands for an index or a map's key. */
export function* claimedLeaves(node: unknown = CLAIMS, pointer = ''): Generator<[pointer: string, claim: Claim]> {
  const table = node as Node;
  if (typeof table === 'string') yield [pointer, table];
  else if ('each' in table) yield* claimedLeaves(table.each, `${pointer}/*`);
  else {
    for (const [name, child] of Object.entries(table)) {
      yield* claimedLeaves(child, pointer === '' ? name : `${pointer}/${name}`);
    }
  }
}
