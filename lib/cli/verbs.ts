/**
 * The verbs: what each takes, and what each flag means. The command line is runc's, with the few flags of crun that
 * engines use, and `plan` and `validate`, which are ours.
 *
 * Each verb is a function that gives its part of the table, since only one is needed at a time, and to make the objects
 * of all of them takes longer than to parse a command line.
 */
import { LATER_VERBS } from './laterVerbs.js';
import type { Verb } from './options.js';
import {
  BUNDLE,
  CONFIG,
  CONSOLE,
  FORMAT,
  ID,
  NO_KEYRING,
  NO_PIVOT,
  PID_FILE,
  PIDFD,
  PRESERVE_FDS,
  REGEX,
} from './sharedFlags.js';

/** Values that several flags of update take. */
const LIMIT = { kind: 'string', placeholder: 'BYTES', help: 'with a suffix k, m or g, or -1 for no limit' } as const;
const MICROSECONDS = { kind: 'number', placeholder: 'USEC', help: 'in microseconds' } as const;
const COUNT = { kind: 'number', placeholder: 'N', help: 'a number' } as const;
const CPU_LIST = { kind: 'string', placeholder: 'LIST', help: 'as in 0-3,7' } as const;
const GONE = {
  kind: 'string',
  placeholder: 'BYTES',
  ignored: true,
  help: 'ignored, as in runc; kernel memory counts towards --memory',
} as const;

/** What create and run have in common. */
const createFlags = () =>
  ({
    bundle: BUNDLE,
    config: CONFIG,
    consoleSocket: CONSOLE,
    pidFile: PID_FILE,
    pidfdSocket: PIDFD,
    preserveFds: PRESERVE_FDS,
    noPivot: NO_PIVOT,
    noNewKeyring: NO_KEYRING,
  }) as const;

/** Every verb, in the order of a container's life; then those that are not supported yet. */
export const VERBS = {
  create: () =>
    ({
      summary: 'make a container from a bundle; its process waits until start',
      args: ID,
      flags: {
        ...createFlags(),
        noSubreaper: { kind: 'boolean', ignored: true, help: 'ignored; there is nothing to reap after create' },
      },
      examples: [['caisson create --bundle /var/lib/bundles/web web', 'make the container web']],
    }) as const,
  start: () => ({ summary: 'let the process of a created container run', args: ID, flags: {} }) as const,
  run: () =>
    ({
      summary: 'create and start a container, wait for its end and delete it',
      args: ID,
      flags: {
        ...createFlags(),
        detach: { kind: 'boolean', short: 'd', help: 'return as soon as the container runs' },
        keep: { kind: 'boolean', help: 'do not delete the container at its end' },
        noSubreaper: { kind: 'boolean', ignored: true, help: 'ignored; orphans end with the pid namespace' },
      },
      examples: [
        ['caisson run demo', 'run the bundle in the current directory'],
        ['caisson run --bundle /tmp/b --detach --pid-file /tmp/pid demo', 'run it in the background'],
      ],
    }) as const,
  exec: () =>
    ({
      summary: 'run a further process in a container',
      args: { id: { kind: 'id' }, command: { kind: 'words', optional: true } },
      flags: {
        consoleSocket: CONSOLE,
        pidfdSocket: PIDFD,
        cwd: { kind: 'string', placeholder: 'DIR', help: 'working directory in the container' },
        env: { kind: 'list', short: 'e', placeholder: 'NAME=VALUE', help: 'add to the environment' },
        tty: { kind: 'boolean', short: 't', help: 'with a terminal' },
        user: { kind: 'string', short: 'u', placeholder: 'UID[:GID]', help: 'as this user, by numbers' },
        additionalGids: { kind: 'list', short: 'g', placeholder: 'GID', help: 'add a group, by number' },
        process: { kind: 'string', short: 'p', placeholder: 'FILE', help: 'take the whole process from this JSON' },
        detach: { kind: 'boolean', short: 'd', help: 'return as soon as the process runs' },
        pidFile: PID_FILE,
        processLabel: { kind: 'string', placeholder: 'LABEL', help: 'SELinux label of the process' },
        apparmor: { kind: 'string', placeholder: 'PROFILE', help: 'AppArmor profile of the process' },
        noNewPrivs: { kind: 'boolean', help: 'set no_new_privs' },
        cap: { kind: 'list', short: 'c', placeholder: 'CAP', help: 'add a capability' },
        preserveFds: PRESERVE_FDS,
        cgroup: { kind: 'list', placeholder: '[CONTROLLERS:]PATH', help: 'in a cgroup below that of the container' },
        ignorePaused: { kind: 'boolean', help: 'even while the container is paused' },
      },
      stops: true,
      failure: 255,
      examples: [
        ['caisson exec demo ps', 'run ps in it and wait for its end'],
        ['caisson exec -t -e TERM=xterm --user 1000 demo sh', 'a shell of user 1000 with a terminal'],
        ['caisson exec --detach --process process.json --pid-file pid demo', 'what an engine does'],
      ],
    }) as const,
  state: () =>
    ({
      summary: 'print the state of a container as JSON',
      args: ID,
      flags: { warnings: { kind: 'boolean', help: 'with what was wrong when it was made, and did no harm' } },
    }) as const,
  kill: () =>
    ({
      summary: 'send a signal to the first process of a container (SIGTERM when none is named)',
      args: { id: { kind: 'id' }, signal: { kind: 'signal', optional: true } },
      flags: {
        all: { kind: 'boolean', short: 'a', help: 'to every process of the container; a stopped one is no error' },
        regex: REGEX,
      },
      stops: true,
      examples: [
        ['caisson kill demo KILL', 'end it at once'],
        ['caisson kill --all demo 9', 'end every process in it'],
      ],
    }) as const,
  wait: () =>
    ({
      summary: 'wait for the end of a container, and print its exit status',
      args: ID,
      flags: { json: { kind: 'boolean', help: 'with what else is known: signal, memory, CPU time' } },
      examples: [['caisson wait demo', '0, or what the program said; 128 and the number of the signal that ended it']],
    }) as const,
  delete: () =>
    ({
      summary: 'remove what is left of a stopped container',
      args: ID,
      flags: {
        force: { kind: 'boolean', short: 'f', help: 'kill it first if it is not stopped; an unknown id is no error' },
        regex: REGEX,
      },
    }) as const,
  list: () =>
    ({
      summary: 'list the containers of a state root',
      args: {},
      flags: { format: FORMAT, quiet: { kind: 'boolean', short: 'q', help: 'print ids only' } },
    }) as const,
  ps: () =>
    ({
      summary: 'list the processes of a container',
      args: { id: { kind: 'id' }, options: { kind: 'words', optional: true } },
      flags: { format: FORMAT },
      stops: true,
      examples: [
        ['caisson ps demo', 'as ps -ef tells of them'],
        ['caisson ps demo -o pid,rss,args', 'with other columns of ps(1)'],
        ['caisson ps --format json demo', 'their numbers alone'],
      ],
    }) as const,
  pause: () => ({ summary: 'freeze every process of a container', args: ID, flags: {} }) as const,
  resume: () => ({ summary: 'thaw a paused container', args: ID, flags: {} }) as const,
  events: () =>
    ({
      summary: 'print what a container uses, and when it runs out of memory, one JSON object a line, until its end',
      args: ID,
      flags: {
        interval: {
          kind: 'duration',
          placeholder: 'DURATION',
          fallback: '5s',
          help: 'time between two lines, as in 500ms or 1m30s',
        },
        stats: { kind: 'boolean', help: 'print once and end' },
      },
      examples: [
        ['caisson events --stats demo', 'what it uses now'],
        ['caisson events --interval 1m demo', 'each minute, and each time the memory limit is hit'],
      ],
    }) as const,
  update: () =>
    ({
      summary: 'change the limits of a container',
      args: ID,
      flags: {
        resources: { kind: 'string', short: 'r', placeholder: 'FILE', help: 'all limits as JSON; - is standard input' },
        blkioWeight: COUNT,
        cpuPeriod: MICROSECONDS,
        cpuQuota: MICROSECONDS,
        cpuBurst: MICROSECONDS,
        cpuShare: COUNT,
        cpuRtPeriod: MICROSECONDS,
        cpuRtRuntime: MICROSECONDS,
        cpuIdle: COUNT,
        cpusetCpus: CPU_LIST,
        cpusetMems: CPU_LIST,
        memory: LIMIT,
        memoryReservation: LIMIT,
        memorySwap: LIMIT,
        kernelMemory: GONE,
        kernelMemoryTcp: GONE,
        pidsLimit: COUNT,
        l3CacheSchema: { kind: 'string', placeholder: 'TEXT', help: 'mask of the L3 cache in resctrl, as L3:0=f' },
        memBwSchema: { kind: 'string', placeholder: 'TEXT', help: 'memory bandwidth in resctrl, as MB:0=50' },
      },
      examples: [
        ['caisson update --memory 256m --memory-swap 512m demo', 'change two limits, and leave the others'],
        ['caisson update --resources limits.json demo', 'take them from a file, as in linux.resources'],
      ],
    }) as const,
  spec: () =>
    ({
      summary: 'write a config.json to start from',
      args: {},
      flags: {
        bundle: BUNDLE,
        rootless: { kind: 'boolean', help: 'for a user without privilege, whose id becomes that of root' },
      },
      examples: [['caisson spec --rootless', 'a container that an ordinary user may run']],
    }) as const,
  features: () => ({ summary: 'print what this runtime can do, as JSON', args: {}, flags: {} }) as const,
  plan: () =>
    ({
      summary: 'print what create would do, act by act, and do nothing',
      args: {},
      flags: { bundle: BUNDLE, config: CONFIG, json: { kind: 'boolean', help: 'as JSON' } },
      examples: [['caisson plan --bundle /tmp/b', 'read the plan of a bundle']],
    }) as const,
  validate: () =>
    ({
      summary: 'say everything that is wrong with a config.json, with its place in the file',
      args: { file: { kind: 'string', optional: true } },
      flags: {
        bundle: { kind: 'string', short: 'b', placeholder: 'DIR', help: 'the bundle (default the current directory)' },
        json: { kind: 'boolean', help: 'as JSON, for programs' },
      },
      examples: [
        ['caisson validate --bundle /tmp/b', 'validate the config.json of a bundle'],
        ['caisson validate config.json', 'validate a file'],
        ['runc spec --bundle /tmp/b; caisson validate --json - </tmp/b/config.json', 'what another program wrote'],
      ],
    }) as const,
  ...LATER_VERBS,
} satisfies Readonly<Record<string, () => Verb>>;

export type VerbName = keyof typeof VERBS;

/** What the table says of a verb. */
export type TableOf<V extends VerbName> = ReturnType<(typeof VERBS)[V]>;

/** The verbs that have a command. */
export type SupportedVerb = {
  [V in VerbName]: TableOf<V> extends { readonly supported: false } ? never : V;
}[VerbName];
