/** What to do when a namespace cannot be made or joined. Called by failure.ts. */

/** There are too many. */
const NAMESPACE_LIMIT_HINT = 'raise the limits on namespaces: sysctl user.max_user_namespaces and its like';

/** @param what name of the act, and errno: `join EPERM` */
export function namespaceHint(what: string): string | undefined {
  switch (what) {
    case 'open-namespace ENOENT':
      return 'has the process or the container that it belongs to ended?';
    case 'open-namespace EINVAL':
      return 'give the path of a namespace of this type, such as /proc/PID/ns/*, or leave the path out to make one';
    case 'join EPERM':
      return 'it belongs to a user namespace in which caisson has no rights: join that one too';
    case 'join EINVAL':
      return 'a process cannot join the user namespace that it is in, nor a pid namespace that is not below its own';
    case 'join-process EPERM':
      return 'entering a container that runs needs the rights of whoever made it, CAP_SYS_PTRACE and CAP_SYS_ADMIN';
    case 'join-process ESRCH':
      return 'the first process of the container has ended just now';
    case 'fork EAGAIN':
      return 'the container has no room for one more process: is pids.limit reached?';
    case 'fork ENOMEM':
      return 'the first process of the container, and with it its pid namespace, has ended just now';
    case 'clone3 EPERM':
    case 'fork EPERM':
    case 'new-time EPERM':
      return 'may this user make namespaces? see kernel.unprivileged_userns_clone, user.max_user_namespaces and kernel.apparmor_restrict_unprivileged_userns';
    case 'clone3 ENOSPC':
    case 'fork ENOSPC':
    case 'unshare ENOSPC':
    case 'new-time ENOSPC':
      return NAMESPACE_LIMIT_HINT;
    case 'new-time EINVAL':
      return 'this kernel has no time namespaces (CONFIG_TIME_NS)';
    case 'new-time ERANGE':
      return 'with its offset, the clock would stand before the start of the host or too far ahead';
    case 'write-process EPERM':
      return 'ids of the host that caisson itself has are the only ones it can give, and only with CAP_SETUID and CAP_SETGID';
    case 'write-process EINVAL':
      return 'ranges may not overlap, nor go beyond the last id, and the kernel takes at most 340 of them';
    case 'require-mapping EINVAL':
      return 'give the mappings that the namespace has, or leave both out';
    default:
      return undefined;
  }
}
