/**
 * The typed surface of the addon: what C++ does for TypeScript. Nothing is decided there.
 * Functions throw SystemError (lib/errors.ts) when a system call fails. Those that wait return promises; their work is
 * done on a thread of its own, so that a JS thread is never blocked for longer than a file takes to read.
 */

/** What the front saw before the engine disturbed it; without a front (Node), what the process has now. */
export interface Caller {
  /** Soft RLIMIT_NOFILE of whoever called caisson; init gets it back. */
  readonly nofileSoft: number;
  /** A bit for each of fds 0 to 2 that was closed (the front opened /dev/null there). */
  readonly closedStdio: number;
  /** How many descriptors were open from 3 on, without a gap: those that can be passed on. A front counts to 128. */
  readonly passed: number;
  /** The process that the caller has started: the front, or this one. */
  readonly pid: number;
}

/** What proc_pid_stat(5) says of a process. */
export interface ProcessStat {
  /** Clock ticks since boot (field 22). */
  readonly startTime: number;
  /** A letter. */
  readonly state: string;
  /** Its wait status once it has ended (field 52); 0 before, and for who may not trace it. */
  readonly exitCode: number;
}

/** A process just cloned that waits at its first meeting point. */
export interface Launched {
  /** In the caller's pid namespace. */
  readonly pid: number;
  readonly pidfd: number;
  /** Our end of the seqpacket channel. */
  readonly channel: number;
  /** The master of the console, or -1. */
  readonly console: number;
}

/** A network device of the host that a process was given: what it takes to have it back. */
export interface Loan {
  /** Its network namespace, an open descriptor. */
  readonly network: number;
  /** Its number in there. */
  readonly index: number;
  /** Whether it was up before. */
  readonly up: boolean;
  /** Its name before. */
  readonly name: string;
}

/** Where init has come to after a `go`. */
export interface Met {
  /** The meeting point at which it waits, or that it executes the container's program. */
  readonly point: 'born' | 'mounted' | 'ready' | 'exec';
  /** The master of the console, when it was made on the way; or -1. */
  readonly console: number;
}

/** Who gets the listener of a seccomp filter. */
export interface FilterReceiver {
  /** Connected, of a stream; ends with the message. */
  readonly socket: number;
  /** Where, for errors. */
  readonly path: string;
  /** What is said with it; not empty. */
  readonly message: string;
  /** Milliseconds that the other side may take to read it. */
  readonly deadline: number;
}

/** What `launch` needs. The programs are encoded plans. */
export interface LaunchRequest {
  readonly host: Uint8Array;
  readonly init: Uint8Array;
  /** CLONE_NEW* flags. */
  readonly cloneFlags: number;
  /** Slot of the cgroup v2 directory to be cloned into, or -1. */
  readonly cgroupSlot: number;
  /** Milliseconds until the child must have reached its first meeting point. */
  readonly deadline: number;
  /** A directory for the image where memfds cannot be executed. */
  readonly imageDirectory: string;
  /** Whether init notes the time of each act. */
  readonly trace: boolean;
  /** An image to run instead of the embedded one (tests): an open file descriptor, or -1. */
  readonly image?: number;
  /** The first part of the host program, from `begin`; `host` is the rest then, and acts are numbered through both. */
  readonly begun?: number | undefined;
}

/** What launch, attend, proceed, openGate and teardown reject with when an act failed, and launch when the clone or its exec did (act -1). */
export interface ActFailure extends Error {
  /** `died`: init ended without a report; then act is -1 and status its wait status. `timeout`: the deadline passed. */
  readonly kind: 'failed' | 'died' | 'timeout';
  readonly program: 'host' | 'init' | 'parent' | 'teardown';
  /** Index of the act in its program, or -1. */
  readonly act: number;
  readonly errno: string;
  readonly syscall: string;
  readonly path: string;
  /** What the kernel said beyond the errno (the log of a filesystem context). */
  readonly detail: string;
  /** Wait status of a process that died, else 0. */
  readonly status: number;
}

/** One rule of a seccomp profile, names as in the specification. */
export interface SeccompRule {
  readonly names: readonly string[];
  /** SCMP_ACT_*. */
  readonly action: string;
  /** The errno (or trace message) of the action. */
  readonly errno: number;
  readonly args: readonly {
    readonly index: number;
    readonly value: number | bigint;
    readonly valueTwo: number | bigint;
    /** SCMP_CMP_*. */
    readonly op: string;
  }[];
}

export interface SeccompProfile {
  readonly defaultAction: string;
  readonly defaultErrno: number;
  /** SCMP_ARCH_*; the machine's own is always among them, and what it cannot run makes no difference. */
  readonly architectures: readonly string[];
  readonly rules: readonly SeccompRule[];
  /** System calls with a higher number than every one that is named fail with ENOSYS, whatever the default action. */
  readonly unknownFails: boolean;
}

/** A profile compiled. */
export interface SeccompFilter {
  /** struct sock_filter[] */
  readonly program: Uint8Array;
  /** What did not get into it: index of the rule, and a text. */
  readonly notes: readonly { readonly rule: number; readonly text: string }[];
}

/** What kind of file is at a path, itself, not what it links to. */
export type FileKind = 'file' | 'directory' | 'link' | 'socket' | 'fifo' | 'character' | 'block' | 'missing';

export interface Native {
  // files
  /** The text of a regular file. EFBIG when it is longer than limit bytes; EILSEQ when it is not UTF-8; never waits on a FIFO. */
  readText(path: string, limit: number): string;
  /** The text of a pseudo file (procfs, cgroupfs), whose size the kernel doesn't tell. */
  readKernelText(path: string): string;
  /** Writes a pseudo file that is there, in one write(2). */
  writeKernelText(path: string, text: string): void;
  /** All of standard input, at most limit bytes. */
  readInput(limit: number): string;
  /** Replaces a file as one step: a temporary file beside it, renamed over it. */
  replaceFile(path: string, text: string, mode: number): void;
  /** Makes a new file; EEXIST when there is one. */
  createFile(path: string, text: string, mode: number): void;
  /** Appends to a file, made with mode when missing, in one write. */
  appendFile(path: string, text: string, mode: number): void;
  /** Opens a file, made when missing, never through a link. Gives the fd, by which it is read also when it was removed. */
  holdFile(path: string, mode: number): number;
  /** Makes one directory; EEXIST when there is one. */
  makeDirectory(path: string, mode: number): void;
  /** Makes a directory and its parents where missing. */
  ensureDirectory(path: string, mode: number): void;
  listDirectory(path: string): string[];
  fileKind(path: string): FileKind;
  readLink(path: string): string;
  /** Absolute, without links; ENOENT when anything is missing. */
  realPath(path: string): string;
  unlink(path: string): void;
  /** The working directory. */
  workingDirectory(): string;
  /** The owner (uid) of a path. */
  owner(path: string): number;
  /** Whether somebody else than we and root may change what is at a path: its owner, or everybody. False when nothing is there. */
  isForeign(path: string): boolean;
  /** Whether we may write to a file, or make files in a directory; false also when nothing is there. */
  mayWrite(path: string): boolean;
  /** Opens a directory and takes an exclusive flock on it; EAGAIN when not within wait milliseconds. Gives the fd. */
  lockDirectory(path: string, wait: number): Promise<number>;
  close(fd: number): void;

  // the process itself
  /** Writes all of text to fd 1 or 2, whatever kind of file it is; EPIPE is thrown. */
  print(fd: number, text: string): void;
  /** Ends the process at once: no exit handlers, nothing torn down. The caller of caisson is told before. */
  exit(status: number): never;
  caller(): Caller;
  /** Effective user id. */
  userId(): number;
  /** Effective group id. */
  groupId(): number;
  /** Whether our user namespace is the one that the kernel began with; false also when it cannot be seen. */
  inInitialUserNamespace(): boolean;
  /** Whether trees of mounts may be copied here: by who has CAP_SYS_ADMIN over the mount namespace. */
  mayCopyMounts(): boolean;
  /** Permitted and bounding set of this process, a bit for each capability. */
  heldCapabilities(): { readonly permitted: number; readonly bounding: number };
  /** Now, in RFC 3339, UTC, with nanoseconds. A Date would read the files of the time zone first. */
  timestamp(): string;
  /** A variable of the environment, or '' when it is not set. */
  environment(name: string): string;

  // processes
  /** Opens a pidfd; ESRCH when the process is gone. */
  openProcess(pid: number): number;
  /** Undefined when gone. */
  processStat(pid: number): ProcessStat | undefined;
  /** Inode of a pidfd: unique per process since Linux 6.9, the same for all before. */
  pidfdInode(pidfd: number): number;
  /** pidfd_send_signal(2). */
  signalProcess(pidfd: number, signal: number): void;
  /** Waits until the process of a pidfd has ended; false when not within wait milliseconds. */
  awaitEnd(pidfd: number, wait: number): Promise<boolean>;
  /**
   * The wait status of the process of a pidfd, once it was reaped by whomsoever; undefined before, and on kernels that do not keep
   * it (Linux 6.15).
   */
  exitOfProcess(pidfd: number): number | undefined;
  /** A descriptor that can be read when a cgroup of v1 runs out of memory, and when it is removed. */
  watchOom(directory: string): number;
  /** A descriptor that can be read when one of these files is changed, as the kernel does with those of cgroup v2. */
  watchFiles(paths: readonly string[]): number;
  /**
   * Waits until one of these, or a pidfd, can be read, and then makes a watch quiet again. Its index; the number of them when nobody
   * reads output any more; -1 when none within wait milliseconds.
   */
  awaitChange(watches: readonly number[], output: number, wait: number): Promise<number>;

  /**
   * From now on, functions that wait do so on the JS thread and return settled promises. For the command line: it has
   * nothing else to do meanwhile, and a thread with its way back costs about 0.5 ms in a process that has just started.
   */
  waitInPlace(): void;

  // a container's life
  /** Starts the first part of a host program on a thread of its own, and gives a number for it: for one call of `launch` or `abandon`. */
  begin(program: Uint8Array): number;
  /** Waits for the end of what was begun, and closes what it opened. Gives the index of the act that failed, or -1. */
  abandon(begun: number): Promise<number>;
  /** Runs the host program, clones init, waits for its first meeting. Rejects with ActFailure; then nothing of init is left. */
  launch(request: LaunchRequest): Promise<Launched>;
  /**
   * Runs a parent program while init waits at a meeting point, or its program runs; takes the pid and the pidfd of it. Gives the
   * network devices that were moved. Rejects with ActFailure: then they are back, and init goes on.
   */
  attend(launched: Launched, program: Uint8Array): Promise<readonly Loan[]>;
  /**
   * Sends go and waits for the next meeting point or for exec; at the point where a filter has a listener, sends that to the
   * receiver. Rejects with ActFailure.
   */
  proceed(launched: Launched, deadline: number, receiver?: FilterReceiver): Promise<Met>;
  /** Sends go and lets go of the channel, the pidfd and the console: init goes on to its gate without us. */
  release(launched: Launched): void;
  /** Takes the times of init's acts: nanoseconds of CLOCK_MONOTONIC, [start of init, end of act 0, end of act 1, ...]. */
  traceTimes(): number[];
  /**
   * Ends init (SIGKILL), waits for it, at most 10 s, and moves back what network devices it was given; closes the descriptors of
   * the loans, not its own. Gives the devices that did not come back, each with its reason.
   */
  endInit(launched: Launched, loans?: readonly Loan[]): Promise<readonly ActFailure[]>;
  /**
   * Connects to the gate in a directory; 'running' once init has exec'd, 'taken' when somebody else opened it. A filter's
   * listener as in proceed. Rejects with ActFailure.
   */
  openGate(directory: string, pidfd: number, deadline: number, receiver?: FilterReceiver): Promise<'running' | 'taken'>;
  /** Connects to a unix stream socket, at a path of any length; ETIMEDOUT when its queue stays full. Gives the fd. */
  connectStream(path: string, deadline: number): Promise<number>;
  /** Runs a teardown program to its end; rejects with the first ActFailure. Gives the hooks that failed, which is no failure of the program. */
  teardown(program: Uint8Array): Promise<readonly ActFailure[]>;
  /** From now on, signals that a supervisor forwards are noted instead of taking effect. Before launch, in a foreground run. */
  holdSignals(): void;
  /** Makes the front the supervisor and ends; without a front, becomes it by execve(2). Returns in neither case. */
  supervise(program: Uint8Array, launched: Launched): never;
  /** Connects to a unix stream socket and sends one fd with a non-empty name. */
  sendDescriptor(socket: string, fd: number, name: string, deadline: number): Promise<void>;

  // seccomp
  /** Compiles a profile to BPF. Throws an Error with `rule` (index, or -1 for the profile) and a text. */
  compileSeccomp(profile: SeccompProfile): SeccompFilter;
  /**
   * What was kept under the same key, by the same caisson and libseccomp, on the same kernel; undefined when there is
   * nothing, or nothing whole. EPERM when the directory is not one that only we can write.
   */
  findFilter(directory: string, key: string): { readonly program: Uint8Array; readonly notes: string } | undefined;
  /** Keeps a filter in a directory, made when missing. The oldest goes when there are many. */
  keepFilter(directory: string, key: string, program: Uint8Array, notes: string): void;
  /** Whether this kernel takes a filter with these SECCOMP_FILTER_FLAG_*. */
  knowsSeccompFlags(flags: number): boolean;
  /** Version of the linked libseccomp: "2.5.4". */
  seccompVersion(): string;
}
