/**
 * An act that failed → an error that says where in config.json it came from, what was tried, and what to do.
 * Called by actFailure.ts and teardown.ts, once something went wrong. The only place that gives hints for acts.
 */
import { type ErrorCode, RuntimeError } from '../errors.js';
import type { ActFailure } from '../native/surface.js';
import { CLONE_FLAGS, type NamespaceName } from '../plan/namespaces.js';
import type { Step } from '../plan/step.js';
import type { Act } from '../plan/wire.gen.js';
import { PHRASES } from '../phrases.js';
import { DIED_HINT } from './actFailure.js';
import { CGROUP_HINTS, CLONE_HINTS, limitHint } from './limitHints.js';
import { mountHint } from './mountHints.js';
import { namespaceHint } from './namespaceHints.js';
import { NETWORK_HINTS } from './networkHints.js';
import { RESCTRL_HINTS, withResctrl } from './resctrlHints.js';

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

/** What was being done, for a person. */
function doing(act: Act, pointer: string): string {
  if (pointer.startsWith('linux/intelRdt')) return withResctrl(act);
  switch (act.op) {
    case 'open-tree':
    case 'take-tree':
      return pointer === 'root/path' ? 'open the root filesystem' : 'open the mount source';
    case 'mount':
    case 'mount-copied':
    case 'mount-or-bind':
      return `mount ${act.type} on ${act.target}`;
    case 'remount':
      return `remount ${act.target}`;
    case 'mount-attributes':
      return 'change the attributes of a mount and of those below it';
    case 'propagate':
      return `change the propagation of ${act.path === '' ? 'the mount' : act.path}`;
    case 'idmap-tree':
      return 'map the owners in the mount';
    case 'make-user-namespace':
      return 'make a user namespace for the mappings';
    case 'device':
      return `make the device ${act.path}`;
    case 'bind':
      return `bind on ${act.target}`;
    case 'mask':
    case 'read-only':
    case 'read-only-path':
      return `${act.op === 'mask' ? 'mask' : 'make read-only'} ${act.path}`;
    case 'write':
    case 'write-present':
    case 'write-either':
      return `write ${JSON.stringify(act.value)}`;
    case 'open-namespace':
    case 'join':
      return `join the ${namespaceName(act.type)} namespace`;
    case 'fork':
      return act.flags === 0 ? 'start a process in the pid namespace' : 'make the namespaces';
    case 'join-process':
      return 'join the namespaces of the container';
    case 'open-process':
      return `${PHRASES.containerNotRunning}: its first process has ended just now`;
    case 'new-time':
      return 'make the time namespace';
    case 'require-mapping':
      return 'the user namespace that is joined has other mappings';
    case 'write-process':
      return writing(act.name, act.value);
    case 'map-ids':
      return writing(act.args[0] ?? '', linesOf(act.args.slice(2)));
    case 'move-network-device':
      return `give the network device ${act.name} to the container${act.newName === act.name ? '' : ` as ${act.newName}`}`;
    case 'sysctl':
      return `set ${act.path.slice('/proc/sys/'.length)} to ${JSON.stringify(act.value)}`;
    case 'become':
      return `become user ${act.uid.toString()} and group ${act.gid.toString()} of the user namespace`;
    case 'limit':
    case 'rlimit':
      return `set the limit to ${act.soft.toString()}:${act.hard.toString()}`;
    case 'runtime-hook':
    case 'create-container-hook':
    case 'start-container-hook':
    case 'poststop-hook':
      return `run the hook ${act.path}`;
    case 'find-executable':
    case 'exec':
      return `exec ${JSON.stringify(act.op === 'exec' ? (act.args[0] ?? '') : act.name)}`;
    case 'take-descriptor':
    case 'pass-descriptor':
      return `pass descriptor ${act.fd.toString()} on`;
    case 'label':
      return labelling(act.name, act.value);
    default:
      return withCgroup(act) ?? act.op.replace('try-', '').replaceAll('-', ' ');
  }
}

function withCgroup(act: Act): string | undefined {
  switch (act.op) {
    case 'make-cgroup':
      return `make the cgroup ${act.mount}${act.path}`;
    case 'require-empty-cgroup':
      return 'use an existing cgroup';
    case 'require-thawed':
      return 'enter the cgroup';
    case 'give-cgroup':
      return `give the cgroup to uid ${act.uid.toString()}`;
    default:
      return undefined;
  }
}

/** What is written to a file of init's in procfs, or by a program to one of its maps. */
function writing(name: string, value: string): string {
  if (name === 'oom_score_adj') return 'oom score';
  if (name === 'setgroups') return 'deny setgroups(2) in the user namespace';
  return `map the ids ${rangesOf(value)} of the user namespace`;
}

/** `0 100000 65536` → 0 to 65535 as 100000 to 165535: the kernel does not say which of the ranges it refuses. */
function rangesOf(map: string): string {
  const ranges: string[] = [];
  for (const line of map.split('\n').filter(Boolean)) {
    const [inside = 0, outside = 0, size = 0] = line.split(' ').map(Number);
    ranges.push(`${inside} to ${inside + size - 1} as ${outside} to ${outside + size - 1}`);
  }
  return ranges.join(', ');
}

/** As in a map of the kernel, of the arguments of newuidmap(1). */
function linesOf(numbers: readonly string[]): string {
  return numbers.map((number, index) => number + (index % 3 === 2 ? '\n' : ' ')).join('');
}

/** What takes a label, by its file in attr. AppArmor's is a command: `exec PROFILE`. */
function labelling(name: string, value: string): string {
  if (name === 'keycreate') return 'label the keyring';
  if (name === 'exec') return `set the SELinux label ${value}`;
  return `set the AppArmor profile ${value.slice(value.indexOf(' ') + 1)}`;
}

/** By the flag of the one namespace that an act is about. */
function namespaceName(type: number | bigint): string {
  for (const name in CLONE_FLAGS) if (CLONE_FLAGS[name as NamespaceName] === Number(type)) return name;
  return 'unknown';
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
    case 'write-process EACCES':
      return 'a lower score than the caller has needs CAP_SYS_RESOURCE';
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
