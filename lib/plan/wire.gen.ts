// Generated from addon/wire/wire.json by scripts/generate-wire.ts. Do not edit.
/* eslint-disable */

/** Before the clone, by the addon, in the host's namespaces. */
export type HostAct =
  /** Makes mount/path level by level; with cpuset, copies cpuset.cpus and cpuset.mems from the parent into each level that has none (cgroup v1). */
  | { readonly op: 'make-cgroup'; readonly mount: string; readonly path: string; readonly cpuset: number | bigint }
  /** Writes controllers ("+memory +pids") to cgroup.subtree_control of every proper ancestor of mount/path, from mount down (cgroup v2). */
  | { readonly op: 'enable-controllers'; readonly mount: string; readonly path: string; readonly controllers: string }
  /** Writes value in one write(2) to an existing file of the host; symbolic links are not followed in the last component. */
  | { readonly op: 'write'; readonly path: string; readonly value: string }
  /** As write; where there is no such file, nothing. */
  | { readonly op: 'write-present'; readonly path: string; readonly value: string }
  /** As write; where there is no such file, otherValue to otherPath. */
  | { readonly op: 'write-either'; readonly path: string; readonly value: string; readonly otherPath: string; readonly otherValue: string }
  /** Loads an eBPF program of type cgroup device and attaches it to the cgroup directory. */
  | { readonly op: 'device-program'; readonly cgroup: string; readonly program: Uint8Array }
  /** Opens a host file for writing into a slot. */
  | { readonly op: 'open-write'; readonly path: string; readonly slot: number }
  /** Opens a host directory into a slot. */
  | { readonly op: 'open-directory'; readonly path: string; readonly slot: number }
  /** Takes a detached copy of the mount tree at a host path (open_tree with OPEN_TREE_CLONE) into a slot; recursive copies the mounts below it too; directory = 1 demands a directory and refuses a symbolic link as last component. */
  | { readonly op: 'open-tree'; readonly path: string; readonly slot: number; readonly recursive: number | bigint; readonly directory: number | bigint }
  /** Binds the gate, a listening seqpacket socket named gate, in a directory, into a slot. */
  | { readonly op: 'listen'; readonly directory: string; readonly slot: number }
  /** Fails with EBUSY when the cgroup directory exists and there are processes in it or below it: a cgroup is never shared by accident. */
  | { readonly op: 'require-empty-cgroup'; readonly path: string }
  /** Fails with EBUSY when a cgroup's own file, freezer.state of v1 or cgroup.events of v2, says that it is frozen, as all below a frozen one are: whoever enters it stands still. A file that is missing is fine. */
  | { readonly op: 'require-thawed'; readonly path: string }
  /** Gives a cgroup directory, and those of its files that /sys/kernel/cgroup/delegate lists, to uid; without that file cgroup.procs, cgroup.subtree_control and cgroup.threads (cgroup v2). */
  | { readonly op: 'give-cgroup'; readonly path: string; readonly uid: number | bigint }
  /** Opens a namespace by its path into a slot. type is its CLONE_NEW* flag; a namespace of another type, and what is no namespace, are refused; with foreign = 1 the caller's own too. */
  | { readonly op: 'open-namespace'; readonly path: string; readonly type: number | bigint; readonly slot: number; readonly foreign: number | bigint }
  /** Opens a pidfd of a process into a slot; ESRCH when the process of that number is not the one that started then (proc_pid_stat(5), field 22, clock ticks since boot). */
  | { readonly op: 'open-process'; readonly pid: number | bigint; readonly startTime: number | bigint; readonly slot: number }
  /** Takes a copy of a descriptor of the caller's into a slot. */
  | { readonly op: 'take-descriptor'; readonly fd: number | bigint; readonly slot: number }
  /** Maps the owners of files of a tree that is not attached yet as a user namespace maps them (MOUNT_ATTR_IDMAP); recursive maps the mounts below it too. */
  | { readonly op: 'idmap-tree'; readonly tree: number; readonly userNamespace: number; readonly recursive: number | bigint }
  /** Makes a user namespace with these maps (the text of uid_map and gid_map), in which nobody is, into a slot. */
  | { readonly op: 'make-user-namespace'; readonly uidMap: string; readonly gidMap: string; readonly slot: number }
  /** Sends the trees in count slots from first on, and frees these slots, in one message to the socket whose other end is in the slot queue, made with the first message. So a container can have more trees than init can have descriptors. */
  | { readonly op: 'queue-trees'; readonly first: number; readonly count: number | bigint; readonly queue: number }
  /** Makes a directory of resctrl, mounted at root, and writes each of schemata to its file of that name; takes it away again when one is refused. One that is there already is not taken. */
  | { readonly op: 'make-resctrl-group'; readonly root: string; readonly path: string; readonly schemata: readonly string[] }
  /** Writes each of schemata to the file of that name in a directory of resctrl. */
  | { readonly op: 'write-schemata'; readonly root: string; readonly path: string; readonly schemata: readonly string[] }
  /** As open-tree, recursive; where there is nothing the slot stays empty. */
  | { readonly op: 'open-fallback'; readonly path: string; readonly slot: number };

/** By init, in the container's namespaces. Paths are the container's, resolved beneath its root by openat2(RESOLVE_IN_ROOT). */
export type InitAct =
  /** Writes 0 to an open tasks file. */
  | { readonly op: 'enter-cgroup'; readonly slot: number }
  /** Writes /proc/self/oom_score_adj through the host's procfs; value as decimal text. */
  | { readonly op: 'oom-score'; readonly value: string }
  /** unshare(2) with CLONE_NEW* flags (a cgroup namespace is made after the cgroup was entered). */
  | { readonly op: 'unshare'; readonly flags: number | bigint }
  /** setsid(2). */
  | { readonly op: 'new-session' }
  /** Makes a new session keyring without a name (one with a name would be joined if it existed); a kernel without keyrings is fine. */
  | { readonly op: 'session-keyring' }
  /** Sets the interface lo up. */
  | { readonly op: 'loopback' }
  /** Sets the propagation (MS_SLAVE or MS_PRIVATE …) of every mount of the new mount namespace. */
  | { readonly op: 'detach-propagation'; readonly propagation: number | bigint }
  /** Attaches the rootfs tree and makes it the root that later paths are resolved beneath. On the directory `at` of the host, where hooks look for it; "" = over the host's root, where nobody looks. */
  | { readonly op: 'attach-root'; readonly tree: number; readonly propagation: number | bigint; readonly at: string }
  /** Mounts a new filesystem on target, made as a directory where missing; options are flag or key=value, given to fsconfig one by one; attributes are MOUNT_ATTR_*, flags MS_* of the filesystem itself (MS_RDONLY, MS_SYNCHRONOUS …); propagation is 0 or MS_*; plain = 1 takes mount(2) instead. A tmpfs without a mode has that of the directory it covers. */
  | { readonly op: 'mount'; readonly type: string; readonly source: string; readonly target: string; readonly attributes: number | bigint; readonly flags: number | bigint; readonly options: readonly string[]; readonly propagation: number | bigint; readonly plain: number | bigint }
  /** Attaches a tree of the host on target, made as a directory or an empty file like the source where missing; set and clear are MOUNT_ATTR_*, applied to the top mount. The tree becomes a slave of the host's mounts, unless peers = 1 keeps it in their group; then what propagation says (MS_*, 0 = nothing more). */
  | { readonly op: 'bind'; readonly tree: number; readonly target: string; readonly set: number | bigint; readonly clear: number | bigint; readonly propagation: number | bigint; readonly peers: number | bigint }
  /** Makes the mount at path read-only, keeping its other attributes. */
  | { readonly op: 'read-only'; readonly path: string }
  /** Binds path onto itself read-only ("/" becomes read-only as it is); a missing path is fine. */
  | { readonly op: 'read-only-path'; readonly path: string }
  /** Hides a file behind /dev/null and a directory behind an empty read-only tmpfs; a missing path is fine. */
  | { readonly op: 'mask'; readonly path: string }
  /** Makes a device node or FIFO (mode holds the S_IF* bits), owned by uid:gid; an existing equal node is fine. Where mknod(2) is EPERM, the node of the host at the same path is bound, when it is the same device. */
  | { readonly op: 'device'; readonly path: string; readonly mode: number | bigint; readonly major: number | bigint; readonly minor: number | bigint; readonly uid: number | bigint; readonly gid: number | bigint }
  /** Makes a symbolic link; an existing link with the same target is fine. */
  | { readonly op: 'symlink'; readonly target: string; readonly path: string }
  /** Allocates a pty in the container's devpts, binds its slave on /dev/console, makes it stdio and the controlling terminal, and sends the master with the next meeting; rows and columns 0 = not set. */
  | { readonly op: 'console'; readonly rows: number | bigint; readonly columns: number | bigint }
  /** Replaces each of fds 0 to 2 that is the host's /dev/null by the container's. */
  | { readonly op: 'reopen-null' }
  /** Makes a directory and its parents (0755) beneath the root where missing. */
  | { readonly op: 'make-cwd'; readonly path: string }
  /** pivot_root(2) into the root, and lets go of the old one; chroot(2) behind attach-root-at, where the old one is the host's. */
  | { readonly op: 'pivot' }
  /** sethostname(2). */
  | { readonly op: 'hostname'; readonly name: string }
  /** setdomainname(2). */
  | { readonly op: 'domainname'; readonly name: string }
  /** prlimit(2) on itself. */
  | { readonly op: 'rlimit'; readonly resource: number | bigint; readonly soft: number | bigint; readonly hard: number | bigint }
  /** umask(2). */
  | { readonly op: 'umask'; readonly mask: number | bigint }
  /** prctl(PR_SET_NO_NEW_PRIVS). */
  | { readonly op: 'no-new-privileges' }
  /** Reports the meeting point on the channel and waits for go. */
  | { readonly op: 'meet'; readonly point: number | bigint }
  /** Drops every capability that the kernel knows and that is not in the mask from the bounding set. */
  | { readonly op: 'bounding'; readonly keep: number | bigint }
  /** setgroups, setresgid, setresuid with PR_SET_KEEPCAPS; groups is a packed array of u32. */
  | { readonly op: 'identity'; readonly uid: number | bigint; readonly gid: number | bigint; readonly groups: Uint8Array }
  /** Gives fds 0 to 2 to uid:gid. A terminal keeps its group, other devices their owner; EPERM, EROFS, EINVAL, ENOSYS are fine. */
  | { readonly op: 'stdio-owner'; readonly uid: number | bigint; readonly gid: number | bigint }
  /** Sets inheritable, permitted, effective, then ambient. Sets that cannot be granted are cut to what is held. With keep (a mask) these stay permitted and effective until the execution. */
  | { readonly op: 'capabilities'; readonly effective: number | bigint; readonly permitted: number | bigint; readonly inheritable: number | bigint; readonly ambient: number | bigint; readonly keep: number | bigint }
  /** chdir, with which directories can be entered that the container's user may not; what the caller may not enter either (EACCES) is left to chdir. */
  | { readonly op: 'try-chdir'; readonly path: string }
  /** chdir(2), then getcwd(2) must give an absolute path inside the root (CVE-2024-21626). Does nothing when try-chdir has done it. */
  | { readonly op: 'chdir'; readonly path: string }
  /** Finds name as execvp would in searchPath (colon-separated; empty = the default path) as the container's user, and notes it for exec. ENOENT: no such file; EACCES: found, not executable. */
  | { readonly op: 'find-executable'; readonly name: string; readonly searchPath: string }
  /** Waits for one connection on the gate, reports the point gate to it, and keeps it as the channel. */
  | { readonly op: 'gate'; readonly slot: number }
  /** Installs a filter (an array of struct sock_filter) with seccomp(2) flags, and those that are optional where the kernel knows them. */
  | { readonly op: 'seccomp'; readonly filter: Uint8Array; readonly flags: number | bigint; readonly optional: number | bigint }
  /** Looks for the home directory of a user in the container's /etc/passwd: exec gives it in place of what its environment has as HOME. No file, no entry, no absolute path: nothing changes. */
  | { readonly op: 'home'; readonly uid: number | bigint }
  /** The same with a listener (SECCOMP_FILTER_FLAG_NEW_LISTENER): a thread that the filter does not bind reports the point filter, with the listener's descriptor, and waits for go; init itself makes no system call meanwhile. */
  | { readonly op: 'seccomp-listener'; readonly filter: Uint8Array; readonly flags: number | bigint; readonly optional: number | bigint }
  /** Gives what is in a slot to the container's program, under the number fd, which lies below every slot that an act names. What init has open there makes room. The last but the filter and exec. */
  | { readonly op: 'pass-descriptor'; readonly slot: number; readonly fd: number | bigint }
  /** execve(2) of what find-executable found, with HOME as the home act found it, and its own pid in an entry LISTEN_PID= without a value. Resets nothing: everything that is not the container's was closed or is close-on-exec. */
  | { readonly op: 'exec'; readonly args: readonly string[]; readonly env: readonly string[] }
  /** Every disposition to default, an empty mask. */
  | { readonly op: 'signals' }
  /** prctl(PR_SET_DUMPABLE). */
  | { readonly op: 'dumpable'; readonly value: number | bigint }
  /** Takes every CPU that the cgroup allows, now and later; that the kernel refuses is fine. */
  | { readonly op: 'reset-affinity' }
  /** sched_setattr(2): policy SCHED_*, flags SCHED_FLAG_*, runtime, deadline and period in nanoseconds. */
  | { readonly op: 'scheduler'; readonly policy: number | bigint; readonly flags: number | bigint; readonly nice: number; readonly priority: number; readonly runtime: number | bigint; readonly deadline: number | bigint; readonly period: number | bigint }
  /** ioprio_set(2) on itself: ioClass IOPRIO_CLASS_*, priority in it. */
  | { readonly op: 'io-priority'; readonly ioClass: number | bigint; readonly priority: number | bigint }
  /** personality(2) with a domain PER_*. */
  | { readonly op: 'personality'; readonly domain: number | bigint }
  /** set_mempolicy(2): policy MPOL_*, flags MPOL_F_*, nodes a mask of whole 8-byte words (empty = none). MPOL_DEFAULT on a kernel without NUMA is fine. */
  | { readonly op: 'memory-policy'; readonly policy: number | bigint; readonly flags: number | bigint; readonly nodes: Uint8Array }
  /** Writes value whole to path, a file below /proc/sys, through the procfs of the host; where that one is read-only, covered or lacks it, through a procfs of the container's own namespaces that nobody else sees. */
  | { readonly op: 'sysctl'; readonly path: string; readonly value: string }
  /** setns(2) into an open namespace; type is its CLONE_NEW* flag. A pid namespace takes effect at fork. */
  | { readonly op: 'join'; readonly slot: number; readonly type: number | bigint }
  /** setns(2) into these namespaces (CLONE_NEW*) of the process whose pidfd is in a slot, all of them or none. A pid namespace takes effect at fork. */
  | { readonly op: 'join-process'; readonly process: number; readonly flags: number | bigint }
  /** Changes into an open directory and makes it the root (chroot(2)). */
  | { readonly op: 'enter-root'; readonly directory: number }
  /** Takes the root that the process has as the one beneath which paths are resolved: for a process of a container that is there. */
  | { readonly op: 'hold-root' }
  /** As console, but nothing is bound on /dev/console: that is the first process's. */
  | { readonly op: 'terminal'; readonly rows: number | bigint; readonly columns: number | bigint }
  /** sched_setaffinity(2): a bit for each CPU. */
  | { readonly op: 'affinity'; readonly cpus: Uint8Array }
  /** clone3(2) with CLONE_NEW* flags, as a child of init's own parent. Init hands the twin's pidfd up and ends; the twin waits for go and does the acts behind this one. */
  | { readonly op: 'fork'; readonly flags: number | bigint }
  /** Takes an id of the user namespace that was just made or joined: setgroups to none, setresgid, setresuid, no ambient or inheritable capabilities. What is permitted stays. */
  | { readonly op: 'become'; readonly uid: number | bigint; readonly gid: number | bigint }
  /** Fails with EINVAL unless the mapping of the own user namespace in file (uid_map, gid_map) has these ranges: a packed array of u32, inside, outside and size of each, in any order. */
  | { readonly op: 'require-mapping'; readonly file: string; readonly ranges: Uint8Array }
  /** As attach-root, in the mount namespace of the host: attaches the tree on directory, a host path that is made where missing. Mounts in it do not reach other mount namespaces. */
  | { readonly op: 'attach-root-at'; readonly tree: number; readonly directory: string }
  /** Makes a time namespace, gives it offsets (the lines of proc_pid_timens_offsets, or none) and enters it. */
  | { readonly op: 'new-time'; readonly offsets: string }
  /** Runs a hook before the pivot: its path is the host's, its namespaces are the container's, its working directory is the root of the container. The state on its standard input is before, our own process id, after; timeout in ms, 0 = none. Ends with the parent. */
  | { readonly op: 'create-container-hook'; readonly path: string; readonly args: readonly string[]; readonly env: readonly string[]; readonly timeout: number | bigint; readonly before: string; readonly after: string }
  /** Runs a hook in the container. Its process first carries out what follows up to exec but for hooks, so that it is bound as the container's program is. home = 1: HOME in its environment is what the home act found, as in the program's. */
  | { readonly op: 'start-container-hook'; readonly path: string; readonly args: readonly string[]; readonly env: readonly string[]; readonly home: number | bigint; readonly timeout: number | bigint; readonly before: string; readonly after: string }
  /** Changes the propagation (MS_*, with MS_REC) of the mount at path, or of the mount made last where path is empty. */
  | { readonly op: 'propagate'; readonly path: string; readonly propagation: number | bigint }
  /** Sets and clears attributes (MOUNT_ATTR_*) of the mount made last and of those below it. */
  | { readonly op: 'mount-attributes'; readonly set: number | bigint; readonly clear: number | bigint }
  /** Changes the filesystem that is mounted on target: options as in mount, flags to set and to unset (MS_*), and the attributes to set and clear (MOUNT_ATTR_*) of the mount. What is not named stays. With filesystem = 0 the mount only. */
  | { readonly op: 'remount'; readonly target: string; readonly filesystem: number | bigint; readonly set: number | bigint; readonly clear: number | bigint; readonly flags: number | bigint; readonly unset: number | bigint; readonly options: readonly string[] }
  /** Mounts a new filesystem on a directory, with a copy of what was there in it (tmpcopyup): files with holes, directories, links, nodes; owners, modes, times, extended attributes. Not what is mounted below. */
  | { readonly op: 'mount-copied'; readonly type: string; readonly source: string; readonly target: string; readonly attributes: number | bigint; readonly flags: number | bigint; readonly options: readonly string[]; readonly propagation: number | bigint }
  /** As mount; where that is EPERM (a user namespace that does not own what the filesystem shows), attaches tree instead, with the attributes in bound set on all of it. An empty slot is no tree. */
  | { readonly op: 'mount-or-bind'; readonly type: string; readonly source: string; readonly target: string; readonly attributes: number | bigint; readonly options: readonly string[]; readonly propagation: number | bigint; readonly tree: number; readonly bound: number | bigint }
  /** Writes value to the file name in attr of the own process (proc_pid_attr(5)), through the host's procfs; where there is no such file, to other (empty = none). What is executed next has the label. */
  | { readonly op: 'label'; readonly name: string; readonly other: string; readonly value: string }
  /** Gives the root of the mount made last the extended attribute security.selinux. */
  | { readonly op: 'label-mount'; readonly value: string }
  /** In place of pivot, where the root of the host cannot be pivoted (an initial ramdisk): unmounts or covers each procfs and sysfs of the host, which would let a container mount an unmasked one, and changes into the root by chroot(2). */
  | { readonly op: 'change-root' }
  /** Receives the next message of queue-trees into slots from first on. */
  | { readonly op: 'receive-trees'; readonly queue: number; readonly first: number }
  /** As open-tree, in the own copy of the host's mounts: for a caller that may copy none in those of the host. */
  | { readonly op: 'take-tree'; readonly path: string; readonly slot: number; readonly recursive: number | bigint; readonly directory: number | bigint }
  /** As open-fallback, in the own copy of the host's mounts. */
  | { readonly op: 'take-fallback'; readonly path: string; readonly slot: number }
  /** Holds a directory of the host and a file in it, both in the own copy of the host's mounts. Each tree that bind attaches from here on is first put there, out of sight and gone with the old root, and a copy of it goes to the target: a kernel that lists mounts by their age (Linux 6.8) lists them in the order of the plan, and not in that of the host program. */
  | { readonly op: 'stage'; readonly directory: string; readonly file: string };

/** By the addon while init waits at a meeting point before `ready`, or once the container's program runs, in the host's namespaces: what only the parent may do to a process that is there already. */
export type ParentAct =
  /** Writes value in one write(2) to the file name below init's directory in the host's procfs (uid_map, gid_map, setgroups). */
  | { readonly op: 'write-process'; readonly name: string; readonly value: string }
  /** Runs a program that may map more ids than its caller has (newuidmap(1), newgidmap(1)): its first argument is its own name, the process id of init comes behind it. */
  | { readonly op: 'map-ids'; readonly path: string; readonly args: readonly string[] }
  /** prlimit(2) on init: a process in a user namespace cannot raise its own hard limits. */
  | { readonly op: 'limit'; readonly resource: number | bigint; readonly soft: number | bigint; readonly hard: number | bigint }
  /** Moves a network device of the host into the network namespace of the process, under a new name (with %d, the kernel picks a number), with its permanent addresses of global scope, and sets it up. What cannot be done wholly is taken back. */
  | { readonly op: 'move-network-device'; readonly name: string; readonly newName: string }
  /** Runs a hook. The state on its standard input is before, the process id of init, after; timeout in ms, 0 = none; inherit = 1: in the environment of the caller instead of env; tied = 1: it is ended when init ends. */
  | { readonly op: 'runtime-hook'; readonly path: string; readonly args: readonly string[]; readonly env: readonly string[]; readonly inherit: number | bigint; readonly timeout: number | bigint; readonly before: string; readonly after: string; readonly tied: number | bigint };

/** At the end of a container, by the addon (delete) or by the supervisor (foreground run). A failing act does not stop the ones after it, but for remove-state: the record stays as long as something is left. Hooks are run by whoever took the record away. */
export type TeardownAct =
  /** Waits for init (pidfd), forwards signals, copies the terminal; the exit status of the program is the container's. */
  | { readonly op: 'supervise'; readonly terminal: number | bigint }
  /** After supervise: reads what the container has come to, while its cgroups are there. Of the directory memory (empty = none) the line oom_kill in kills, with those below it when nested = 1, the numbers in limit and peak; of the file cpu the number behind key (empty = the first), which counts scale nanoseconds. More kills than before are told on standard error. The file record (empty = none) gets all of it as JSON; with keep = 0 only when it is there: somebody waits for it. */
  | { readonly op: 'account'; readonly memory: string; readonly kills: string; readonly limit: string; readonly peak: string; readonly cpu: string; readonly key: string; readonly scale: number | bigint; readonly nested: number | bigint; readonly before: number | bigint; readonly record: string; readonly keep: number | bigint }
  /** Kills every process in the cgroup directory and below it (cgroup.kill, or cgroup.procs again and again) and waits until it is empty. */
  | { readonly op: 'end-cgroup'; readonly path: string; readonly deadline: number | bigint }
  /** Removes the cgroup directory, children first; EBUSY is tried again until the deadline (ms); a missing one is fine. */
  | { readonly op: 'remove-cgroup'; readonly path: string; readonly deadline: number | bigint }
  /** Waits until whoever manages the cgroup directory has removed it; that it is still there after patience (ms) is no failure. */
  | { readonly op: 'await-removal'; readonly path: string; readonly patience: number | bigint }
  /** Detaches every mount on a directory of the state, with what is mounted below it, and removes the directory; a missing one is fine. */
  | { readonly op: 'unmount'; readonly directory: string }
  /** Removes a directory of resctrl; one that is missing is fine. */
  | { readonly op: 'remove-resctrl-group'; readonly path: string }
  /** Removes the files in a directory and the directory; a missing one is fine. */
  | { readonly op: 'remove-state'; readonly directory: string }
  /** Runs a hook with the state on its standard input; timeout in ms, 0 = none; inherit = 1: in the environment of the caller instead of env. */
  | { readonly op: 'poststop-hook'; readonly path: string; readonly args: readonly string[]; readonly env: readonly string[]; readonly inherit: number | bigint; readonly timeout: number | bigint; readonly state: string };

/** Any act of any program. */
export type Act = HostAct | InitAct | ParentAct | TeardownAct;

export type FieldKind = 'string' | 'strings' | 'bytes' | 'u64' | 'i64' | 'slot';

/** Code and fields, in wire order, of every act. */
export const SHAPES: Readonly<Record<Act['op'], { code: number; fields: readonly (readonly [string, FieldKind])[] }>> = {
  'make-cgroup': { code: 1, fields: [['mount', 'string'], ['path', 'string'], ['cpuset', 'u64']] },
  'enable-controllers': { code: 2, fields: [['mount', 'string'], ['path', 'string'], ['controllers', 'string']] },
  'write': { code: 3, fields: [['path', 'string'], ['value', 'string']] },
  'write-present': { code: 30, fields: [['path', 'string'], ['value', 'string']] },
  'write-either': { code: 31, fields: [['path', 'string'], ['value', 'string'], ['otherPath', 'string'], ['otherValue', 'string']] },
  'device-program': { code: 4, fields: [['cgroup', 'string'], ['program', 'bytes']] },
  'open-write': { code: 5, fields: [['path', 'string'], ['slot', 'slot']] },
  'open-directory': { code: 6, fields: [['path', 'string'], ['slot', 'slot']] },
  'open-tree': { code: 7, fields: [['path', 'string'], ['slot', 'slot'], ['recursive', 'u64'], ['directory', 'u64']] },
  'listen': { code: 8, fields: [['directory', 'string'], ['slot', 'slot']] },
  'require-empty-cgroup': { code: 9, fields: [['path', 'string']] },
  'require-thawed': { code: 155, fields: [['path', 'string']] },
  'give-cgroup': { code: 163, fields: [['path', 'string'], ['uid', 'u64']] },
  'open-namespace': { code: 15, fields: [['path', 'string'], ['type', 'u64'], ['slot', 'slot'], ['foreign', 'u64']] },
  'open-process': { code: 134, fields: [['pid', 'u64'], ['startTime', 'u64'], ['slot', 'slot']] },
  'take-descriptor': { code: 136, fields: [['fd', 'u64'], ['slot', 'slot']] },
  'idmap-tree': { code: 10, fields: [['tree', 'slot'], ['userNamespace', 'slot'], ['recursive', 'u64']] },
  'make-user-namespace': { code: 11, fields: [['uidMap', 'string'], ['gidMap', 'string'], ['slot', 'slot']] },
  'queue-trees': { code: 12, fields: [['first', 'slot'], ['count', 'u64'], ['queue', 'slot']] },
  'make-resctrl-group': { code: 151, fields: [['root', 'string'], ['path', 'string'], ['schemata', 'strings']] },
  'write-schemata': { code: 152, fields: [['root', 'string'], ['path', 'string'], ['schemata', 'strings']] },
  'open-fallback': { code: 13, fields: [['path', 'string'], ['slot', 'slot']] },
  'enter-cgroup': { code: 32, fields: [['slot', 'slot']] },
  'oom-score': { code: 33, fields: [['value', 'string']] },
  'unshare': { code: 34, fields: [['flags', 'u64']] },
  'new-session': { code: 35, fields: [] },
  'session-keyring': { code: 36, fields: [] },
  'loopback': { code: 37, fields: [] },
  'detach-propagation': { code: 38, fields: [['propagation', 'u64']] },
  'attach-root': { code: 39, fields: [['tree', 'slot'], ['propagation', 'u64'], ['at', 'string']] },
  'mount': { code: 40, fields: [['type', 'string'], ['source', 'string'], ['target', 'string'], ['attributes', 'u64'], ['flags', 'u64'], ['options', 'strings'], ['propagation', 'u64'], ['plain', 'u64']] },
  'bind': { code: 41, fields: [['tree', 'slot'], ['target', 'string'], ['set', 'u64'], ['clear', 'u64'], ['propagation', 'u64'], ['peers', 'u64']] },
  'read-only': { code: 42, fields: [['path', 'string']] },
  'read-only-path': { code: 43, fields: [['path', 'string']] },
  'mask': { code: 44, fields: [['path', 'string']] },
  'device': { code: 45, fields: [['path', 'string'], ['mode', 'u64'], ['major', 'u64'], ['minor', 'u64'], ['uid', 'u64'], ['gid', 'u64']] },
  'symlink': { code: 46, fields: [['target', 'string'], ['path', 'string']] },
  'console': { code: 47, fields: [['rows', 'u64'], ['columns', 'u64']] },
  'reopen-null': { code: 48, fields: [] },
  'make-cwd': { code: 49, fields: [['path', 'string']] },
  'pivot': { code: 50, fields: [] },
  'hostname': { code: 51, fields: [['name', 'string']] },
  'domainname': { code: 52, fields: [['name', 'string']] },
  'rlimit': { code: 53, fields: [['resource', 'u64'], ['soft', 'u64'], ['hard', 'u64']] },
  'umask': { code: 54, fields: [['mask', 'u64']] },
  'no-new-privileges': { code: 55, fields: [] },
  'meet': { code: 56, fields: [['point', 'u64']] },
  'bounding': { code: 57, fields: [['keep', 'u64']] },
  'identity': { code: 58, fields: [['uid', 'u64'], ['gid', 'u64'], ['groups', 'bytes']] },
  'stdio-owner': { code: 59, fields: [['uid', 'u64'], ['gid', 'u64']] },
  'capabilities': { code: 60, fields: [['effective', 'u64'], ['permitted', 'u64'], ['inheritable', 'u64'], ['ambient', 'u64'], ['keep', 'u64']] },
  'try-chdir': { code: 95, fields: [['path', 'string']] },
  'chdir': { code: 62, fields: [['path', 'string']] },
  'find-executable': { code: 63, fields: [['name', 'string'], ['searchPath', 'string']] },
  'gate': { code: 64, fields: [['slot', 'slot']] },
  'seccomp': { code: 65, fields: [['filter', 'bytes'], ['flags', 'u64'], ['optional', 'u64']] },
  'home': { code: 76, fields: [['uid', 'u64']] },
  'seccomp-listener': { code: 93, fields: [['filter', 'bytes'], ['flags', 'u64'], ['optional', 'u64']] },
  'pass-descriptor': { code: 137, fields: [['slot', 'slot'], ['fd', 'u64']] },
  'exec': { code: 66, fields: [['args', 'strings'], ['env', 'strings']] },
  'signals': { code: 67, fields: [] },
  'dumpable': { code: 68, fields: [['value', 'u64']] },
  'reset-affinity': { code: 69, fields: [] },
  'scheduler': { code: 70, fields: [['policy', 'u64'], ['flags', 'u64'], ['nice', 'i64'], ['priority', 'i64'], ['runtime', 'u64'], ['deadline', 'u64'], ['period', 'u64']] },
  'io-priority': { code: 71, fields: [['ioClass', 'u64'], ['priority', 'u64']] },
  'personality': { code: 72, fields: [['domain', 'u64']] },
  'memory-policy': { code: 73, fields: [['policy', 'u64'], ['flags', 'u64'], ['nodes', 'bytes']] },
  'sysctl': { code: 74, fields: [['path', 'string'], ['value', 'string']] },
  'join': { code: 85, fields: [['slot', 'slot'], ['type', 'u64']] },
  'join-process': { code: 130, fields: [['process', 'slot'], ['flags', 'u64']] },
  'enter-root': { code: 131, fields: [['directory', 'slot']] },
  'hold-root': { code: 132, fields: [] },
  'terminal': { code: 133, fields: [['rows', 'u64'], ['columns', 'u64']] },
  'affinity': { code: 135, fields: [['cpus', 'bytes']] },
  'fork': { code: 86, fields: [['flags', 'u64']] },
  'become': { code: 87, fields: [['uid', 'u64'], ['gid', 'u64']] },
  'require-mapping': { code: 88, fields: [['file', 'string'], ['ranges', 'bytes']] },
  'attach-root-at': { code: 90, fields: [['tree', 'slot'], ['directory', 'string']] },
  'new-time': { code: 89, fields: [['offsets', 'string']] },
  'create-container-hook': { code: 91, fields: [['path', 'string'], ['args', 'strings'], ['env', 'strings'], ['timeout', 'u64'], ['before', 'string'], ['after', 'string']] },
  'start-container-hook': { code: 92, fields: [['path', 'string'], ['args', 'strings'], ['env', 'strings'], ['home', 'u64'], ['timeout', 'u64'], ['before', 'string'], ['after', 'string']] },
  'propagate': { code: 78, fields: [['path', 'string'], ['propagation', 'u64']] },
  'mount-attributes': { code: 79, fields: [['set', 'u64'], ['clear', 'u64']] },
  'remount': { code: 80, fields: [['target', 'string'], ['filesystem', 'u64'], ['set', 'u64'], ['clear', 'u64'], ['flags', 'u64'], ['unset', 'u64'], ['options', 'strings']] },
  'mount-copied': { code: 81, fields: [['type', 'string'], ['source', 'string'], ['target', 'string'], ['attributes', 'u64'], ['flags', 'u64'], ['options', 'strings'], ['propagation', 'u64']] },
  'mount-or-bind': { code: 82, fields: [['type', 'string'], ['source', 'string'], ['target', 'string'], ['attributes', 'u64'], ['options', 'strings'], ['propagation', 'u64'], ['tree', 'slot'], ['bound', 'u64']] },
  'label': { code: 140, fields: [['name', 'string'], ['other', 'string'], ['value', 'string']] },
  'label-mount': { code: 141, fields: [['value', 'string']] },
  'change-root': { code: 83, fields: [] },
  'receive-trees': { code: 84, fields: [['queue', 'slot'], ['first', 'slot']] },
  'take-tree': { code: 160, fields: [['path', 'string'], ['slot', 'slot'], ['recursive', 'u64'], ['directory', 'u64']] },
  'take-fallback': { code: 161, fields: [['path', 'string'], ['slot', 'slot']] },
  'stage': { code: 142, fields: [['directory', 'string'], ['file', 'string']] },
  'write-process': { code: 112, fields: [['name', 'string'], ['value', 'string']] },
  'map-ids': { code: 162, fields: [['path', 'string'], ['args', 'strings']] },
  'limit': { code: 113, fields: [['resource', 'u64'], ['soft', 'u64'], ['hard', 'u64']] },
  'move-network-device': { code: 150, fields: [['name', 'string'], ['newName', 'string']] },
  'runtime-hook': { code: 119, fields: [['path', 'string'], ['args', 'strings'], ['env', 'strings'], ['inherit', 'u64'], ['timeout', 'u64'], ['before', 'string'], ['after', 'string'], ['tied', 'u64']] },
  'supervise': { code: 96, fields: [['terminal', 'u64']] },
  'account': { code: 106, fields: [['memory', 'string'], ['kills', 'string'], ['limit', 'string'], ['peak', 'string'], ['cpu', 'string'], ['key', 'string'], ['scale', 'u64'], ['nested', 'u64'], ['before', 'u64'], ['record', 'string'], ['keep', 'u64']] },
  'end-cgroup': { code: 97, fields: [['path', 'string'], ['deadline', 'u64']] },
  'remove-cgroup': { code: 98, fields: [['path', 'string'], ['deadline', 'u64']] },
  'await-removal': { code: 154, fields: [['path', 'string'], ['patience', 'u64']] },
  'unmount': { code: 104, fields: [['directory', 'string']] },
  'remove-resctrl-group': { code: 153, fields: [['path', 'string']] },
  'remove-state': { code: 99, fields: [['directory', 'string']] },
  'poststop-hook': { code: 105, fields: [['path', 'string'], ['args', 'strings'], ['env', 'strings'], ['inherit', 'u64'], ['timeout', 'u64'], ['state', 'string']] },
};

export const MAGIC = 0x4e535343;
export const VERSION = 1;
export const POINTS = {"ready":1,"gate":2,"born":3,"mounted":4,"filter":9} as const;
/** Places for descriptors that a host program can leave for init. */
export const SLOTS = 500;
/** The descriptor of the first of them, in init. */
export const SLOT_BASE = 10;
export const REPORT_KINDS = {"met":1,"failed":2,"forked":3} as const;

/** Names of the system calls (or checks) that a failure can blame, by number. */
export const CALLS: readonly string[] = ["none","open","openat2","read","write","close","mkdirat","mknodat","symlinkat","fchmod","fchownat","fchown","unlinkat","rmdir","statx","fstat","fsopen","fsconfig","fsmount","move_mount","open_tree","mount_setattr","mount","umount2","pivot_root","chdir","fchdir","getcwd","unshare","setsid","keyctl","socket","bind","listen","accept4","connect","sendmsg","recvmsg","poll","ioctl","sethostname","setdomainname","prlimit64","prctl","setgroups","setresgid","setresuid","capset","capget","seccomp","execve","execveat","clone3","bpf","kill","pidfd_send_signal","pidfd_open","waitid","signalfd4","mmap","memfd_create","fcntl","dup3","dup2","flock","rename","chroot","access","getdents64","plan","sched_setaffinity","sched_setattr","ioprio_set","personality","set_mempolicy","setns","fstatfs","pipe2","fspick","setxattr","utimensat","readlinkat","clone","rtnetlink"];
