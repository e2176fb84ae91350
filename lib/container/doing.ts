/** What an act was doing when it failed, as a phrase for a person. Called by failure.ts. */
import { PHRASES } from '../phrases.js';
import { CLONE_FLAGS, type NamespaceName } from '../plan/namespaces.js';
import type { Act } from '../plan/wire.gen.js';
import { withResctrl } from './resctrlHints.js';

/** What was being done, for a person. */
export function doing(act: Act, pointer: string): string {
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
