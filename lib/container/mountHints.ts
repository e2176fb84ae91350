/**
 * What to do about a mount or a device that could not be made, one sentence each. Called by failure.ts; decides nothing else.
 */

/** @param failure the act and the errno: `bind EPERM` */
export function mountHint(failure: string): string | undefined {
  switch (failure) {
    case 'open-tree EMFILE':
    case 'receive-trees EMFILE':
      return 'raise the hard limit of open files (ulimit -Hn)';
    case 'bind EPERM':
    case 'mount-attributes EPERM':
    case 'remount EPERM':
      return 'in a user namespace, flags and access times that the source came with are locked: leave out the option that clears them';
    case 'bind ENOTDIR':
    case 'mount ENOTDIR':
    case 'mount-copied ENOTDIR':
    case 'mount-or-bind ENOTDIR':
      return 'something that is no directory is in the way in the root filesystem';
    case 'bind ENOENT':
      return 'somebody has removed the source, or the destination, meanwhile';
    case 'bind EISDIR':
      return 'the source is no directory, and the destination is one';
    case 'bind ELOOP':
    case 'mount ELOOP':
    case 'mount-or-bind ELOOP':
      return 'no link is followed to /proc and /sys, and no more than 40 are to anywhere';
    case 'bind EROFS':
    case 'mount EROFS':
    case 'mount-copied EROFS':
    case 'mount-or-bind EROFS':
      return 'the destination is missing, and cannot be made in what is read-only';
    case 'mount ENODEV':
      return 'does the kernel have this filesystem, and is its module loaded?';
    case 'mount EPERM':
      return 'may a user namespace mount this filesystem?';
    case 'mount-copied ENOSPC':
      return 'give the tmpfs a larger size';
    case 'mount-copied ELOOP':
      return 'no more than 128 directories in each other are copied';
    case 'mount EINVAL':
    case 'mount-copied EINVAL':
      return 'the filesystem does not know an option or its value';
    case 'mount ENOTBLK':
      return 'the source of this filesystem is a block device';
    case 'remount ENOENT':
    case 'remount EINVAL':
      return 'is something mounted there, and does the filesystem know the option?';
    case 'idmap-tree EINVAL':
      return 'the filesystem of the source, or of something mounted below it, cannot be idmapped by this kernel';
    case 'idmap-tree EPERM':
      return 'a mount that is idmapped already cannot be mapped again';
    case 'make-user-namespace EINVAL':
      return 'do lines of the mappings overlap, or are there more than 340?';
    case 'mount-attributes ENOSYS':
    case 'idmap-tree ENOSYS':
      return 'this needs Linux 5.12';
    case 'device EEXIST':
    case 'symlink EEXIST':
      return 'another file is there: take it out of the root filesystem, or the device out of the configuration';
    case 'device EPERM':
      return 'only root of the initial user namespace may make devices, where its device cgroup lets it';
    case 'device EINVAL':
      return 'are uid and gid of the device in the mappings of the user namespace?';
    default:
      return undefined;
  }
}
