// Reads what probe.sh printed into facts, "mount /proc" → "proc rw nosuid …": what a container sees, reduced to what does
// not change from one run to the next. The bench and the matrix of engines' configs compare them between runtimes.

import { readdirSync, readlinkSync } from 'node:fs';

/** What was found, by name. */
export type Facts = Map<string, string>;

/** Lines of /proc/PID/status that init decides; SigCgt is the shell's own. */
const statusLines = /^(Umask|Uid|Gid|Groups|SigBlk|SigIgn|Cap...|NoNewPrivs|Seccomp|Seccomp_filters)$/;

/** @param id the container's, which the names of its cgroups end in */
export function readFacts(printed: string, id: string): Facts {
  const facts: Facts = new Map();
  for (const part of printed.split(/^== /m).slice(1)) {
    const [section = '', ...lines] = part.split('\n');
    for (const line of lines.filter(Boolean)) addFact(facts, section, line, id);
  }
  return facts;
}

function addFact(facts: Facts, section: string, line: string, id: string): void {
  const [first = '', ...rest] = line.split(' ');
  switch (section) {
    case 'mountinfo': {
      addMount(facts, line);
      return;
    }
    case 'namespaces':
      return void facts.set(
        `namespace ${first}`,
        rest.join(' ') === hostNamespaces().get(first) ? 'the host’s' : 'new',
      );
    case 'status': {
      const [name = '', value = ''] = line.split(':');
      if (statusLines.test(name)) facts.set(`status ${name}`, value.trim().replaceAll('\t', ' '));
      return;
    }
    case 'limits': {
      // "Max open files            1024                 1024                 files"
      const [name = '', soft = '', hard = ''] = line.split(/ {2,}/);
      if (name.startsWith('Max')) facts.set(`limit ${name}`, `${soft} ${hard}`);
      return;
    }
    case 'cgroup': {
      // "5:devices:/bench-1-runc": which number a hierarchy has means nothing.
      const [, controllers = '', path = ''] = line.split(':');
      facts.set(`cgroup ${controllers || 'unified'}`, path.endsWith(`/${id}`) ? 'its own' : path);
      return;
    }
    case 'rules':
      return void facts.set(`rule ${line}`, 'there');
    default:
      if (isOrdinaryDescriptor(first, rest.join(' '))) return;
      facts.set(`${section} ${first}`, rest.join(' ').replaceAll(id, 'ID'));
  }
}

/**
 * 0 to 2 are the caller's, or a runtime's own pipe to them; "fd-10 /probe.sh" is the shell's; one that was closed
 * while it was looked at has no target. Any other was left open by the runtime.
 */
function isOrdinaryDescriptor(name: string, target: string): boolean {
  return /^fd-[012]$/.test(name) || (name.startsWith('fd-') && (target === '' || target === '/probe.sh'));
}

/** mountinfo(5): "36 35 98:0 /root /point rw,noatime master:1 - ext4 /dev/root rw,errors=continue" */
function addMount(facts: Facts, line: string): void {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , , point = '', options = '', ...propagation] = before.split(' ');
  const [type = '', , superOptions = ''] = after.split(' ');
  const kinds = propagation.map((word) => word.split(':')[0]);
  const words = [type, ...kinds, ...options.split(',').sort(), '|', ...superOptions.split(',').sort()];
  // What is mounted over another keeps a name of its own.
  let name = `mount ${point}`;
  while (facts.has(name)) name += ' (over)';
  facts.set(name, words.join(' '));
}

let namespacesFound: Map<string, string> | undefined;

/** "pid" → "pid:[4026531836]", of the bench itself. */
function hostNamespaces(): Map<string, string> {
  const read = (kind: string): [string, string] => [kind, readlinkSync(`/proc/self/ns/${kind}`)];
  return (namespacesFound ??= new Map(readdirSync('/proc/self/ns').map(read)));
}
