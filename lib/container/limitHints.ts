/** What to do when the kernel refuses a cgroup or a limit: by the act, or by the file, and the errno. Called by failure.ts and update.ts. */

/** By act and errno. */
export const CGROUP_HINTS: Readonly<Record<string, string>> = {
  'require-empty-cgroup EBUSY': 'processes are in this cgroup: choose another linux.cgroupsPath',
  'require-thawed EBUSY': 'it is frozen, or one above it is: thaw that one, or choose another linux.cgroupsPath',
  'make-cgroup EROFS': 'the cgroup filesystem is mounted read-only here: mount it writable, or run on the host',
  'make-cgroup EAGAIN': 'a cgroup above it has reached cgroup.max.depth or cgroup.max.descendants',
  'make-cgroup ENOSPC': 'a cgroup above it has no CPUs or memory nodes left to give: see its cpuset',
  'make-cgroup ENOTDIR': 'a part of linux.cgroupsPath is the name of a file of the kernel',
  'make-cgroup EOPNOTSUPP':
    'a cgroup above it is threaded, and a container needs a domain: choose another linux.cgroupsPath',
  'enable-controllers EBUSY':
    'a cgroup above has processes of its own, and then cgroup v2 gives no controller to those below: choose another linux.cgroupsPath',
  'enable-controllers ENOENT':
    'a cgroup above has not been given this controller: who manages it must write it to cgroup.subtree_control there',
  'enable-controllers EOPNOTSUPP': 'a cgroup above is threaded, where this controller cannot be enabled',
  'enable-controllers EROFS': 'the cgroup filesystem is mounted read-only here',
  'enable-controllers EINVAL':
    'this controller cannot be enabled now; cpu, for one, not while a process outside the root cgroup is real-time',
};

/** By errno of a clone into a cgroup of v2. */
export const CLONE_HINTS: Readonly<Record<string, string>> = {
  EOPNOTSUPP: 'a cgroup above it is threaded, and a container needs a domain: choose another linux.cgroupsPath',
  EACCES:
    'a process is only moved by who may write to the cgroup above both: call from the same session, or by systemd-run --user --scope',
  EAGAIN: 'as many tasks as may be are there already: see pids.max of the cgroups above, and RLIMIT_NPROC',
  ENODEV: 'somebody has removed the cgroup, or begun to kill it (cgroup.kill)',
};

const CPUS = 'they must be CPUs that the host has and that the cgroup above may use: see cpuset.cpus there';
const NODES = 'they must be memory nodes that the host has and that the cgroup above may use: see cpuset.mems there';
const BLOCK = 'the block device does not exist; the limits are for whole devices, not for partitions';
const BFQ = 'weights of a device need its scheduler to be BFQ: echo bfq >/sys/dev/block/MAJOR:MINOR/queue/scheduler';
const HUGE = 'this kernel has no huge pages of this size: /sys/kernel/mm/hugepages has those there are';
const REALTIME = 'every cgroup above it needs a budget first (cpu.rt_runtime_us), and this one at most as much';
const USED = 'more memory is in use than that, and the kernel could not take enough of it back';

/** Beginning of the file's name and errno → hint; the first that fits. */
const LIMIT_HINTS: readonly (readonly [file: string, errno: string, hint: string])[] = [
  ['memory.memsw', 'ENOENT', 'this kernel does not count swap: boot with swapaccount=1, or leave swap out'],
  ['memory.swap', 'ENOENT', 'this kernel does not count swap: leave linux.resources.memory.swap out'],
  ['memory.memsw', 'EINVAL', 'memory and swap together cannot be less than memory alone'],
  ['memory.limit', 'EINVAL', 'memory cannot be more than memory and swap together: give swap as well'],
  ['memory.limit', 'EBUSY', USED],
  ['memory.memsw', 'EBUSY', USED],
  ['cpuset.cpus', 'EBUSY', 'a cgroup below uses CPUs that would be taken away, or another one has them for itself'],
  ['cpuset.cpus', '', CPUS],
  ['cpuset.mems', '', NODES],
  ['cpu.rt_', 'ENOENT', 'this kernel has no budgets of real time (CONFIG_RT_GROUP_SCHED)'],
  ['cpu.rt_', '', REALTIME],
  ['cpu.cfs_burst_us', 'ENOENT', 'bursts are there since Linux 5.14: leave it out'],
  ['cpu.max.burst', 'ENOENT', 'bursts are there since Linux 5.14: leave it out'],
  ['cpu.cfs_burst_us', 'EINVAL', 'a burst cannot be above the quota'],
  ['cpu.max.burst', 'EINVAL', 'a burst cannot be above the quota'],
  ['cpu.idle', 'ENOENT', 'idle cgroups are there since Linux 5.15: leave it out'],
  ['cpu.shares', 'EINVAL', 'an idle cgroup has no shares: set idle to 0 first'],
  ['cpu.weight', 'EINVAL', 'an idle cgroup has no shares: set idle to 0 first'],
  ['cpu.cfs_', 'EINVAL', 'is it more than a cgroup above may use, or a quota below 1 ms?'],
  ['blkio.leaf_weight', 'ENOENT', 'leaf weights went with the CFQ scheduler in Linux 5.0: leave it out'],
  ['blkio.weight', 'ENOENT', 'this kernel has no weights for block devices (CONFIG_BFQ_GROUP_IOSCHED)'],
  [
    'io.bfq.weight',
    'ENOENT',
    'this kernel has no weights for block devices (CONFIG_BFQ_GROUP_IOSCHED, CONFIG_BLK_CGROUP_IOCOST)',
  ],
  ['blkio.weight', 'EOPNOTSUPP', BFQ],
  ['io.bfq.weight', 'EOPNOTSUPP', BFQ],
  ['blkio', 'ENODEV', BLOCK],
  ['blkio', 'ENXIO', BLOCK],
  ['io.', 'ENODEV', BLOCK],
  ['io.', 'ENXIO', BLOCK],
  ['hugetlb', 'ENOENT', HUGE],
  ['net_prio', 'ENODEV', 'the host has no network interface of this name'],
  ['rdma', 'ENODEV', 'the host has no RDMA device of this name'],
  ['', 'ENOENT', 'this kernel has no such file in a cgroup'],
];

/** Why a value was refused. @param file its name, without the directory */
export function limitHint(file: string, errno: string): string | undefined {
  for (const [start, when, hint] of LIMIT_HINTS) {
    if (file.startsWith(start) && (when === '' || when === errno)) return hint;
  }
  return undefined;
}
