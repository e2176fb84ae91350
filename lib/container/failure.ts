/**
 * An act that failed → an error that says where in config.json it came from, what was tried, and what to do.
 * Called by actFailure.ts and teardown.ts, once something went wrong. The only place that gives hints for acts.
 */
import { type ErrorCode, RuntimeError } from '../errors.js';
import type { ActFailure } from '../native/surface.js';
import type { Step } from '../plan/step.js';
import type { Act } from '../plan/wire.gen.js';
import { PHRASES } from '../phrases.js';
import { DIED_HINT } from './actFailure.js';
import { doing } from './doing.js';
import { CGROUP_HINTS, CLONE_HINTS, limitHint } from './limitHints.js';
import { mountHint } from './mountHints.js';
import { namespaceHint } from './namespaceHints.js';
import { NETWORK_HINTS } from './networkHints.js';
import { RESCTRL_HINTS } from './resctrlHints.js';

/** What kind of trouble a failing act is. Those not listed are `system-call`. */
const CODES: Partial<Record<Act['op'], ErrorCode>> = {
  'make-cgroup': 'cgroup-failed',
  'enable-controllers': 'cgroup-failed',
  'require-empty-cgroup': 'cgroup-failed',
  'require-thawed': 'cgroup-failed',
  'give-cgroup': 'cgroup-failed',
  'device-program': 'cgroup-failed',
  write: 'cgroup-failed',
  'write-present': 'cgroup-failed',
  'write-either': 'cgroup-failed',
  'open-write': 'cgroup-failed',
  'open-directory': 'cgroup-failed',
  'enter-cgroup': 'cgroup-failed',
  'end-cgroup': 'cgroup-failed',
  'remove-cgroup': 'cgroup-failed',
  'await-removal': 'cgroup-failed',
  'open-tree': 'mount-failed',
  'take-tree': 'mount-failed',
  'take-fallback': 'mount-failed',
  'attach-root': 'mount-failed',
  'attach-root-at': 'mount-failed',
  unmount: 'mount-failed',
  'detach-propagation': 'mount-failed',
  mount: 'mount-failed',
  bind: 'mount-failed',
  stage: 'mount-failed',
  'read-only': 'mount-failed',
  'read-only-path': 'mount-failed',
  mask: 'mount-failed',
  pivot: 'mount-failed',
  propagate: 'mount-failed',
  'mount-attributes': 'mount-failed',
  remount: 'mount-failed',
  'mount-copied': 'mount-failed',
  'mount-or-bind': 'mount-failed',
  'change-root': 'mount-failed',
  'receive-trees': 'mount-failed',
  'queue-trees': 'mount-failed',
  'idmap-tree': 'mount-failed',
  'open-fallback': 'mount-failed',
  'make-user-namespace': 'namespace-failed',
  device: 'device-failed',
  symlink: 'device-failed',
  console: 'terminal-failed',
  terminal: 'terminal-failed',
  'make-cwd': 'cwd-failed',
  'try-chdir': 'cwd-failed',
  chdir: 'cwd-failed',
  rlimit: 'identity-failed',
  bounding: 'identity-failed',
  identity: 'identity-failed',
  capabilities: 'identity-failed',
  'oom-score': 'identity-failed',
  affinity: 'identity-failed',
  scheduler: 'identity-failed',
  'io-priority': 'identity-failed',
  personality: 'identity-failed',
  'memory-policy': 'identity-failed',
  sysctl: 'sysctl-failed',
  seccomp: 'seccomp-failed',
  'seccomp-listener': 'seccomp-failed',
  'find-executable': 'executable-not-found',
  exec: 'executable-not-found',
  unshare: 'namespace-failed',
  'open-namespace': 'namespace-failed',
  join: 'namespace-failed',
  'join-process': 'namespace-failed',
  'open-process': 'container-not-running',
  'enter-root': 'mount-failed',
  fork: 'namespace-failed',
  'new-time': 'namespace-failed',
  'require-mapping': 'namespace-failed',
  'write-process': 'namespace-failed',
  'map-ids': 'namespace-failed',
  'move-network-device': 'network-failed',
  become: 'identity-failed',
  label: 'identity-failed',
  'label-mount': 'mount-failed',
  limit: 'identity-failed',
  'runtime-hook': 'hook-failed',
  'create-container-hook': 'hook-failed',
  'start-container-hook': 'hook-failed',
  'poststop-hook': 'hook-failed',
  'take-descriptor': 'system-call',
  'pass-descriptor': 'system-call',
  'remove-state': 'state-root',
  listen: 'state-root',
};

/** Groups of resctrl are entered like cgroups. */
function codeOf({ act, pointer }: Step): ErrorCode {
  return pointer.startsWith('linux/intelRdt') ? 'resctrl-failed' : (CODES[act.op] ?? 'system-call');
}

/** Why sched_setattr(2) says EPERM, by the policy (SCHED_*). */
const SCHEDULER_HINTS: Readonly<Record<number, string>> = {
  0: 'a lower nice value than the caller has needs CAP_SYS_NICE',
  1: 'a real-time policy needs CAP_SYS_NICE and, with cgroup v1, a budget in every cpu cgroup on the way (cpu.rt_runtime_us)',
  2: 'a real-time policy needs CAP_SYS_NICE and, with cgroup v1, a budget in every cpu cgroup on the way (cpu.rt_runtime_us)',
  3: 'a lower nice value than the caller has needs CAP_SYS_NICE',
  6: 'SCHED_DEADLINE needs CAP_SYS_NICE, and a cgroup that may use every CPU',
};

const SYSCTL_HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'this kernel has no such setting for this namespace: is it spelled right, and its module loaded?',
  EINVAL: 'the kernel does not take this value for it',
  ERANGE: 'the kernel does not take this value for it',
  EIO: 'it holds fewer values',
  EACCES: 'it is read-only, or not for the root of a user namespace',
  EPERM: 'it is read-only, or not for the root of a user namespace',
  EISDIR: 'this is a group of settings: name one of them',
};

const CGROUP_HINT =
  'is linux.cgroupsPath right, is the limit one that the kernel takes, and may this user make cgroups there?';

function cgroupHint(act: Act, errno: string): string | undefined {
  if (CODES[act.op] !== 'cgroup-failed') return undefined;
  if (act.op === 'write' || act.op === 'write-present' || act.op === 'write-either') {
    return limitHint(act.path.slice(act.path.lastIndexOf('/') + 1), errno) ?? CGROUP_HINT;
  }
  return CGROUP_HINTS[`${act.op} ${errno}`] ?? CGROUP_HINT;
}

const LOWER_SCORE = 'a lower score than the caller has needs CAP_SYS_RESOURCE';

/** Why a filter was not installed. */
function filterHint(errno: string, listens: boolean): string | undefined {
  switch (errno) {
    case 'ENOMEM':
    case 'ENOTSUPP':
      return 'the kernel has no room for one more compiled filter: raise net.core.bpf_jit_limit';
    case 'EACCES':
      return 'set process.noNewPrivileges, or give the caller CAP_SYS_ADMIN';
    case 'EINVAL':
      return `does this kernel know ${listens ? 'SCMP_ACT_NOTIFY (Linux 5.0) and ' : ''}the flags of linux.seccomp?`;
    case 'EBUSY':
      return 'the caller is itself under a filter with a listener, and the kernel takes one';
    case 'EAGAIN':
      return 'a filter with a listener takes a second thread for a moment: raise linux.resources.pids.limit';
    default:
      return undefined;
  }
}

function hint({ act, pointer }: Step, errno: string): string | undefined {
  if (pointer.startsWith('linux/intelRdt')) return RESCTRL_HINTS[errno];
  if (act.op === 'seccomp' || act.op === 'seccomp-listener') return filterHint(errno, act.op === 'seccomp-listener');
  switch (`${act.op} ${errno}`) {
    case 'open-tree ENOENT':
    case 'take-tree ENOENT':
      return 'make it, or take the mount out of the configuration';
    case 'take-tree EINVAL':
      return 'whoever is not root may not show what lies under other mounts: take the mounts below it as well, by rbind';
    case 'identity EPERM':
      return 'the user namespace denies setgroups(2), or the caller has no CAP_SETGID: leave process.user.additionalGids out';
    case 'attach-root EACCES':
      return 'hooks look for the root at its path: the root of the container must be able to walk there';
    case 'start-container-hook EAGAIN':
      return 'no more processes for it: is pids.limit or RLIMIT_NPROC too low, or the policy SCHED_DEADLINE without SCHED_FLAG_RESET_ON_FORK?';
    case 'start-container-hook ENOSYS':
      return 'a hook has no listener of linux.seccomp: system calls that would wait for one fail, execve among them';
    case 'start-container-hook ENOENT':
      return 'the path of a startContainer hook is one of the container';
    case 'find-executable EACCES':
    case 'exec EACCES':
      return 'make it executable (chmod +x) for the user of the container';
    case 'exec ENOEXEC':
      return 'is it built for this machine? a script needs a #! line';
    case 'exec ENOENT':
      return 'the interpreter that its #! line or its ELF header names is missing in the root filesystem';
    case 'find-executable ENOENT':
      return 'is it in the root filesystem, and in PATH of process.env?';
    case 'limit EPERM':
    case 'rlimit EPERM':
      return 'the hard limit of the caller is lower, and raising it needs CAP_SYS_RESOURCE';
    case 'scheduler EPERM':
      return SCHEDULER_HINTS[Number(act.op === 'scheduler' && act.policy)];
    case 'scheduler EBUSY':
      return 'the CPUs have promised their time to other processes: ask for a shorter runtime in a period';
    case 'scheduler EOPNOTSUPP':
      return 'this kernel is built without clamps of utilization (CONFIG_UCLAMP_TASK)';
    case 'io-priority EPERM':
      return 'the class IOPRIO_CLASS_RT needs CAP_SYS_NICE or CAP_SYS_ADMIN';
    case 'memory-policy EINVAL':
      return 'does the host have these nodes (/sys/devices/system/node), may the cgroup use them, and do mode and flags go together?';
    case 'memory-policy ENOSYS':
      return 'this kernel is built without NUMA (CONFIG_NUMA): take the policy out of the configuration';
    case 'session-keyring EDQUOT':
      return 'raise kernel.keys.maxkeys and maxbytes (root_maxkeys and root_maxbytes for root), or give --no-new-keyring';
    case 'affinity EINVAL':
      return 'are these CPUs there, and may the cgroup of the container use them (cpuset.cpus)?';
    case 'become EINVAL':
    case 'identity EINVAL':
      return 'are process.user.uid, gid and additionalGids mapped into the user namespace?';
    case 'mount EACCES':
    case 'make-cwd EACCES':
    case 'bind EACCES':
    case 'device EACCES':
    case 'symlink EACCES':
      return 'in a user namespace, the root filesystem must belong to ids that are mapped (chown it to the hostID of root)';
    case 'label ENOENT':
      return 'is the profile loaded (apparmor_parser)?';
    case 'label EINVAL':
      return 'does the policy of the host know this label?';
    case 'label EACCES':
    case 'label EPERM':
      return 'the policy of the host does not let the caller change to it';
    case 'oom-score EACCES':
      return LOWER_SCORE;
    case 'write-process EACCES':
      return act.op === 'write-process' && act.name === 'oom_score_adj' ? LOWER_SCORE : undefined;
    default:
      if (act.op === 'sysctl') return SYSCTL_HINTS[errno];
      if (act.op === 'move-network-device') return NETWORK_HINTS[errno];
      return cgroupHint(act, errno) ?? namespaceHint(`${act.op} ${errno}`) ?? mountHint(`${act.op} ${errno}`);
  }
}

/** Engines look for these words: docker makes 127 and 126 of them. */
function phrase(act: Act, errno: string): string {
  if (act.op !== 'find-executable' || errno !== 'ENOENT') return '';
  return act.name.includes('/') ? '' : `: ${PHRASES.executableNotFound}`;
}

/**
 * The error for a failed act.
 * @param steps of its program, from the act number `from` on
 */
export function explain(failure: ActFailure, steps: readonly Step[], from = 0): RuntimeError {
  const step = steps[failure.act - from];
  const { errno, syscall, path, detail } = failure;
  if (failure.kind === 'timeout') {
    return new RuntimeError('timeout', `the ${failure.program} program did not get further in its time`, {
      pointer: step?.pointer,
      hint: steps.some(({ act }) => act.op === 'seccomp-listener')
        ? 'does the program at linux.seccomp.listenerPath answer?'
        : 'is the cgroup frozen, or a filesystem of the bundle stuck?',
    });
  }
  if (step === undefined) return cloneRefused(failure, steps) ?? withoutStep(failure);
  if (syscall === 'waitid') {
    return new RuntimeError(codeOf(step), `${doing(step.act, step.pointer)}: ${detail}`, {
      pointer: step.pointer,
      hint: step.act.op === 'map-ids' ? grantHint(step.act.args[0]) : undefined,
      cause: failure,
    });
  }
  const told = detail === '' ? '' : ` (${detail})`;
  return new RuntimeError(codeOf(step), `${doing(step.act, step.pointer)}${phrase(step.act, errno)}${told}`, {
    pointer: step.pointer === '' ? undefined : step.pointer,
    errno,
    syscall,
    path: path === '' ? undefined : path,
    hint: hint(step, errno),
    cause: failure,
  });
}

/** What has to be granted, by whom. @param tool newuidmap or newgidmap */
function grantHint(tool: string | undefined): string {
  const file = tool === 'newgidmap' ? '/etc/subgid' : '/etc/subuid';
  return `ranges besides your own id stand in ${file}, in a line USER:FIRST:COUNT such as alice:100000:65536; root may add one`;
}

/** A cgroup of v2 is entered by the clone itself: what it refuses is no fault of a namespace. */
function cloneRefused({ syscall, errno, kind }: ActFailure, steps: readonly Step[]): RuntimeError | undefined {
  const hint = kind === 'failed' && syscall === 'clone3' ? CLONE_HINTS[errno] : undefined;
  if (hint === undefined) return undefined;
  const pointer = steps.find(({ act }) => act.op === 'enter-cgroup')?.pointer;
  return new RuntimeError('cgroup-failed', 'start init in its cgroup', {
    pointer: pointer === '' ? undefined : pointer,
    errno,
    syscall,
    hint,
  });
}

function withoutStep(failure: ActFailure): RuntimeError {
  const { errno, syscall, path, status } = failure;
  if (failure.kind === 'died') {
    const signal = status & 0x7f;
    return new RuntimeError(
      'init-died',
      signal === 0 ? `init ended with status ${status >> 8}` : `init was killed by signal ${signal}`,
      {
        hint: signal === 9 ? DIED_HINT : undefined,
      },
    );
  }
  return new RuntimeError(syscall === 'clone3' ? 'namespace-failed' : 'system-call', 'start init', {
    hint: syscall === 'clone3' ? namespaceHint(`clone3 ${errno}`) : undefined,
    errno,
    syscall,
    path: path === '' ? undefined : path,
    cause: failure,
  });
}
