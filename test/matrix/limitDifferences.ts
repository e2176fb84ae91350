/** Where the limits of caisson's container are not those that runc or crun set for the same resources, and why that is right. */

export interface LimitDifference {
  readonly peer: string;
  /** Name of the case. */
  readonly name: string;
  /** Name of the cgroup file; `refused` when the peer made no container. */
  readonly file: string;
  readonly ours: string;
  readonly theirs: string;
}

interface Decision {
  readonly file: RegExp;
  readonly name?: RegExp;
  readonly peer?: string;
  readonly ours: RegExp;
  readonly theirs: RegExp;
  readonly reason: string;
}

export const LIMIT_DECISIONS: readonly Decision[] = [
  {
    file: /^hugetlb\.\d[GM]B\.rsvd\.limit_in_bytes$/,
    ours: /^\d{1,9}$/,
    theirs: /^9223372036854771712$/,
    reason: 'a process that reserves too much is told so; without this one it dies when it touches the page',
  },
  {
    file: /^cpu\.cfs_burst_us$/,
    ours: /^20000$/,
    theirs: /^0$/,
    reason: 'the peers of this age do not know burst, and say nothing of it',
  },
  {
    file: /^cpu\.(idle|shares)$/,
    name: /^an idle cgroup$/,
    peer: 'runc',
    ours: /^[13]$/,
    theirs: /^(0|1024)$/,
    reason: 'this runc does not know idle, and says nothing of it; an idle cgroup reads as 3 shares',
  },
  {
    file: /^memory\.kmem\.tcp\.limit_in_bytes$/,
    peer: 'runc',
    ours: /^8388608$/,
    theirs: /^9223372036854771712$/,
    reason: 'the config asks for it and the kernel has it; runc leaves it out',
  },
  {
    file: /^refused$/,
    name: /^more shares than the kernel takes$/,
    peer: 'runc',
    ours: /^-$/,
    theirs: /the maximum allowed cpu-shares is 262144/,
    reason: 'the most is what is meant, as on cgroup v2 in every runtime: a warning, not the end',
  },
  {
    file: /^refused$/,
    peer: 'crun',
    ours: /^-$/,
    theirs: /writing file `pids\.max`: Invalid argument/,
    reason: '-1 is no limit, as the specification says; this crun writes it as a number',
  },
  {
    file: /^refused$/,
    peer: 'crun',
    ours: /^-$/,
    theirs: /opening file `blkio\.weight` for writing: No such file/,
    reason: 'where BFQ has the weights, its file is written, as runc does',
  },
];

/** Why a difference is right; undefined when nobody has decided that. */
export function limitReason({ peer, name, file, ours, theirs }: LimitDifference): string | undefined {
  return LIMIT_DECISIONS.find(
    (one) =>
      (one.peer === undefined || one.peer === peer) &&
      (one.name === undefined || one.name.test(name)) &&
      one.file.test(file) &&
      one.ours.test(ours) &&
      one.theirs.test(theirs),
  )?.reason;
}
