// Generated from schemas/ by scripts/generate-spec.ts. Do not edit.

/** config.json of an OCI bundle: runtime-spec 1.3.0, the common and the Linux parts whole, other platforms' objects accepted and left alone. Unknown properties are valid, as the specification demands. */
export interface Spec {
  /**
   * Where an editor finds the schema of this file; no word of the specification's.
   * @see config.md#extensibility
   */
  readonly $schema?: string;
  /**
   * Version of the runtime specification that this file follows.
   * @see config.md#specification-version
   */
  readonly ociVersion: string;
  /**
   * The process that the container runs.
   * @see config.md#process
   */
  readonly process?: Process;
  /**
   * The container's root filesystem.
   * @see config.md#root
   */
  readonly root?: Root;
  /**
   * Host name seen inside; needs a uts namespace.
   * @see config.md#hostname
   */
  readonly hostname?: string;
  /**
   * NIS domain name seen inside; needs a uts namespace.
   * @see config.md#domainname
   */
  readonly domainname?: string;
  /**
   * Mounts made inside the root filesystem, in this order.
   * @see config.md#mounts
   */
  readonly mounts?: readonly Mount[];
  /**
   * Programs run at points of the container's life.
   * @see config.md#posix-platform-hooks
   */
  readonly hooks?: Hooks;
  /**
   * Free words about the container, shown by `state`.
   * @see config.md#annotations
   */
  readonly annotations?: Annotations;
  /**
   * What is special to Linux.
   * @see config.md#platform-specific-configuration
   */
  readonly linux?: Linux;
  /**
   * What is special to Solaris; a Linux runtime leaves it alone.
   * @see config.md#platform-specific-configuration
   */
  readonly solaris?: Readonly<Record<string, unknown>>;
  /**
   * What is special to Windows; a Linux runtime leaves it alone.
   * @see config.md#platform-specific-configuration
   */
  readonly windows?: Readonly<Record<string, unknown>>;
  /**
   * What is special to virtual machines; a Linux runtime leaves it alone.
   * @see config.md#platform-specific-configuration
   */
  readonly vm?: Readonly<Record<string, unknown>>;
  /**
   * What is special to z/OS; a Linux runtime leaves it alone.
   * @see config.md#platform-specific-configuration
   */
  readonly zos?: Readonly<Record<string, unknown>>;
  /**
   * What is special to FreeBSD; a Linux runtime leaves it alone.
   * @see config.md#platform-specific-configuration
   */
  readonly freebsd?: Readonly<Record<string, unknown>>;
}

/**
 * Key-value pairs; keys are best in reverse domain notation.
 * @see config.md#annotations
 */
export type Annotations = Readonly<Record<string, string>>;

/** A process in a container: the first one, or one that `exec` adds. */
export interface Process {
  /**
   * Whether the process gets a new pseudoterminal as its standard streams.
   * @see config.md#process
   */
  readonly terminal?: boolean;
  /**
   * Size of the terminal; without `terminal` it has no effect.
   * @see config.md#process
   */
  readonly consoleSize?: ConsoleSize;
  /**
   * Who the process is.
   * @see config.md#user
   */
  readonly user?: User;
  /**
   * The program and its arguments, as execvp(3) takes them.
   * @see config.md#process
   */
  readonly args?: readonly string[];
  /**
   * Whole command line on Windows; a Linux runtime leaves it alone.
   * @see config.md#process
   */
  readonly commandLine?: string;
  /**
   * Environment, each entry NAME=VALUE.
   * @see config.md#process
   */
  readonly env?: readonly string[];
  /**
   * Absolute working directory inside the container.
   * @see config.md#process
   */
  readonly cwd: string;
  /**
   * Capability sets of the process.
   * @see config.md#linux-process
   */
  readonly capabilities?: Capabilities;
  /**
   * Resource limits, each type at most once.
   * @see config.md#posix-process
   */
  readonly rlimits?: readonly Rlimit[];
  /**
   * Whether execve may no longer give privileges (PR_SET_NO_NEW_PRIVS).
   * @see config.md#linux-process
   */
  readonly noNewPrivileges?: boolean;
  /**
   * AppArmor profile that the process is put under.
   * @see config.md#linux-process
   */
  readonly apparmorProfile?: string;
  /**
   * Adjustment of the out-of-memory score, written to /proc/PID/oom_score_adj; absent means untouched.
   * @see config.md#linux-process
   */
  readonly oomScoreAdj?: number;
  /**
   * CPU scheduling policy and its parameters.
   * @see config.md#linux-process
   */
  readonly scheduler?: Scheduler;
  /**
   * SELinux label that the process is given.
   * @see config.md#linux-process
   */
  readonly selinuxLabel?: string;
  /**
   * I/O scheduling class and priority.
   * @see config.md#linux-process
   */
  readonly ioPriority?: IoPriority;
  /**
   * CPUs that a process added by `exec` runs on.
   * @see config.md#linux-process
   */
  readonly execCPUAffinity?: ExecCpuAffinity;
}

/** Size of a terminal. */
export interface ConsoleSize {
  /**
   * Rows, in characters.
   * @see config.md#process
   */
  readonly height: Unsigned;
  /**
   * Columns, in characters.
   * @see config.md#process
   */
  readonly width: Unsigned;
}

/** User and groups of a process, as numbers in the container's user namespace. */
export interface User {
  /**
   * User id.
   * @see config.md#posix-platform-user
   */
  readonly uid?: Uint32;
  /**
   * Group id.
   * @see config.md#posix-platform-user
   */
  readonly gid?: Uint32;
  /**
   * File mode creation mask, in mode bits, as a decimal number.
   * @see config.md#posix-platform-user
   */
  readonly umask?: Uint32;
  /**
   * Supplementary group ids.
   * @see config.md#posix-platform-user
   */
  readonly additionalGids?: readonly Uint32[];
  /**
   * User name on Windows; a Linux runtime leaves it alone.
   * @see config.md#windows-user
   */
  readonly username?: string;
}

/** The five capability sets, by names such as CAP_CHOWN; an unknown name is a warning. */
export interface Capabilities {
  /**
   * Ceiling of what any execve can give.
   * @see config.md#linux-process
   */
  readonly bounding?: readonly string[];
  /**
   * What is checked.
   * @see config.md#linux-process
   */
  readonly effective?: readonly string[];
  /**
   * What stays over an execve of a file that lists it.
   * @see config.md#linux-process
   */
  readonly inheritable?: readonly string[];
  /**
   * What may be made effective.
   * @see config.md#linux-process
   */
  readonly permitted?: readonly string[];
  /**
   * What stays over an execve of any unprivileged file.
   * @see config.md#linux-process
   */
  readonly ambient?: readonly string[];
}

/** One resource limit, see getrlimit(2). */
export interface Rlimit {
  /**
   * Which limit.
   * @see config.md#posix-process
   */
  readonly type: string;
  /**
   * The limit that is enforced; 18446744073709551615 is none, in the unit of the limit's type.
   * @see config.md#posix-process
   */
  readonly soft: Uint64;
  /**
   * The ceiling of `soft`; 18446744073709551615 is none, in the unit of the limit's type.
   * @see config.md#posix-process
   */
  readonly hard: Uint64;
}

/** CPU scheduling, see sched_setattr(2). */
export interface Scheduler {
  /**
   * Scheduling policy.
   * @see config.md#linux-process
   */
  readonly policy: SchedulerPolicy;
  /**
   * Nice value; lower is favoured.
   * @see config.md#linux-process
   */
  readonly nice?: Int32;
  /**
   * Static priority of the real-time policies.
   * @see config.md#linux-process
   */
  readonly priority?: Int32;
  /**
   * Scheduling flags.
   * @see config.md#linux-process
   */
  readonly flags?: readonly SchedulerFlag[];
  /**
   * SCHED_DEADLINE: time the process may run in one period, in nanoseconds.
   * @see config.md#linux-process
   */
  readonly runtime?: Uint64;
  /**
   * SCHED_DEADLINE: by when, from the start of a period, that time is given, in nanoseconds.
   * @see config.md#linux-process
   */
  readonly deadline?: Uint64;
  /**
   * SCHED_DEADLINE: length of a period, in nanoseconds.
   * @see config.md#linux-process
   */
  readonly period?: Uint64;
}

/**
 * Scheduling policy, see sched(7).
 * @see config.md#linux-process
 */
export type SchedulerPolicy = 'SCHED_OTHER' | 'SCHED_FIFO' | 'SCHED_RR' | 'SCHED_BATCH' | 'SCHED_ISO' | 'SCHED_IDLE' | 'SCHED_DEADLINE';

/**
 * Scheduling flag, see sched_setattr(2).
 * @see config.md#linux-process
 */
export type SchedulerFlag = 'SCHED_FLAG_RESET_ON_FORK' | 'SCHED_FLAG_RECLAIM' | 'SCHED_FLAG_DL_OVERRUN' | 'SCHED_FLAG_KEEP_POLICY' | 'SCHED_FLAG_KEEP_PARAMS' | 'SCHED_FLAG_UTIL_CLAMP_MIN' | 'SCHED_FLAG_UTIL_CLAMP_MAX';

/** I/O scheduling, see ioprio_set(2). */
export interface IoPriority {
  /**
   * I/O scheduling class.
   * @see config.md#linux-process
   */
  readonly class: IoPriorityClass;
  /**
   * Priority in the class, from 0 (first served) to 7.
   * @see config.md#linux-process
   */
  readonly priority?: Int32;
}

/**
 * I/O scheduling class.
 * @see config.md#linux-process
 */
export type IoPriorityClass = 'IOPRIO_CLASS_RT' | 'IOPRIO_CLASS_BE' | 'IOPRIO_CLASS_IDLE';

/** CPUs of a process added by `exec`; the container's first process is not concerned. */
export interface ExecCpuAffinity {
  /**
   * CPUs before the process enters the container's cgroup, such as 0-3,7.
   * @see config.md#linux-process
   */
  readonly initial?: string;
  /**
   * CPUs after it has entered; empty or absent leaves the choice to the kernel.
   * @see config.md#linux-process
   */
  readonly final?: string;
}

/** The container's root filesystem. */
export interface Root {
  /**
   * Its directory: absolute, or relative to the bundle.
   * @see config.md#root
   */
  readonly path: string;
  /**
   * Whether it is read-only inside.
   * @see config.md#root
   */
  readonly readonly?: boolean;
}

/** One mount, see mount(2). */
export interface Mount {
  /**
   * Mount point inside the container; a relative one is deprecated and taken from /.
   * @see config.md#mounts
   */
  readonly destination: string;
  /**
   * File system type; of no meaning for a bind mount.
   * @see config.md#posix-platform-mounts
   */
  readonly type?: string;
  /**
   * Device, directory or file; of a bind mount absolute or relative to the bundle.
   * @see config.md#mounts
   */
  readonly source?: string;
  /**
   * Mount options; what is not known goes to the file system.
   * @see config.md#linux-mount-options
   */
  readonly options?: readonly string[];
  /**
   * User id mappings of an idmapped mount; come with `gidMappings`.
   * @see config.md#posix-platform-mounts
   */
  readonly uidMappings?: readonly IdMapping[];
  /**
   * Group id mappings of an idmapped mount; come with `uidMappings`.
   * @see config.md#posix-platform-mounts
   */
  readonly gidMappings?: readonly IdMapping[];
}

/** Programs to run at points of the container's life, each list in its order. */
export interface Hooks {
  /**
   * Deprecated: as `createRuntime`, and before it.
   * @see config.md#prestart
   */
  readonly prestart?: readonly Hook[];
  /**
   * On create, outside: after the mounts, before the root is changed.
   * @see config.md#createruntime-hooks
   */
  readonly createRuntime?: readonly Hook[];
  /**
   * On create, in the container's namespaces: before the root is changed.
   * @see config.md#createcontainer-hooks
   */
  readonly createContainer?: readonly Hook[];
  /**
   * On start, inside the container: before the program is executed.
   * @see config.md#startcontainer-hooks
   */
  readonly startContainer?: readonly Hook[];
  /**
   * On start, outside: after the program has been executed.
   * @see config.md#poststart
   */
  readonly poststart?: readonly Hook[];
  /**
   * On delete, outside: after the container is gone.
   * @see config.md#poststop
   */
  readonly poststop?: readonly Hook[];
}

/** One program; the container's state is on its standard input. */
export interface Hook {
  /**
   * Absolute path of the program.
   * @see config.md#posix-platform-hooks
   */
  readonly path: string;
  /**
   * Its arguments, the first being its name.
   * @see config.md#posix-platform-hooks
   */
  readonly args?: readonly string[];
  /**
   * Its environment, each entry NAME=VALUE.
   * @see config.md#posix-platform-hooks
   */
  readonly env?: readonly string[];
  /**
   * Time after which it is ended and has failed, in seconds.
   * @see config.md#posix-platform-hooks
   */
  readonly timeout?: number;
}

/** What is special to Linux. */
export interface Linux {
  /**
   * User ids of a new user namespace.
   * @see config-linux.md#user-namespace-mappings
   */
  readonly uidMappings?: readonly IdMapping[];
  /**
   * Group ids of a new user namespace.
   * @see config-linux.md#user-namespace-mappings
   */
  readonly gidMappings?: readonly IdMapping[];
  /**
   * Kernel parameters of the container's namespaces, by dotted name.
   * @see config-linux.md#sysctl
   */
  readonly sysctl?: Readonly<Record<string, string>>;
  /**
   * Limits of the container's cgroup.
   * @see config-linux.md#control-groups
   */
  readonly resources?: Resources;
  /**
   * Where the cgroup is: an absolute path below the cgroup mount, or the runtime's own form.
   * @see config-linux.md#cgroups-path
   */
  readonly cgroupsPath?: string;
  /**
   * Namespaces that the container does not share with the runtime, each type at most once.
   * @see config-linux.md#namespaces
   */
  readonly namespaces?: readonly Namespace[];
  /**
   * Device nodes in the container, besides the default ones.
   * @see config-linux.md#devices
   */
  readonly devices?: readonly Device[];
  /**
   * Network devices of the host that are moved in, by their name on the host.
   * @see config-linux.md#network-devices
   */
  readonly netDevices?: Readonly<Record<string, NetDevice>>;
  /**
   * Filter of system calls.
   * @see config-linux.md#seccomp
   */
  readonly seccomp?: Seccomp;
  /**
   * Mount propagation of the root filesystem.
   * @see config-linux.md#rootfs-mount-propagation
   */
  readonly rootfsPropagation?: RootfsPropagation;
  /**
   * Absolute paths that cannot be read inside.
   * @see config-linux.md#masked-paths
   */
  readonly maskedPaths?: readonly string[];
  /**
   * Absolute paths that cannot be written inside.
   * @see config-linux.md#readonly-paths
   */
  readonly readonlyPaths?: readonly string[];
  /**
   * SELinux context of the container's mounts.
   * @see config-linux.md#mount-label
   */
  readonly mountLabel?: string;
  /**
   * Cache and memory bandwidth by resctrl.
   * @see config-linux.md#intelrdt
   */
  readonly intelRdt?: IntelRdt;
  /**
   * NUMA memory policy.
   * @see config-linux.md#memory-policy
   */
  readonly memoryPolicy?: MemoryPolicy;
  /**
   * Execution domain.
   * @see config-linux.md#personality
   */
  readonly personality?: Personality;
  /**
   * Offsets of the clocks in a new time namespace.
   * @see config-linux.md#offset-for-time-namespace
   */
  readonly timeOffsets?: TimeOffsets;
}

/** A range of ids, inside and outside. */
export interface IdMapping {
  /**
   * First id inside.
   * @see config-linux.md#user-namespace-mappings
   */
  readonly containerID: Uint32;
  /**
   * First id outside.
   * @see config-linux.md#user-namespace-mappings
   */
  readonly hostID: Uint32;
  /**
   * How many ids, in ids.
   * @see config-linux.md#user-namespace-mappings
   */
  readonly size: Uint32;
}

/** A namespace that is made, or joined where there is a path. */
export interface Namespace {
  /**
   * Its type.
   * @see config-linux.md#namespaces
   */
  readonly type: NamespaceType;
  /**
   * Absolute path of the namespace to join.
   * @see config-linux.md#namespaces
   */
  readonly path?: string;
}

/**
 * Type of a namespace, see namespaces(7).
 * @see config-linux.md#namespaces
 */
export type NamespaceType = 'pid' | 'network' | 'mount' | 'ipc' | 'uts' | 'user' | 'cgroup' | 'time';

/** Offsets by clock, see time_namespaces(7). */
export interface TimeOffsets {
  /**
   * Offset of CLOCK_MONOTONIC.
   * @see config-linux.md#offset-for-time-namespace
   */
  readonly monotonic?: TimeOffset;
  /**
   * Offset of CLOCK_BOOTTIME.
   * @see config-linux.md#offset-for-time-namespace
   */
  readonly boottime?: TimeOffset;
}

/** Offset of one clock: both parts are added. */
export interface TimeOffset {
  /**
   * Whole seconds, in seconds.
   * @see config-linux.md#offset-for-time-namespace
   */
  readonly secs?: Int64;
  /**
   * The part below a second, in nanoseconds.
   * @see config-linux.md#offset-for-time-namespace
   */
  readonly nanosecs?: Uint32;
}

/** A device node, see mknod(2). */
export interface Device {
  /**
   * c or u for a character device, b for a block device, p for a FIFO.
   * @see config-linux.md#devices
   */
  readonly type: string;
  /**
   * Absolute path inside the container.
   * @see config-linux.md#devices
   */
  readonly path: string;
  /**
   * Major number; a FIFO has none.
   * @see config-linux.md#devices
   */
  readonly major?: DeviceNumber;
  /**
   * Minor number; a FIFO has none.
   * @see config-linux.md#devices
   */
  readonly minor?: DeviceNumber;
  /**
   * Permissions, in mode bits, as a decimal number.
   * @see config-linux.md#devices
   */
  readonly fileMode?: number;
  /**
   * Owner inside the container.
   * @see config-linux.md#devices
   */
  readonly uid?: Uint32;
  /**
   * Group inside the container.
   * @see config-linux.md#devices
   */
  readonly gid?: Uint32;
}

/** A network device of the host that is moved in. */
export interface NetDevice {
  /**
   * Its name inside; with %d the kernel picks a number; absent keeps the name.
   * @see config-linux.md#network-devices
   */
  readonly name?: string;
}

/**
 * Mount propagation of the root filesystem.
 * The specification names the four without r; containerd and dockerd send the recursive ones, which mean the same here.
 * @see config-linux.md#rootfs-mount-propagation
 */
export type RootfsPropagation = 'private' | 'shared' | 'slave' | 'unbindable' | 'rprivate' | 'rshared' | 'rslave' | 'runbindable';

/** Limits of the container's cgroup. */
export interface Resources {
  /**
   * Rules of device access, applied in this order.
   * @see config-linux.md#allowed-device-list
   */
  readonly devices?: readonly DeviceRule[];
  /**
   * Memory.
   * @see config-linux.md#memory
   */
  readonly memory?: MemoryLimits;
  /**
   * CPU time, and which CPUs.
   * @see config-linux.md#cpu
   */
  readonly cpu?: CpuLimits;
  /**
   * Number of tasks.
   * @see config-linux.md#pids
   */
  readonly pids?: PidsLimits;
  /**
   * Input and output of block devices.
   * @see config-linux.md#block-io
   */
  readonly blockIO?: BlockIoLimits;
  /**
   * Huge pages, by page size.
   * @see config-linux.md#huge-page-limits
   */
  readonly hugepageLimits?: readonly HugepageLimit[];
  /**
   * Class and priorities of network packets.
   * @see config-linux.md#network
   */
  readonly network?: NetworkLimits;
  /**
   * RDMA resources, by device.
   * @see config-linux.md#rdma
   */
  readonly rdma?: Readonly<Record<string, RdmaLimit>>;
  /**
   * Contents of cgroup v2 files, by file name.
   * @see config-linux.md#unified
   */
  readonly unified?: Readonly<Record<string, string>>;
}

/** Allows or denies access to devices. */
export interface DeviceRule {
  /**
   * Whether access is allowed or denied.
   * @see config-linux.md#allowed-device-list
   */
  readonly allow: boolean;
  /**
   * c for character, b for block, a or absent for all.
   * @see config-linux.md#allowed-device-list
   */
  readonly type?: string;
  /**
   * Major number; absent means all.
   * @see config-linux.md#allowed-device-list
   */
  readonly major?: DeviceNumber;
  /**
   * Minor number; absent means all.
   * @see config-linux.md#allowed-device-list
   */
  readonly minor?: DeviceNumber;
  /**
   * Letters out of r (read), w (write), m (mknod).
   * @see config-linux.md#allowed-device-list
   */
  readonly access?: string;
}

/** Memory of the cgroup; -1 means no limit. */
export interface MemoryLimits {
  /**
   * Most memory, in bytes.
   * @see config-linux.md#memory
   */
  readonly limit?: Int64;
  /**
   * Memory kept when the host runs short, in bytes.
   * @see config-linux.md#memory
   */
  readonly reservation?: Int64;
  /**
   * Most memory and swap together, in bytes.
   * @see config-linux.md#memory
   */
  readonly swap?: Int64;
  /**
   * Most kernel memory; discouraged, gone from Linux 5.16, in bytes.
   * @see config-linux.md#memory
   */
  readonly kernel?: Int64;
  /**
   * Most memory of TCP buffers; discouraged, in bytes.
   * @see config-linux.md#memory
   */
  readonly kernelTCP?: Int64;
  /**
   * Inclination to swap, from 0 to 100.
   * @see config-linux.md#memory
   */
  readonly swappiness?: Uint64;
  /**
   * Whether tasks wait instead of being killed when memory is out (cgroup v1).
   * @see config-linux.md#memory
   */
  readonly disableOOMKiller?: boolean;
  /**
   * Whether child cgroups count towards this one (cgroup v1).
   * @see config-linux.md#memory
   */
  readonly useHierarchy?: boolean;
  /**
   * Whether a limit below the present usage is refused.
   * @see config-linux.md#memory
   */
  readonly checkBeforeUpdate?: boolean;
}

/** CPU time, and which CPUs. */
export interface CpuLimits {
  /**
   * Weight against sibling cgroups, on the scale of cgroup v1.
   * @see config-linux.md#cpu
   */
  readonly shares?: Uint64;
  /**
   * CPU time in one period, in microseconds.
   * @see config-linux.md#cpu
   */
  readonly quota?: Int64;
  /**
   * CPU time that may be saved up and used beyond `quota`, in microseconds.
   * @see config-linux.md#cpu
   */
  readonly burst?: Uint64;
  /**
   * Length of a period, in microseconds.
   * @see config-linux.md#cpu
   */
  readonly period?: Uint64;
  /**
   * CPU time of real-time tasks in one period, in microseconds.
   * @see config-linux.md#cpu
   */
  readonly realtimeRuntime?: Int64;
  /**
   * Length of a period of real-time tasks, in microseconds.
   * @see config-linux.md#cpu
   */
  readonly realtimePeriod?: Uint64;
  /**
   * CPUs, such as 0-3,7.
   * @see config-linux.md#cpu
   */
  readonly cpus?: string;
  /**
   * Memory nodes, such as 0-3,7.
   * @see config-linux.md#cpu
   */
  readonly mems?: string;
  /**
   * 1 gives the cgroup only time that nobody else wants (SCHED_IDLE), 0 is normal.
   * @see config-linux.md#cpu
   */
  readonly idle?: Int64;
}

/**
 * Number of tasks.
 * `limit` is optional since runtime-spec 1.3.0; the official schema still requires it, the text decides.
 */
export interface PidsLimits {
  /**
   * Most tasks in the cgroup; -1 means no limit, 0 is a limit, in tasks.
   * @see config-linux.md#pids
   */
  readonly limit?: Int64;
}

/** Input and output of block devices. */
export interface BlockIoLimits {
  /**
   * Weight against sibling cgroups.
   * @see config-linux.md#block-io
   */
  readonly weight?: Uint16;
  /**
   * Weight of the cgroup's tasks against its child cgroups.
   * @see config-linux.md#block-io
   */
  readonly leafWeight?: Uint16;
  /**
   * Weights by device.
   * @see config-linux.md#block-io
   */
  readonly weightDevice?: readonly BlockIoWeight[];
  /**
   * Most bytes read, by device, in bytes per second.
   * @see config-linux.md#block-io
   */
  readonly throttleReadBpsDevice?: readonly BlockIoThrottle[];
  /**
   * Most bytes written, by device, in bytes per second.
   * @see config-linux.md#block-io
   */
  readonly throttleWriteBpsDevice?: readonly BlockIoThrottle[];
  /**
   * Most reads, by device, in operations per second.
   * @see config-linux.md#block-io
   */
  readonly throttleReadIOPSDevice?: readonly BlockIoThrottle[];
  /**
   * Most writes, by device, in operations per second.
   * @see config-linux.md#block-io
   */
  readonly throttleWriteIOPSDevice?: readonly BlockIoThrottle[];
}

/** Weights on one device; at least one of the two. */
export interface BlockIoWeight {
  /**
   * Major number of the device.
   * @see config-linux.md#block-io
   */
  readonly major: DeviceNumber;
  /**
   * Minor number of the device.
   * @see config-linux.md#block-io
   */
  readonly minor: DeviceNumber;
  /**
   * Weight against sibling cgroups.
   * @see config-linux.md#block-io
   */
  readonly weight?: Uint16;
  /**
   * Weight of the cgroup's tasks against its child cgroups.
   * @see config-linux.md#block-io
   */
  readonly leafWeight?: Uint16;
}

/** A rate on one device. */
export interface BlockIoThrottle {
  /**
   * Major number of the device.
   * @see config-linux.md#block-io
   */
  readonly major: DeviceNumber;
  /**
   * Minor number of the device.
   * @see config-linux.md#block-io
   */
  readonly minor: DeviceNumber;
  /**
   * The rate, in the unit of its list.
   * @see config-linux.md#block-io
   */
  readonly rate?: Uint64;
}

/** Most huge pages of one size. */
export interface HugepageLimit {
  /**
   * Page size, such as 64KB, 2MB or 1GB.
   * @see config-linux.md#huge-page-limits
   */
  readonly pageSize: string;
  /**
   * Most memory in such pages, in bytes.
   * @see config-linux.md#huge-page-limits
   */
  readonly limit: Uint64;
}

/** Marks on network packets (cgroup v1). */
export interface NetworkLimits {
  /**
   * Class id of the cgroup's packets.
   * @see config-linux.md#network
   */
  readonly classID?: Uint32;
  /**
   * Priorities, by interface.
   * @see config-linux.md#network
   */
  readonly priorities?: readonly InterfacePriority[];
}

/** Priority of packets that leave by one interface. */
export interface InterfacePriority {
  /**
   * Interface, in the runtime's network namespace.
   * @see config-linux.md#network
   */
  readonly name: string;
  /**
   * The priority.
   * @see config-linux.md#network
   */
  readonly priority: Uint32;
}

/** RDMA resources of one device; at least one of the two. */
export interface RdmaLimit {
  /**
   * Most hca_handle objects, in objects.
   * @see config-linux.md#rdma
   */
  readonly hcaHandles?: Uint32;
  /**
   * Most hca_object objects, in objects.
   * @see config-linux.md#rdma
   */
  readonly hcaObjects?: Uint32;
}

/** Filter of system calls, see seccomp(2). */
export interface Seccomp {
  /**
   * What happens on a system call that no rule matches.
   * @see config-linux.md#seccomp
   */
  readonly defaultAction: SeccompAction;
  /**
   * Error number of `defaultAction`, where it returns one; EPERM when absent, in errno.
   * @see config-linux.md#seccomp
   */
  readonly defaultErrnoRet?: Uint32;
  /**
   * Flags of the filter; absent is the runtime's choice, empty is none.
   * @see config-linux.md#seccomp
   */
  readonly flags?: readonly SeccompFlag[];
  /**
   * Unix socket that gets the filter's notify descriptor.
   * @see config-linux.md#seccomp
   */
  readonly listenerPath?: string;
  /**
   * Words for whoever listens there.
   * @see config-linux.md#seccomp
   */
  readonly listenerMetadata?: string;
  /**
   * Architectures whose system calls the filter knows, besides the native one.
   * @see config-linux.md#seccomp
   */
  readonly architectures?: readonly SeccompArch[];
  /**
   * Rules.
   * @see config-linux.md#seccomp
   */
  readonly syscalls?: readonly SeccompRule[];
}

/** What happens on some system calls. */
export interface SeccompRule {
  /**
   * Names of the system calls; unknown ones are left out.
   * @see config-linux.md#seccomp
   */
  readonly names: readonly string[];
  /**
   * What happens.
   * @see config-linux.md#seccomp
   */
  readonly action: SeccompAction;
  /**
   * Error number of `action`, where it returns one; EPERM when absent, in errno.
   * @see config-linux.md#seccomp
   */
  readonly errnoRet?: Uint32;
  /**
   * Conditions on the arguments.
   * @see config-linux.md#seccomp
   */
  readonly args?: readonly SeccompArg[];
}

/** A condition on one argument. */
export interface SeccompArg {
  /**
   * Which argument, from 0 to 5.
   * @see config-linux.md#seccomp
   */
  readonly index: Uint32;
  /**
   * Compared with; for SCMP_CMP_MASKED_EQ the mask.
   * @see config-linux.md#seccomp
   */
  readonly value: Uint64;
  /**
   * For SCMP_CMP_MASKED_EQ what the masked argument equals.
   * @see config-linux.md#seccomp
   */
  readonly valueTwo?: Uint64;
  /**
   * The comparison.
   * @see config-linux.md#seccomp
   */
  readonly op: SeccompOperator;
}

/**
 * What a seccomp filter does.
 * @see config-linux.md#seccomp
 */
export type SeccompAction = 'SCMP_ACT_KILL' | 'SCMP_ACT_KILL_PROCESS' | 'SCMP_ACT_KILL_THREAD' | 'SCMP_ACT_TRAP' | 'SCMP_ACT_ERRNO' | 'SCMP_ACT_TRACE' | 'SCMP_ACT_ALLOW' | 'SCMP_ACT_LOG' | 'SCMP_ACT_NOTIFY';

/**
 * Flag of a seccomp filter.
 * @see config-linux.md#seccomp
 */
export type SeccompFlag = 'SECCOMP_FILTER_FLAG_TSYNC' | 'SECCOMP_FILTER_FLAG_LOG' | 'SECCOMP_FILTER_FLAG_SPEC_ALLOW' | 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV';

/**
 * Comparison of a system call's argument.
 * @see config-linux.md#seccomp
 */
export type SeccompOperator = 'SCMP_CMP_NE' | 'SCMP_CMP_LT' | 'SCMP_CMP_LE' | 'SCMP_CMP_EQ' | 'SCMP_CMP_GE' | 'SCMP_CMP_GT' | 'SCMP_CMP_MASKED_EQ';

/**
 * Architecture of system calls.
 * @see config-linux.md#seccomp
 */
export type SeccompArch = 'SCMP_ARCH_X86' | 'SCMP_ARCH_X86_64' | 'SCMP_ARCH_X32' | 'SCMP_ARCH_ARM' | 'SCMP_ARCH_AARCH64' | 'SCMP_ARCH_LOONGARCH64' | 'SCMP_ARCH_M68K' | 'SCMP_ARCH_MIPS' | 'SCMP_ARCH_MIPS64' | 'SCMP_ARCH_MIPS64N32' | 'SCMP_ARCH_MIPSEL' | 'SCMP_ARCH_MIPSEL64' | 'SCMP_ARCH_MIPSEL64N32' | 'SCMP_ARCH_PPC' | 'SCMP_ARCH_PPC64' | 'SCMP_ARCH_PPC64LE' | 'SCMP_ARCH_S390' | 'SCMP_ARCH_S390X' | 'SCMP_ARCH_SH' | 'SCMP_ARCH_SHEB' | 'SCMP_ARCH_PARISC' | 'SCMP_ARCH_PARISC64' | 'SCMP_ARCH_RISCV64';

/** Cache and memory bandwidth by the resctrl file system. */
export interface IntelRdt {
  /**
   * Class of service: a directory of resctrl, / for its root.
   * @see config-linux.md#intelrdt
   */
  readonly closID?: string;
  /**
   * Lines for the schemata file, written last.
   * @see config-linux.md#intelrdt
   */
  readonly schemata?: readonly string[];
  /**
   * Line of the L3 cache for the schemata file.
   * @see config-linux.md#intelrdt
   */
  readonly l3CacheSchema?: string;
  /**
   * Line of the memory bandwidth for the schemata file.
   * @see config-linux.md#intelrdt
   */
  readonly memBwSchema?: string;
  /**
   * Whether the container gets a monitoring group of its own.
   * @see config-linux.md#intelrdt
   */
  readonly enableMonitoring?: boolean;
}

/** NUMA memory policy, see set_mempolicy(2). */
export interface MemoryPolicy {
  /**
   * The policy.
   * @see config-linux.md#memory-policy
   */
  readonly mode?: MemoryPolicyMode;
  /**
   * Memory nodes, such as 0-3,7.
   * @see config-linux.md#memory-policy
   */
  readonly nodes?: string;
  /**
   * Flags of the policy.
   * @see config-linux.md#memory-policy
   */
  readonly flags?: readonly MemoryPolicyFlag[];
}

/**
 * NUMA memory policy.
 * @see config-linux.md#memory-policy
 */
export type MemoryPolicyMode = 'MPOL_DEFAULT' | 'MPOL_BIND' | 'MPOL_INTERLEAVE' | 'MPOL_WEIGHTED_INTERLEAVE' | 'MPOL_PREFERRED' | 'MPOL_PREFERRED_MANY' | 'MPOL_LOCAL';

/**
 * Flag of a NUMA memory policy.
 * @see config-linux.md#memory-policy
 */
export type MemoryPolicyFlag = 'MPOL_F_NUMA_BALANCING' | 'MPOL_F_RELATIVE_NODES' | 'MPOL_F_STATIC_NODES';

/** Execution domain, see personality(2). */
export interface Personality {
  /**
   * LINUX, or LINUX32 for a 32-bit uname.
   * @see config-linux.md#personality
   */
  readonly domain?: PersonalityDomain;
  /**
   * Further flags; none is defined.
   * @see config-linux.md#personality
   */
  readonly flags?: readonly string[];
}

/**
 * Execution domain.
 * @see config-linux.md#personality
 */
export type PersonalityDomain = 'LINUX' | 'LINUX32';

/** Integer of 32 bits. */
export type Int32 = number;

/** Integer of 64 bits: a bigint where a number could not hold it exactly. */
export type Int64 = number | bigint;

/** Unsigned integer of 16 bits. */
export type Uint16 = number;

/** Unsigned integer of 32 bits. */
export type Uint32 = number;

/** Unsigned integer of 64 bits: a bigint where a number could not hold it exactly. */
export type Uint64 = number | bigint;

/** Unsigned integer whose useful values are small; in the specification it has 64 bits. */
export type Unsigned = number;

/** Major or minor number of a device, which has 32 bits at most; in the specification 64. */
export type DeviceNumber = number;

/** What `state` prints and what a hook reads on its standard input: runtime-spec 1.3.0. */
export interface State {
  /**
   * Version of the runtime specification that this state follows.
   * @see runtime.md#state
   */
  readonly ociVersion: string;
  /**
   * The container's id.
   * @see runtime.md#state
   */
  readonly id: string;
  /**
   * Where the container is in its life.
   * @see runtime.md#state
   */
  readonly status: Status;
  /**
   * The first process, as the reader's pid namespace numbers it; there while created or running.
   * @see runtime.md#state
   */
  readonly pid?: number;
  /**
   * Absolute path of the bundle.
   * @see runtime.md#state
   */
  readonly bundle: string;
  /**
   * The annotations of config.json.
   * @see runtime.md#state
   */
  readonly annotations?: Annotations;
}

/**
 * Where a container is in its life.
 * `paused` is caisson's, as every engine knows it; the other four are the specification's, which allows more.
 * @see runtime.md#state
 */
export type Status = 'creating' | 'created' | 'running' | 'paused' | 'stopped';

/** What `features` prints: what the runtime knows, whatever the host can do. runtime-spec 1.3.0. */
export interface Features {
  /**
   * Lowest version of the specification that is understood.
   * @see features.md#specification-version
   */
  readonly ociVersionMin: string;
  /**
   * Highest version of the specification that is understood.
   * @see features.md#specification-version
   */
  readonly ociVersionMax: string;
  /**
   * Kinds of hooks.
   * @see features.md#hooks
   */
  readonly hooks?: readonly string[];
  /**
   * Mount options that the runtime itself knows.
   * @see features.md#mount-options
   */
  readonly mountOptions?: readonly string[];
  /**
   * Free words about the runtime.
   * @see features.md#annotations
   */
  readonly annotations?: Annotations;
  /**
   * Annotations of a config that change what the runtime does; one ending in a dot is a prefix.
   * @see features.md#unsafe-annotations-in-configjson
   */
  readonly potentiallyUnsafeConfigAnnotations?: readonly string[];
  /**
   * What is special to Linux.
   * @see features.md#platform-specific-features
   */
  readonly linux?: LinuxFeatures;
}

/** What the runtime knows of Linux. */
export interface LinuxFeatures {
  /**
   * Types of namespaces.
   * @see features-linux.md#namespaces
   */
  readonly namespaces?: readonly NamespaceType[];
  /**
   * Names of capabilities.
   * @see features-linux.md#capabilities
   */
  readonly capabilities?: readonly string[];
  /**
   * Ways of cgroups.
   * @see features-linux.md#cgroup
   */
  readonly cgroup?: CgroupFeatures;
  /**
   * Seccomp.
   * @see features-linux.md#seccomp
   */
  readonly seccomp?: SeccompFeatures;
  /**
   * AppArmor.
   * @see features-linux.md#apparmor
   */
  readonly apparmor?: Feature;
  /**
   * SELinux.
   * @see features-linux.md#selinux
   */
  readonly selinux?: Feature;
  /**
   * Intel RDT.
   * @see features-linux.md#intel-rdt
   */
  readonly intelRdt?: IntelRdtFeatures;
  /**
   * NUMA memory policies.
   * @see features-linux.md#memorypolicy
   */
  readonly memoryPolicy?: MemoryPolicyFeatures;
  /**
   * Extensions of mounts.
   * @see features-linux.md#mountextensions
   */
  readonly mountExtensions?: MountFeatures;
  /**
   * Moving of network devices.
   * @see features-linux.md#netdevices
   */
  readonly netDevices?: Feature;
}

/** One feature. */
export interface Feature {
  /**
   * Whether the runtime has it.
   * @see features-linux.md
   */
  readonly enabled?: boolean;
}

/** Ways of cgroups. */
export interface CgroupFeatures {
  /**
   * Whether cgroup v1 is known.
   * @see features-linux.md#cgroup
   */
  readonly v1?: boolean;
  /**
   * Whether cgroup v2 is known.
   * @see features-linux.md#cgroup
   */
  readonly v2?: boolean;
  /**
   * Whether the system's systemd can be asked.
   * @see features-linux.md#cgroup
   */
  readonly systemd?: boolean;
  /**
   * Whether a user's systemd can be asked.
   * @see features-linux.md#cgroup
   */
  readonly systemdUser?: boolean;
  /**
   * Whether the RDMA controller is known.
   * @see features-linux.md#cgroup
   */
  readonly rdma?: boolean;
}

/** What of seccomp the runtime knows. */
export interface SeccompFeatures {
  /**
   * Whether the runtime has seccomp.
   * @see features-linux.md#seccomp
   */
  readonly enabled?: boolean;
  /**
   * Actions.
   * @see features-linux.md#seccomp
   */
  readonly actions?: readonly SeccompAction[];
  /**
   * Comparisons of arguments.
   * @see features-linux.md#seccomp
   */
  readonly operators?: readonly SeccompOperator[];
  /**
   * Architectures.
   * @see features-linux.md#seccomp
   */
  readonly archs?: readonly SeccompArch[];
  /**
   * Flags that are known.
   * @see features-linux.md#seccomp
   */
  readonly knownFlags?: readonly SeccompFlag[];
  /**
   * Flags that also work with this kernel and library.
   * @see features-linux.md#seccomp
   */
  readonly supportedFlags?: readonly SeccompFlag[];
}

/** What of Intel RDT the runtime has. */
export interface IntelRdtFeatures {
  /**
   * Whether the runtime has it.
   * @see features-linux.md#intel-rdt
   */
  readonly enabled?: boolean;
  /**
   * Whether `schemata` is supported.
   * @see features-linux.md#intel-rdt
   */
  readonly schemata?: boolean;
  /**
   * Whether `enableMonitoring` is supported.
   * @see features-linux.md#intel-rdt
   */
  readonly monitoring?: boolean;
}

/** What NUMA memory policies the runtime knows. */
export interface MemoryPolicyFeatures {
  /**
   * Policies.
   * @see features-linux.md#memorypolicy
   */
  readonly modes?: readonly MemoryPolicyMode[];
  /**
   * Flags.
   * @see features-linux.md#memorypolicy
   */
  readonly flags?: readonly MemoryPolicyFlag[];
}

/** Extensions of mounts. */
export interface MountFeatures {
  /**
   * Idmapped mounts.
   * @see features-linux.md#mountextensions
   */
  readonly idmap?: Feature;
}
