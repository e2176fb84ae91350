/**
 * The words that engines look for in what a runtime says. Whoever writes a message about one of these facts takes the
 * phrase from here; a changed letter makes an engine misunderstand a failure. Imports nothing.
 */
export const PHRASES = {
  /** containerd and CRI-O: a signal came too late, which is as good as delivered. */
  containerNotRunning: 'container not running',
  /** containerd and CRI-O: the same, in the kernel's words (ESRCH). */
  noSuchProcess: 'no such process',
  /** containerd, on kill and delete: the container is gone already. */
  doesNotExist: 'does not exist',
  /** containerd: the same, in the words of Go. */
  processFinished: 'os: process already finished',
  /** docker and podman: exit status 127. podman looks for the "in" as well. */
  executableNotFound: 'executable file not found in $PATH',
  /** docker and podman: exit status 127 (ENOENT). */
  noSuchFile: 'no such file or directory',
  /** docker and podman: exit status 126 (EACCES). */
  permissionDenied: 'permission denied',
} as const;
