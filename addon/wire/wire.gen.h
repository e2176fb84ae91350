// Generated from addon/wire/wire.json by scripts/generate-wire.ts. Do not edit.
// clang-format off
#pragma once

#include <stdint.h>

namespace caisson::wire {

inline constexpr uint32_t kMagic = 0x4e535343;
inline constexpr uint32_t kVersion = 1;
inline constexpr uint8_t kGo = 1;
inline constexpr int kFdPlan = 3;
inline constexpr int kFdChannel = 4;
inline constexpr int kFdTrace = 5;
inline constexpr int kFdSlotBase = 10;
inline constexpr int kFdSlots = 500;
inline constexpr int kSupervisorFdPlan = 3;
inline constexpr int kSupervisorFdInit = 4;
inline constexpr int kSupervisorFdConsole = 5;
inline constexpr uint32_t kReportMet = 1;
inline constexpr uint32_t kReportFailed = 2;
inline constexpr uint32_t kReportForked = 3;
inline constexpr uint32_t kPointReady = 1;
inline constexpr uint32_t kPointGate = 2;
inline constexpr uint32_t kPointBorn = 3;
inline constexpr uint32_t kPointMounted = 4;
inline constexpr uint32_t kPointFilter = 9;
inline constexpr uint32_t kLongestPath = 4096;
inline constexpr uint32_t kLongestDetail = 512;

struct Header { uint32_t magic, version, size, acts, traceFd, reserved; };
struct Record { uint32_t op, bytes; };
struct String { uint32_t offset, length; };
struct Strings { uint32_t offset, count; };
struct Bytes { uint32_t offset, length; };
struct Report { uint32_t magic, kind, act, error, call, pathLength, detailLength, reserved; };

// The system call (or the check) that failed.
enum class Call : uint32_t {
  kNone = 0,
  kOpen = 1,
  kOpenat2 = 2,
  kRead = 3,
  kWrite = 4,
  kClose = 5,
  kMkdirat = 6,
  kMknodat = 7,
  kSymlinkat = 8,
  kFchmod = 9,
  kFchownat = 10,
  kFchown = 11,
  kUnlinkat = 12,
  kRmdir = 13,
  kStatx = 14,
  kFstat = 15,
  kFsopen = 16,
  kFsconfig = 17,
  kFsmount = 18,
  kMoveMount = 19,
  kOpenTree = 20,
  kMountSetattr = 21,
  kMount = 22,
  kUmount2 = 23,
  kPivotRoot = 24,
  kChdir = 25,
  kFchdir = 26,
  kGetcwd = 27,
  kUnshare = 28,
  kSetsid = 29,
  kKeyctl = 30,
  kSocket = 31,
  kBind = 32,
  kListen = 33,
  kAccept4 = 34,
  kConnect = 35,
  kSendmsg = 36,
  kRecvmsg = 37,
  kPoll = 38,
  kIoctl = 39,
  kSethostname = 40,
  kSetdomainname = 41,
  kPrlimit64 = 42,
  kPrctl = 43,
  kSetgroups = 44,
  kSetresgid = 45,
  kSetresuid = 46,
  kCapset = 47,
  kCapget = 48,
  kSeccomp = 49,
  kExecve = 50,
  kExecveat = 51,
  kClone3 = 52,
  kBpf = 53,
  kKill = 54,
  kPidfdSendSignal = 55,
  kPidfdOpen = 56,
  kWaitid = 57,
  kSignalfd4 = 58,
  kMmap = 59,
  kMemfdCreate = 60,
  kFcntl = 61,
  kDup3 = 62,
  kDup2 = 63,
  kFlock = 64,
  kRename = 65,
  kChroot = 66,
  kAccess = 67,
  kGetdents64 = 68,
  kPlan = 69,
  kSchedSetaffinity = 70,
  kSchedSetattr = 71,
  kIoprioSet = 72,
  kPersonality = 73,
  kSetMempolicy = 74,
  kSetns = 75,
  kFstatfs = 76,
  kPipe2 = 77,
  kFspick = 78,
  kSetxattr = 79,
  kUtimensat = 80,
  kReadlinkat = 81,
  kClone = 82,
  kRtnetlink = 83,
};

// Their names, by number.
inline constexpr const char *kCallNames[] = {
  "none",
  "open",
  "openat2",
  "read",
  "write",
  "close",
  "mkdirat",
  "mknodat",
  "symlinkat",
  "fchmod",
  "fchownat",
  "fchown",
  "unlinkat",
  "rmdir",
  "statx",
  "fstat",
  "fsopen",
  "fsconfig",
  "fsmount",
  "move_mount",
  "open_tree",
  "mount_setattr",
  "mount",
  "umount2",
  "pivot_root",
  "chdir",
  "fchdir",
  "getcwd",
  "unshare",
  "setsid",
  "keyctl",
  "socket",
  "bind",
  "listen",
  "accept4",
  "connect",
  "sendmsg",
  "recvmsg",
  "poll",
  "ioctl",
  "sethostname",
  "setdomainname",
  "prlimit64",
  "prctl",
  "setgroups",
  "setresgid",
  "setresuid",
  "capset",
  "capget",
  "seccomp",
  "execve",
  "execveat",
  "clone3",
  "bpf",
  "kill",
  "pidfd_send_signal",
  "pidfd_open",
  "waitid",
  "signalfd4",
  "mmap",
  "memfd_create",
  "fcntl",
  "dup3",
  "dup2",
  "flock",
  "rename",
  "chroot",
  "access",
  "getdents64",
  "plan",
  "sched_setaffinity",
  "sched_setattr",
  "ioprio_set",
  "personality",
  "set_mempolicy",
  "setns",
  "fstatfs",
  "pipe2",
  "fspick",
  "setxattr",
  "utimensat",
  "readlinkat",
  "clone",
  "rtnetlink",
};

enum class Op : uint32_t {
  kMakeCgroup = 1,
  kEnableControllers = 2,
  kWrite = 3,
  kWritePresent = 30,
  kWriteEither = 31,
  kDeviceProgram = 4,
  kOpenWrite = 5,
  kOpenDirectory = 6,
  kOpenTree = 7,
  kListen = 8,
  kRequireEmptyCgroup = 9,
  kRequireThawed = 155,
  kGiveCgroup = 163,
  kOpenNamespace = 15,
  kOpenProcess = 134,
  kTakeDescriptor = 136,
  kIdmapTree = 10,
  kMakeUserNamespace = 11,
  kQueueTrees = 12,
  kMakeResctrlGroup = 151,
  kWriteSchemata = 152,
  kOpenFallback = 13,
  kEnterCgroup = 32,
  kOomScore = 33,
  kUnshare = 34,
  kNewSession = 35,
  kSessionKeyring = 36,
  kLoopback = 37,
  kDetachPropagation = 38,
  kAttachRoot = 39,
  kMount = 40,
  kBind = 41,
  kReadOnly = 42,
  kReadOnlyPath = 43,
  kMask = 44,
  kDevice = 45,
  kSymlink = 46,
  kConsole = 47,
  kReopenNull = 48,
  kMakeCwd = 49,
  kPivot = 50,
  kHostname = 51,
  kDomainname = 52,
  kRlimit = 53,
  kUmask = 54,
  kNoNewPrivileges = 55,
  kMeet = 56,
  kBounding = 57,
  kIdentity = 58,
  kStdioOwner = 59,
  kCapabilities = 60,
  kTryChdir = 95,
  kChdir = 62,
  kFindExecutable = 63,
  kGate = 64,
  kSeccomp = 65,
  kHome = 76,
  kSeccompListener = 93,
  kPassDescriptor = 137,
  kExec = 66,
  kSignals = 67,
  kDumpable = 68,
  kResetAffinity = 69,
  kScheduler = 70,
  kIoPriority = 71,
  kPersonality = 72,
  kMemoryPolicy = 73,
  kSysctl = 74,
  kJoin = 85,
  kJoinProcess = 130,
  kEnterRoot = 131,
  kHoldRoot = 132,
  kTerminal = 133,
  kAffinity = 135,
  kFork = 86,
  kBecome = 87,
  kRequireMapping = 88,
  kAttachRootAt = 90,
  kNewTime = 89,
  kCreateContainerHook = 91,
  kStartContainerHook = 92,
  kPropagate = 78,
  kMountAttributes = 79,
  kRemount = 80,
  kMountCopied = 81,
  kMountOrBind = 82,
  kLabel = 140,
  kLabelMount = 141,
  kChangeRoot = 83,
  kReceiveTrees = 84,
  kTakeTree = 160,
  kTakeFallback = 161,
  kStage = 142,
  kWriteProcess = 112,
  kMapIds = 162,
  kLimit = 113,
  kMoveNetworkDevice = 150,
  kRuntimeHook = 119,
  kSupervise = 96,
  kAccount = 106,
  kEndCgroup = 97,
  kRemoveCgroup = 98,
  kAwaitRemoval = 154,
  kUnmount = 104,
  kRemoveResctrlGroup = 153,
  kRemoveState = 99,
  kPoststopHook = 105,
};

// Makes mount/path level by level; with cpuset, copies cpuset.cpus and cpuset.mems from the parent into each level that has none (cgroup v1).
struct MakeCgroup {
  String mount;
  String path;
  uint64_t cpuset;
};

// Writes controllers ("+memory +pids") to cgroup.subtree_control of every proper ancestor of mount/path, from mount down (cgroup v2).
struct EnableControllers {
  String mount;
  String path;
  String controllers;
};

// Writes value in one write(2) to an existing file of the host; symbolic links are not followed in the last component.
struct Write {
  String path;
  String value;
};

// As write; where there is no such file, nothing.
struct WritePresent {
  String path;
  String value;
};

// As write; where there is no such file, otherValue to otherPath.
struct WriteEither {
  String path;
  String value;
  String otherPath;
  String otherValue;
};

// Loads an eBPF program of type cgroup device and attaches it to the cgroup directory.
struct DeviceProgram {
  String cgroup;
  Bytes program;
};

// Opens a host file for writing into a slot.
struct OpenWrite {
  String path;
  uint64_t slot;
};

// Opens a host directory into a slot.
struct OpenDirectory {
  String path;
  uint64_t slot;
};

// Takes a detached copy of the mount tree at a host path (open_tree with OPEN_TREE_CLONE) into a slot; recursive copies the mounts below it too; directory = 1 demands a directory and refuses a symbolic link as last component.
struct OpenTree {
  String path;
  uint64_t slot;
  uint64_t recursive;
  uint64_t directory;
};

// Binds the gate, a listening seqpacket socket named gate, in a directory, into a slot.
struct Listen {
  String directory;
  uint64_t slot;
};

// Fails with EBUSY when the cgroup directory exists and there are processes in it or below it: a cgroup is never shared by accident.
struct RequireEmptyCgroup {
  String path;
};

// Fails with EBUSY when a cgroup's own file, freezer.state of v1 or cgroup.events of v2, says that it is frozen, as all below a frozen one are: whoever enters it stands still. A file that is missing is fine.
struct RequireThawed {
  String path;
};

// Gives a cgroup directory, and those of its files that /sys/kernel/cgroup/delegate lists, to uid; without that file cgroup.procs, cgroup.subtree_control and cgroup.threads (cgroup v2).
struct GiveCgroup {
  String path;
  uint64_t uid;
};

// Opens a namespace by its path into a slot. type is its CLONE_NEW* flag; a namespace of another type, and what is no namespace, are refused; with foreign = 1 the caller's own too.
struct OpenNamespace {
  String path;
  uint64_t type;
  uint64_t slot;
  uint64_t foreign;
};

// Opens a pidfd of a process into a slot; ESRCH when the process of that number is not the one that started then (proc_pid_stat(5), field 22, clock ticks since boot).
struct OpenProcess {
  uint64_t pid;
  uint64_t startTime;
  uint64_t slot;
};

// Takes a copy of a descriptor of the caller's into a slot.
struct TakeDescriptor {
  uint64_t fd;
  uint64_t slot;
};

// Maps the owners of files of a tree that is not attached yet as a user namespace maps them (MOUNT_ATTR_IDMAP); recursive maps the mounts below it too.
struct IdmapTree {
  uint64_t tree;
  uint64_t userNamespace;
  uint64_t recursive;
};

// Makes a user namespace with these maps (the text of uid_map and gid_map), in which nobody is, into a slot.
struct MakeUserNamespace {
  String uidMap;
  String gidMap;
  uint64_t slot;
};

// Sends the trees in count slots from first on, and frees these slots, in one message to the socket whose other end is in the slot queue, made with the first message. So a container can have more trees than init can have descriptors.
struct QueueTrees {
  uint64_t first;
  uint64_t count;
  uint64_t queue;
};

// Makes a directory of resctrl, mounted at root, and writes each of schemata to its file of that name; takes it away again when one is refused. One that is there already is not taken.
struct MakeResctrlGroup {
  String root;
  String path;
  Strings schemata;
};

// Writes each of schemata to the file of that name in a directory of resctrl.
struct WriteSchemata {
  String root;
  String path;
  Strings schemata;
};

// As open-tree, recursive; where there is nothing the slot stays empty.
struct OpenFallback {
  String path;
  uint64_t slot;
};

// Writes 0 to an open tasks file.
struct EnterCgroup {
  uint64_t slot;
};

// Writes /proc/self/oom_score_adj through the host's procfs; value as decimal text.
struct OomScore {
  String value;
};

// unshare(2) with CLONE_NEW* flags (a cgroup namespace is made after the cgroup was entered).
struct Unshare {
  uint64_t flags;
};

// setsid(2).
struct NewSession {
};

// Makes a new session keyring without a name (one with a name would be joined if it existed); a kernel without keyrings is fine.
struct SessionKeyring {
};

// Sets the interface lo up.
struct Loopback {
};

// Sets the propagation (MS_SLAVE or MS_PRIVATE …) of every mount of the new mount namespace.
struct DetachPropagation {
  uint64_t propagation;
};

// Attaches the rootfs tree and makes it the root that later paths are resolved beneath. On the directory `at` of the host, where hooks look for it; "" = over the host's root, where nobody looks.
struct AttachRoot {
  uint64_t tree;
  uint64_t propagation;
  String at;
};

// Mounts a new filesystem on target, made as a directory where missing; options are flag or key=value, given to fsconfig one by one; attributes are MOUNT_ATTR_*, flags MS_* of the filesystem itself (MS_RDONLY, MS_SYNCHRONOUS …); propagation is 0 or MS_*; plain = 1 takes mount(2) instead. A tmpfs without a mode has that of the directory it covers.
struct Mount {
  String type;
  String source;
  String target;
  uint64_t attributes;
  uint64_t flags;
  Strings options;
  uint64_t propagation;
  uint64_t plain;
};

// Attaches a tree of the host on target, made as a directory or an empty file like the source where missing; set and clear are MOUNT_ATTR_*, applied to the top mount. The tree becomes a slave of the host's mounts, unless peers = 1 keeps it in their group; then what propagation says (MS_*, 0 = nothing more).
struct Bind {
  uint64_t tree;
  String target;
  uint64_t set;
  uint64_t clear;
  uint64_t propagation;
  uint64_t peers;
};

// Makes the mount at path read-only, keeping its other attributes.
struct ReadOnly {
  String path;
};

// Binds path onto itself read-only ("/" becomes read-only as it is); a missing path is fine.
struct ReadOnlyPath {
  String path;
};

// Hides a file behind /dev/null and a directory behind an empty read-only tmpfs; a missing path is fine.
struct Mask {
  String path;
};

// Makes a device node or FIFO (mode holds the S_IF* bits), owned by uid:gid; an existing equal node is fine. Where mknod(2) is EPERM, the node of the host at the same path is bound, when it is the same device.
struct Device {
  String path;
  uint64_t mode;
  uint64_t major;
  uint64_t minor;
  uint64_t uid;
  uint64_t gid;
};

// Makes a symbolic link; an existing link with the same target is fine.
struct Symlink {
  String target;
  String path;
};

// Allocates a pty in the container's devpts, binds its slave on /dev/console, makes it stdio and the controlling terminal, and sends the master with the next meeting; rows and columns 0 = not set.
struct Console {
  uint64_t rows;
  uint64_t columns;
};

// Replaces each of fds 0 to 2 that is the host's /dev/null by the container's.
struct ReopenNull {
};

// Makes a directory and its parents (0755) beneath the root where missing.
struct MakeCwd {
  String path;
};

// pivot_root(2) into the root, and lets go of the old one; chroot(2) behind attach-root-at, where the old one is the host's.
struct Pivot {
};

// sethostname(2).
struct Hostname {
  String name;
};

// setdomainname(2).
struct Domainname {
  String name;
};

// prlimit(2) on itself.
struct Rlimit {
  uint64_t resource;
  uint64_t soft;
  uint64_t hard;
};

// umask(2).
struct Umask {
  uint64_t mask;
};

// prctl(PR_SET_NO_NEW_PRIVS).
struct NoNewPrivileges {
};

// Reports the meeting point on the channel and waits for go.
struct Meet {
  uint64_t point;
};

// Drops every capability that the kernel knows and that is not in the mask from the bounding set.
struct Bounding {
  uint64_t keep;
};

// setgroups, setresgid, setresuid with PR_SET_KEEPCAPS; groups is a packed array of u32.
struct Identity {
  uint64_t uid;
  uint64_t gid;
  Bytes groups;
};

// Gives fds 0 to 2 to uid:gid. A terminal keeps its group, other devices their owner; EPERM, EROFS, EINVAL, ENOSYS are fine.
struct StdioOwner {
  uint64_t uid;
  uint64_t gid;
};

// Sets inheritable, permitted, effective, then ambient. Sets that cannot be granted are cut to what is held. With keep (a mask) these stay permitted and effective until the execution.
struct Capabilities {
  uint64_t effective;
  uint64_t permitted;
  uint64_t inheritable;
  uint64_t ambient;
  uint64_t keep;
};

// chdir, with which directories can be entered that the container's user may not; what the caller may not enter either (EACCES) is left to chdir.
struct TryChdir {
  String path;
};

// chdir(2), then getcwd(2) must give an absolute path inside the root (CVE-2024-21626). Does nothing when try-chdir has done it.
struct Chdir {
  String path;
};

// Finds name as execvp would in searchPath (colon-separated; empty = the default path) as the container's user, and notes it for exec. ENOENT: no such file; EACCES: found, not executable.
struct FindExecutable {
  String name;
  String searchPath;
};

// Waits for one connection on the gate, reports the point gate to it, and keeps it as the channel.
struct Gate {
  uint64_t slot;
};

// Installs a filter (an array of struct sock_filter) with seccomp(2) flags, and those that are optional where the kernel knows them.
struct Seccomp {
  Bytes filter;
  uint64_t flags;
  uint64_t optional;
};

// Looks for the home directory of a user in the container's /etc/passwd: exec gives it in place of what its environment has as HOME. No file, no entry, no absolute path: nothing changes.
struct Home {
  uint64_t uid;
};

// The same with a listener (SECCOMP_FILTER_FLAG_NEW_LISTENER): a thread that the filter does not bind reports the point filter, with the listener's descriptor, and waits for go; init itself makes no system call meanwhile.
struct SeccompListener {
  Bytes filter;
  uint64_t flags;
  uint64_t optional;
};

// Gives what is in a slot to the container's program, under the number fd, which lies below every slot that an act names. What init has open there makes room. The last but the filter and exec.
struct PassDescriptor {
  uint64_t slot;
  uint64_t fd;
};

// execve(2) of what find-executable found, with HOME as the home act found it, and its own pid in an entry LISTEN_PID= without a value. Resets nothing: everything that is not the container's was closed or is close-on-exec.
struct Exec {
  Strings args;
  Strings env;
};

// Every disposition to default, an empty mask.
struct Signals {
};

// prctl(PR_SET_DUMPABLE).
struct Dumpable {
  uint64_t value;
};

// Takes every CPU that the cgroup allows, now and later; that the kernel refuses is fine.
struct ResetAffinity {
};

// sched_setattr(2): policy SCHED_*, flags SCHED_FLAG_*, runtime, deadline and period in nanoseconds.
struct Scheduler {
  uint64_t policy;
  uint64_t flags;
  int64_t nice;
  int64_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
};

// ioprio_set(2) on itself: ioClass IOPRIO_CLASS_*, priority in it.
struct IoPriority {
  uint64_t ioClass;
  uint64_t priority;
};

// personality(2) with a domain PER_*.
struct Personality {
  uint64_t domain;
};

// set_mempolicy(2): policy MPOL_*, flags MPOL_F_*, nodes a mask of whole 8-byte words (empty = none). MPOL_DEFAULT on a kernel without NUMA is fine.
struct MemoryPolicy {
  uint64_t policy;
  uint64_t flags;
  Bytes nodes;
};

// Writes value whole to path, a file below /proc/sys, through the procfs of the host; where that one is read-only, covered or lacks it, through a procfs of the container's own namespaces that nobody else sees.
struct Sysctl {
  String path;
  String value;
};

// setns(2) into an open namespace; type is its CLONE_NEW* flag. A pid namespace takes effect at fork.
struct Join {
  uint64_t slot;
  uint64_t type;
};

// setns(2) into these namespaces (CLONE_NEW*) of the process whose pidfd is in a slot, all of them or none. A pid namespace takes effect at fork.
struct JoinProcess {
  uint64_t process;
  uint64_t flags;
};

// Changes into an open directory and makes it the root (chroot(2)).
struct EnterRoot {
  uint64_t directory;
};

// Takes the root that the process has as the one beneath which paths are resolved: for a process of a container that is there.
struct HoldRoot {
};

// As console, but nothing is bound on /dev/console: that is the first process's.
struct Terminal {
  uint64_t rows;
  uint64_t columns;
};

// sched_setaffinity(2): a bit for each CPU.
struct Affinity {
  Bytes cpus;
};

// clone3(2) with CLONE_NEW* flags, as a child of init's own parent. Init hands the twin's pidfd up and ends; the twin waits for go and does the acts behind this one.
struct Fork {
  uint64_t flags;
};

// Takes an id of the user namespace that was just made or joined: setgroups to none, setresgid, setresuid, no ambient or inheritable capabilities. What is permitted stays.
struct Become {
  uint64_t uid;
  uint64_t gid;
};

// Fails with EINVAL unless the mapping of the own user namespace in file (uid_map, gid_map) has these ranges: a packed array of u32, inside, outside and size of each, in any order.
struct RequireMapping {
  String file;
  Bytes ranges;
};

// As attach-root, in the mount namespace of the host: attaches the tree on directory, a host path that is made where missing. Mounts in it do not reach other mount namespaces.
struct AttachRootAt {
  uint64_t tree;
  String directory;
};

// Makes a time namespace, gives it offsets (the lines of proc_pid_timens_offsets, or none) and enters it.
struct NewTime {
  String offsets;
};

// Runs a hook before the pivot: its path is the host's, its namespaces are the container's, its working directory is the root of the container. The state on its standard input is before, our own process id, after; timeout in ms, 0 = none. Ends with the parent.
struct CreateContainerHook {
  String path;
  Strings args;
  Strings env;
  uint64_t timeout;
  String before;
  String after;
};

// Runs a hook in the container. Its process first carries out what follows up to exec but for hooks, so that it is bound as the container's program is. home = 1: HOME in its environment is what the home act found, as in the program's.
struct StartContainerHook {
  String path;
  Strings args;
  Strings env;
  uint64_t home;
  uint64_t timeout;
  String before;
  String after;
};

// Changes the propagation (MS_*, with MS_REC) of the mount at path, or of the mount made last where path is empty.
struct Propagate {
  String path;
  uint64_t propagation;
};

// Sets and clears attributes (MOUNT_ATTR_*) of the mount made last and of those below it.
struct MountAttributes {
  uint64_t set;
  uint64_t clear;
};

// Changes the filesystem that is mounted on target: options as in mount, flags to set and to unset (MS_*), and the attributes to set and clear (MOUNT_ATTR_*) of the mount. What is not named stays. With filesystem = 0 the mount only.
struct Remount {
  String target;
  uint64_t filesystem;
  uint64_t set;
  uint64_t clear;
  uint64_t flags;
  uint64_t unset;
  Strings options;
};

// Mounts a new filesystem on a directory, with a copy of what was there in it (tmpcopyup): files with holes, directories, links, nodes; owners, modes, times, extended attributes. Not what is mounted below.
struct MountCopied {
  String type;
  String source;
  String target;
  uint64_t attributes;
  uint64_t flags;
  Strings options;
  uint64_t propagation;
};

// As mount; where that is EPERM (a user namespace that does not own what the filesystem shows), attaches tree instead, with the attributes in bound set on all of it. An empty slot is no tree.
struct MountOrBind {
  String type;
  String source;
  String target;
  uint64_t attributes;
  Strings options;
  uint64_t propagation;
  uint64_t tree;
  uint64_t bound;
};

// Writes value to the file name in attr of the own process (proc_pid_attr(5)), through the host's procfs; where there is no such file, to other (empty = none). What is executed next has the label.
struct Label {
  String name;
  String other;
  String value;
};

// Gives the root of the mount made last the extended attribute security.selinux.
struct LabelMount {
  String value;
};

// In place of pivot, where the root of the host cannot be pivoted (an initial ramdisk): unmounts or covers each procfs and sysfs of the host, which would let a container mount an unmasked one, and changes into the root by chroot(2).
struct ChangeRoot {
};

// Receives the next message of queue-trees into slots from first on.
struct ReceiveTrees {
  uint64_t queue;
  uint64_t first;
};

// As open-tree, in the own copy of the host's mounts: for a caller that may copy none in those of the host.
struct TakeTree {
  String path;
  uint64_t slot;
  uint64_t recursive;
  uint64_t directory;
};

// As open-fallback, in the own copy of the host's mounts.
struct TakeFallback {
  String path;
  uint64_t slot;
};

// Holds a directory of the host and a file in it, both in the own copy of the host's mounts. Each tree that bind attaches from here on is first put there, out of sight and gone with the old root, and a copy of it goes to the target: a kernel that lists mounts by their age (Linux 6.8) lists them in the order of the plan, and not in that of the host program.
struct Stage {
  String directory;
  String file;
};

// Writes value in one write(2) to the file name below init's directory in the host's procfs (uid_map, gid_map, setgroups).
struct WriteProcess {
  String name;
  String value;
};

// Runs a program that may map more ids than its caller has (newuidmap(1), newgidmap(1)): its first argument is its own name, the process id of init comes behind it.
struct MapIds {
  String path;
  Strings args;
};

// prlimit(2) on init: a process in a user namespace cannot raise its own hard limits.
struct Limit {
  uint64_t resource;
  uint64_t soft;
  uint64_t hard;
};

// Moves a network device of the host into the network namespace of the process, under a new name (with %d, the kernel picks a number), with its permanent addresses of global scope, and sets it up. What cannot be done wholly is taken back.
struct MoveNetworkDevice {
  String name;
  String newName;
};

// Runs a hook. The state on its standard input is before, the process id of init, after; timeout in ms, 0 = none; inherit = 1: in the environment of the caller instead of env; tied = 1: it is ended when init ends.
struct RuntimeHook {
  String path;
  Strings args;
  Strings env;
  uint64_t inherit;
  uint64_t timeout;
  String before;
  String after;
  uint64_t tied;
};

// Waits for init (pidfd), forwards signals, copies the terminal; the exit status of the program is the container's.
struct Supervise {
  uint64_t terminal;
};

// After supervise: reads what the container has come to, while its cgroups are there. Of the directory memory (empty = none) the line oom_kill in kills, with those below it when nested = 1, the numbers in limit and peak; of the file cpu the number behind key (empty = the first), which counts scale nanoseconds. More kills than before are told on standard error. The file record (empty = none) gets all of it as JSON; with keep = 0 only when it is there: somebody waits for it.
struct Account {
  String memory;
  String kills;
  String limit;
  String peak;
  String cpu;
  String key;
  uint64_t scale;
  uint64_t nested;
  uint64_t before;
  String record;
  uint64_t keep;
};

// Kills every process in the cgroup directory and below it (cgroup.kill, or cgroup.procs again and again) and waits until it is empty.
struct EndCgroup {
  String path;
  uint64_t deadline;
};

// Removes the cgroup directory, children first; EBUSY is tried again until the deadline (ms); a missing one is fine.
struct RemoveCgroup {
  String path;
  uint64_t deadline;
};

// Waits until whoever manages the cgroup directory has removed it; that it is still there after patience (ms) is no failure.
struct AwaitRemoval {
  String path;
  uint64_t patience;
};

// Detaches every mount on a directory of the state, with what is mounted below it, and removes the directory; a missing one is fine.
struct Unmount {
  String directory;
};

// Removes a directory of resctrl; one that is missing is fine.
struct RemoveResctrlGroup {
  String path;
};

// Removes the files in a directory and the directory; a missing one is fine.
struct RemoveState {
  String directory;
};

// Runs a hook with the state on its standard input; timeout in ms, 0 = none; inherit = 1: in the environment of the caller instead of env.
struct PoststopHook {
  String path;
  Strings args;
  Strings env;
  uint64_t inherit;
  uint64_t timeout;
  String state;
};

// Which list of acts a plan is: the acts of another one are refused.
enum class Program : uint32_t { kHost, kInit, kParent, kTeardown };

// What each act's fields are: s string, l strings, b bytes, u number, f slot.
struct Shape { Op op; Program program; const char *name; const char *fields; };
inline constexpr Shape kShapes[] = {
    {Op::kMakeCgroup, Program::kHost, "make-cgroup", "ssu"},
    {Op::kEnableControllers, Program::kHost, "enable-controllers", "sss"},
    {Op::kWrite, Program::kHost, "write", "ss"},
    {Op::kWritePresent, Program::kHost, "write-present", "ss"},
    {Op::kWriteEither, Program::kHost, "write-either", "ssss"},
    {Op::kDeviceProgram, Program::kHost, "device-program", "sb"},
    {Op::kOpenWrite, Program::kHost, "open-write", "sf"},
    {Op::kOpenDirectory, Program::kHost, "open-directory", "sf"},
    {Op::kOpenTree, Program::kHost, "open-tree", "sfuu"},
    {Op::kListen, Program::kHost, "listen", "sf"},
    {Op::kRequireEmptyCgroup, Program::kHost, "require-empty-cgroup", "s"},
    {Op::kRequireThawed, Program::kHost, "require-thawed", "s"},
    {Op::kGiveCgroup, Program::kHost, "give-cgroup", "su"},
    {Op::kOpenNamespace, Program::kHost, "open-namespace", "sufu"},
    {Op::kOpenProcess, Program::kHost, "open-process", "uuf"},
    {Op::kTakeDescriptor, Program::kHost, "take-descriptor", "uf"},
    {Op::kIdmapTree, Program::kHost, "idmap-tree", "ffu"},
    {Op::kMakeUserNamespace, Program::kHost, "make-user-namespace", "ssf"},
    {Op::kQueueTrees, Program::kHost, "queue-trees", "fuf"},
    {Op::kMakeResctrlGroup, Program::kHost, "make-resctrl-group", "ssl"},
    {Op::kWriteSchemata, Program::kHost, "write-schemata", "ssl"},
    {Op::kOpenFallback, Program::kHost, "open-fallback", "sf"},
    {Op::kEnterCgroup, Program::kInit, "enter-cgroup", "f"},
    {Op::kOomScore, Program::kInit, "oom-score", "s"},
    {Op::kUnshare, Program::kInit, "unshare", "u"},
    {Op::kNewSession, Program::kInit, "new-session", ""},
    {Op::kSessionKeyring, Program::kInit, "session-keyring", ""},
    {Op::kLoopback, Program::kInit, "loopback", ""},
    {Op::kDetachPropagation, Program::kInit, "detach-propagation", "u"},
    {Op::kAttachRoot, Program::kInit, "attach-root", "fus"},
    {Op::kMount, Program::kInit, "mount", "sssuuluu"},
    {Op::kBind, Program::kInit, "bind", "fsuuuu"},
    {Op::kReadOnly, Program::kInit, "read-only", "s"},
    {Op::kReadOnlyPath, Program::kInit, "read-only-path", "s"},
    {Op::kMask, Program::kInit, "mask", "s"},
    {Op::kDevice, Program::kInit, "device", "suuuuu"},
    {Op::kSymlink, Program::kInit, "symlink", "ss"},
    {Op::kConsole, Program::kInit, "console", "uu"},
    {Op::kReopenNull, Program::kInit, "reopen-null", ""},
    {Op::kMakeCwd, Program::kInit, "make-cwd", "s"},
    {Op::kPivot, Program::kInit, "pivot", ""},
    {Op::kHostname, Program::kInit, "hostname", "s"},
    {Op::kDomainname, Program::kInit, "domainname", "s"},
    {Op::kRlimit, Program::kInit, "rlimit", "uuu"},
    {Op::kUmask, Program::kInit, "umask", "u"},
    {Op::kNoNewPrivileges, Program::kInit, "no-new-privileges", ""},
    {Op::kMeet, Program::kInit, "meet", "u"},
    {Op::kBounding, Program::kInit, "bounding", "u"},
    {Op::kIdentity, Program::kInit, "identity", "uub"},
    {Op::kStdioOwner, Program::kInit, "stdio-owner", "uu"},
    {Op::kCapabilities, Program::kInit, "capabilities", "uuuuu"},
    {Op::kTryChdir, Program::kInit, "try-chdir", "s"},
    {Op::kChdir, Program::kInit, "chdir", "s"},
    {Op::kFindExecutable, Program::kInit, "find-executable", "ss"},
    {Op::kGate, Program::kInit, "gate", "f"},
    {Op::kSeccomp, Program::kInit, "seccomp", "buu"},
    {Op::kHome, Program::kInit, "home", "u"},
    {Op::kSeccompListener, Program::kInit, "seccomp-listener", "buu"},
    {Op::kPassDescriptor, Program::kInit, "pass-descriptor", "fu"},
    {Op::kExec, Program::kInit, "exec", "ll"},
    {Op::kSignals, Program::kInit, "signals", ""},
    {Op::kDumpable, Program::kInit, "dumpable", "u"},
    {Op::kResetAffinity, Program::kInit, "reset-affinity", ""},
    {Op::kScheduler, Program::kInit, "scheduler", "uuuuuuu"},
    {Op::kIoPriority, Program::kInit, "io-priority", "uu"},
    {Op::kPersonality, Program::kInit, "personality", "u"},
    {Op::kMemoryPolicy, Program::kInit, "memory-policy", "uub"},
    {Op::kSysctl, Program::kInit, "sysctl", "ss"},
    {Op::kJoin, Program::kInit, "join", "fu"},
    {Op::kJoinProcess, Program::kInit, "join-process", "fu"},
    {Op::kEnterRoot, Program::kInit, "enter-root", "f"},
    {Op::kHoldRoot, Program::kInit, "hold-root", ""},
    {Op::kTerminal, Program::kInit, "terminal", "uu"},
    {Op::kAffinity, Program::kInit, "affinity", "b"},
    {Op::kFork, Program::kInit, "fork", "u"},
    {Op::kBecome, Program::kInit, "become", "uu"},
    {Op::kRequireMapping, Program::kInit, "require-mapping", "sb"},
    {Op::kAttachRootAt, Program::kInit, "attach-root-at", "fs"},
    {Op::kNewTime, Program::kInit, "new-time", "s"},
    {Op::kCreateContainerHook, Program::kInit, "create-container-hook", "slluss"},
    {Op::kStartContainerHook, Program::kInit, "start-container-hook", "slluuss"},
    {Op::kPropagate, Program::kInit, "propagate", "su"},
    {Op::kMountAttributes, Program::kInit, "mount-attributes", "uu"},
    {Op::kRemount, Program::kInit, "remount", "suuuuul"},
    {Op::kMountCopied, Program::kInit, "mount-copied", "sssuulu"},
    {Op::kMountOrBind, Program::kInit, "mount-or-bind", "sssulufu"},
    {Op::kLabel, Program::kInit, "label", "sss"},
    {Op::kLabelMount, Program::kInit, "label-mount", "s"},
    {Op::kChangeRoot, Program::kInit, "change-root", ""},
    {Op::kReceiveTrees, Program::kInit, "receive-trees", "ff"},
    {Op::kTakeTree, Program::kInit, "take-tree", "sfuu"},
    {Op::kTakeFallback, Program::kInit, "take-fallback", "sf"},
    {Op::kStage, Program::kInit, "stage", "ss"},
    {Op::kWriteProcess, Program::kParent, "write-process", "ss"},
    {Op::kMapIds, Program::kParent, "map-ids", "sl"},
    {Op::kLimit, Program::kParent, "limit", "uuu"},
    {Op::kMoveNetworkDevice, Program::kParent, "move-network-device", "ss"},
    {Op::kRuntimeHook, Program::kParent, "runtime-hook", "slluussu"},
    {Op::kSupervise, Program::kTeardown, "supervise", "u"},
    {Op::kAccount, Program::kTeardown, "account", "ssssssuuusu"},
    {Op::kEndCgroup, Program::kTeardown, "end-cgroup", "su"},
    {Op::kRemoveCgroup, Program::kTeardown, "remove-cgroup", "su"},
    {Op::kAwaitRemoval, Program::kTeardown, "await-removal", "su"},
    {Op::kUnmount, Program::kTeardown, "unmount", "s"},
    {Op::kRemoveResctrlGroup, Program::kTeardown, "remove-resctrl-group", "s"},
    {Op::kRemoveState, Program::kTeardown, "remove-state", "s"},
    {Op::kPoststopHook, Program::kTeardown, "poststop-hook", "slluus"},
};

}  // namespace caisson::wire
