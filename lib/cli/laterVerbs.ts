/**
 * The verbs of runc that are not supported yet: known, refused, and in the help, so that a user need not guess. One moves
 * to verbs.ts when it gets its command.
 */
import type { Verb } from './options.js';
import { BUNDLE, CONSOLE, ID, NO_PIVOT, PID_FILE } from './sharedFlags.js';

/** What checkpoint and restore have in common. */
const criuFlags = () =>
  ({
    imagePath: { kind: 'string', placeholder: 'DIR', help: 'directory of the images' },
    workPath: { kind: 'string', placeholder: 'DIR', help: 'directory of work files and logs' },
    tcpEstablished: { kind: 'boolean', help: 'allow open TCP connections' },
    tcpClose: { kind: 'boolean', help: 'close open TCP connections' },
    extUnixSk: { kind: 'boolean', help: 'allow external unix sockets' },
    shellJob: { kind: 'boolean', help: 'allow jobs of a shell' },
    fileLocks: { kind: 'boolean', help: 'allow file locks' },
    lazyPages: { kind: 'boolean', help: 'restore memory pages lazily, by userfaultfd' },
    autoDedup: { kind: 'boolean', help: 'take out what later images hold again' },
    emptyNs: { kind: 'list', placeholder: 'TYPE', help: 'make this namespace without restoring what is in it' },
    networkLock: { kind: 'string', placeholder: 'METHOD', help: 'how to lock the network' },
    manageCgroupsMode: {
      kind: 'choice',
      choices: ['soft', 'full', 'strict', 'ignore'],
      fallback: 'soft',
      help: 'how to treat cgroups',
    },
  }) as const;

export const LATER_VERBS = {
  checkpoint: () =>
    ({
      summary: 'save a running container to files',
      supported: false,
      args: ID,
      flags: {
        ...criuFlags(),
        parentPath: { kind: 'string', placeholder: 'DIR', help: 'earlier images of a pre-dump, below the image path' },
        leaveRunning: { kind: 'boolean', help: 'do not end the container' },
        tcpSkipInFlight: { kind: 'boolean', help: 'skip TCP connections being made' },
        linkRemap: { kind: 'boolean', help: 'allow files that are unlinked' },
        statusFd: { kind: 'number', placeholder: 'FD', help: 'write a zero byte to FD when lazy pages are ready' },
        pageServer: { kind: 'string', placeholder: 'ADDRESS:PORT', help: 'send memory pages there' },
        preDump: { kind: 'boolean', help: 'only the memory, and leave the container running' },
      },
    }) as const,
  restore: () =>
    ({
      summary: 'make a container from a checkpoint',
      supported: false,
      args: ID,
      flags: {
        ...criuFlags(),
        bundle: BUNDLE,
        consoleSocket: CONSOLE,
        pidFile: PID_FILE,
        noPivot: NO_PIVOT,
        parentPath: { kind: 'string', placeholder: 'DIR', help: 'earlier images of a pre-dump, below the image path' },
        detach: { kind: 'boolean', short: 'd', help: 'return as soon as the container runs' },
        noSubreaper: { kind: 'boolean', help: 'do not adopt the orphans of the container' },
        lsmProfile: { kind: 'string', placeholder: 'TYPE:NAME', help: 'security profile to restore with' },
        lsmMountContext: { kind: 'string', placeholder: 'CONTEXT', help: 'security context of mounts' },
      },
    }) as const,
} satisfies Readonly<Record<string, () => Verb & { readonly supported: false }>>;
