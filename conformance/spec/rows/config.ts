// What config.md of version 1.3.0 demands of the version, the root, mounts and the process. With configMountOptions.ts,
// configHooks.ts and configAnnotations.ts it is the whole page: pages.ts.

import { ELSEWHERE, FOR_AUTHORS, must, mustNot, none, should, shouldNot } from '../row.js';

export const ROOT_AND_MOUNTS = [
  must('specification-version', 'ociVersion is a semantic version', 'version that is none'),
  mustNot('root', 'root is set for Hyper-V', ELSEWHERE),
  must('root', 'path is that of a volume on Windows', ELSEWHERE),
  should('root', 'path is rootfs', FOR_AUTHORS),
  must('root', 'there is a directory at path', 'root that is no directory'),
  must('root', 'with readonly the root filesystem is read-only', 'read-only root'),
  must('root', 'readonly is not true on Windows', ELSEWHERE),
  must('mounts', 'they are mounted in their order', 'order of mounts'),
  should('mounts', 'a destination is absolute', FOR_AUTHORS),
  must('mounts', 'a relative destination begins at /', 'relative destination'),
  must('mounts', 'a destination is absolute on Windows', ELSEWHERE),
  mustNot('mounts', 'destinations are nested on Windows', ELSEWHERE),
  must('mounts', 'a destination is absolute on Solaris', ELSEWHERE),
  must('mounts', 'a destination is absolute on all other systems', ELSEWHERE),
  must('mounts', 'Windows has ro', ELSEWHERE),
];

export const PROCESS = [
  must('process', 'consoleSize is ignored without terminal', 'console size without a terminal'),
  must('process', 'cwd is absolute', 'relative cwd'),
  must('posix-process', 'a limit that the kernel has not is an error', 'limit of no resource'),
  must('posix-process', 'getrlimit knows each limit', 'soft limits'),
  must('posix-process', 'soft limits are those of the config', 'soft limits'),
  must('posix-process', 'hard limits are those of the config', 'hard limits'),
  must('posix-process', 'a limit that is there twice is an error', 'limit twice'),
  must(
    'linux-process',
    'a capability that cannot be granted is a warning',
    none('how warnings are told, and whether they are, is left to the runtime'),
  ),
  shouldNot('linux-process', 'a capability that cannot be granted is an error', 'warning'),
  must('linux-process', 'oom_score_adj is that of the config', 'score that is set'),
  mustNot('linux-process', 'oom_score_adj is changed where the config has none', 'score that is not set'),
  shouldNot(
    'linux-process',
    'the affinity of a further process is changed without final',
    none('the specification has no operation that adds a process'),
  ),
  must('platform-specific-configuration', 'windows is set on Windows', ELSEWHERE),
];
