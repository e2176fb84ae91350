/** Where a container of caisson is not what runc or crun make of the same config: each with the reason why that is right. */

/** One fact that differs. */
export interface Difference {
  readonly peer: string;
  readonly fact: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

interface Decision {
  readonly fact: RegExp;
  /** All of them when left out. */
  readonly peer?: string;
  /** What caisson's container has; 'undefined' when it lacks the fact. */
  readonly ours: RegExp;
  readonly theirs?: RegExp;
  readonly reason: string;
}

export const DECISIONS: readonly Decision[] = [
  {
    fact: /^devices \/dev\/core$/,
    peer: 'crun',
    ours: /^undefined$/,
    reason: 'the specification has no such link, and engines mask where it leads',
  },
  {
    fact: /^devices \/dev\/mqueue$/,
    ours: /^directory 1777 65534:65534 0:0$/,
    reason:
      'an ipc namespace that the clone makes beside the user namespace is made by nobody of it yet; everybody may write there',
  },
  {
    fact: /^mount \/dev\/(null|zero|full|random|urandom|tty)$/,
    peer: 'crun',
    ours: /^devtmpfs relatime rw /,
    theirs: /^devtmpfs noexec nosuid relatime rw /,
    reason: 'of a device node neither flag means anything; runc has none either',
  },
  {
    fact: /^mount \/dev\/(mqueue|shm)$/,
    peer: 'crun',
    ours: /nodev noexec nosuid/,
    theirs: /^\w+ relatime rw /,
    reason: 'crun loses the options of what it binds from the host; the config asks for them',
  },
  {
    fact: /^mount \/proc\/(bus|fs|irq|sys|asound|sysrq-trigger)$/,
    peer: 'crun',
    ours: /^proc nodev noexec nosuid relatime ro /,
    theirs: /^proc relatime ro /,
    reason: 'a read-only path keeps what the mount below has; crun drops it',
  },
  {
    fact: /^mount \/(proc|sys)\//,
    ours: /^tmpfs nodev noexec nosuid relatime ro \| (gid=\d+ )?mode=555 nr_inodes=1 ro size=4k/,
    theirs: /^tmpfs relatime ro \| /,
    reason: 'a masked directory: empty and read-only with all of them, and here without room for anything',
  },
  {
    fact: /^process group-session$/,
    ours: /^([1-9]\d*) \1$/,
    theirs: /^([1-9]\d*) \1$/,
    reason:
      'each leads a session of its own; in a pid namespace that was there before, the numbers are what comes next',
  },
  {
    fact: /^mount \/(proc|sys)\//,
    peer: 'crun',
    ours: /^(tmpfs|devtmpfs) .*rw/,
    theirs: /^devtmpfs relatime ro /,
    reason: 'a masked file shows the null device of the container, as with runc; to write to it loses what is written',
  },
  {
    fact: /^mount \/(run|tmp)$/,
    ours: /^tmpfs nodev nosuid relatime rw \| mode=755 rw/,
    theirs: /^tmpfs nodev nosuid relatime rw \| rw/,
    reason: 'a tmpfs has the mode of the directory that it covers; runc sets it later, and mountinfo does not tell',
  },
  {
    fact: /^mount \/sys$/,
    peer: 'runc',
    ours: /^sysfs nodev noexec nosuid relatime ro \| rw$/,
    theirs: /^sysfs nodev noexec nosuid relatime ro \| ro$/,
    reason: 'ro is of the mount: there may be others of the same filesystem',
  },
  {
    fact: /^mount \/sys\/fs\/cgroup$/,
    ours: /^tmpfs nodev noexec nosuid relatime ro \| /,
    theirs: /^tmpfs nodev noexec nosuid relatime rw \| /,
    reason: 'the config asks for ro: no directory is made beside the hierarchies either',
  },
  {
    fact: /^mount \/sys\/fs\/cgroup$/,
    peer: 'crun',
    ours: /^tmpfs nodev noexec nosuid relatime rw \| .*mode=755/,
    theirs: /^tmpfs nodev noexec nosuid relatime rw \| .*size=1024k/,
    reason: 'crun lets everybody write there',
  },
  {
    fact: /^mount \/sys\/fs\/cgroup\/unified$/,
    ours: /^cgroup2 nodev noexec nosuid relatime r[ow] /,
    theirs: /^undefined$/,
    reason:
      'on a hybrid host the container is in the hierarchy of version 2 too, and sees it as a program expects it there',
  },
  {
    fact: /^process env-HOME$/,
    peer: 'crun',
    ours: /^\/$/,
    theirs: /^undefined$/,
    reason: 'without /etc/passwd a HOME is better than none; runc does the same',
  },
  {
    fact: /^rule c 10:200 rwm$/,
    peer: 'crun',
    ours: /^there$/,
    theirs: /^undefined$/,
    reason: 'runc allows tun as well, and VPN images count on it',
  },
  {
    fact: /^rule c 5:1 rwm$/,
    peer: 'crun',
    ours: /^undefined$/,
    theirs: /^there$/,
    reason: 'that is the console of the host; /dev/console of a container is a pty. runc has no such rule either',
  },
];

/** What a peer cannot do. */
export const REFUSALS: readonly {
  readonly peer: string;
  readonly name: RegExp;
  readonly said: RegExp;
  readonly reason: string;
}[] = [];

/** Why a difference is right; undefined when nobody has decided that. */
export function reasonFor({ peer, fact, ours, theirs }: Difference): string | undefined {
  return DECISIONS.find(
    (one) =>
      (one.peer === undefined || one.peer === peer) &&
      one.fact.test(fact) &&
      one.ours.test(String(ours)) &&
      (one.theirs === undefined || one.theirs.test(String(theirs))),
  )?.reason;
}
