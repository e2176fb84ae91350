/** Rules of `process`, but for its place among other processes (schedule.ts). Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { CAPABILITIES } from '../../linux/capabilities.js';
import { LIMITS } from '../../linux/limits.js';
import { nearest } from '../../nearest.js';
import { each, eachTwin, isAbsolute, quoted, type Rule } from './rule.js';

/** Bounds of /proc/PID/oom_score_adj, proc(5). */
const OOM_SCORE = { least: -1000, most: 1000 };

/** (uid_t)-1: the process would stay root. */
const UNCHANGED = 0xffff_ffff;

const SETS = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const;

/** struct winsize has 16 bits for each, ioctl_tty(2). */
const LARGEST_CONSOLE = 0xffff;

const LARGEST_UMASK = 0o777;

export const PROCESS_RULES: readonly Rule[] = [
  {
    name: 'process',
    pointers: ['process'],
    demands: 'is there',
    section: 'config.md#process',
    warning: true,
    check: ({ process }, report) => {
      if (process === undefined) report('process', 'is missing: the container can be created, and not started');
    },
  },
  {
    name: 'args',
    pointers: ['process/args', 'process/args/0'],
    demands: 'has at least one entry, which is not empty',
    section: 'config.md#process',
    check: ({ process }, report) => {
      if (process === undefined) return;
      const { args } = process;
      const hint = 'name the program to run';
      if (args === undefined) report('process/args', 'is required', hint);
      else if (args.length === 0) report('process/args', 'must not be empty', hint);
      else if (args[0] === '') report('process/args/0', 'must not be empty', hint);
    },
  },
  {
    name: 'cwd',
    pointers: ['process/cwd'],
    demands: 'is absolute',
    section: 'config.md#process',
    check: ({ process }, report) => {
      if (process === undefined || isAbsolute(process.cwd)) return;
      report('process/cwd', `must be an absolute path, but is ${quoted(process.cwd)}`, 'write / for the root');
    },
  },
  {
    name: 'console-size',
    pointers: ['process/consoleSize/height', 'process/consoleSize/width'],
    demands: `is at most ${LARGEST_CONSOLE}, all that a terminal has room for`,
    section: 'config.md#process',
    check: ({ process }, report) => {
      for (const side of ['height', 'width'] as const) {
        const size = process?.consoleSize?.[side] ?? 0;
        if (size > LARGEST_CONSOLE)
          report(`process/consoleSize/${side}`, `must be at most ${LARGEST_CONSOLE}, but is ${size}`);
      }
    },
  },
  {
    name: 'env-form',
    pointers: ['process/env/*'],
    demands: 'is NAME=VALUE with a name',
    section: 'config.md#process',
    check: ({ process }, report) => {
      each(process?.env, (entry, index) => {
        // The value may be a secret: it is not shown.
        if (entry.indexOf('=') < 1) report(`process/env/${index}`, 'must be NAME=VALUE');
      });
    },
  },
  {
    name: 'env-duplicate',
    pointers: ['process/env/*'],
    demands: 'sets a variable that no other entry sets; the last one counts',
    section: 'config.md#process',
    warning: true,
    check: ({ process }, report, known) => {
      eachTwin(process?.env, variable, (entry, index, first) => {
        const name = variable(entry);
        if (name === '') return;
        const message = `sets ${name} again, after ${known(`process/env/${first}`)}; the last counts`;
        report(`process/env/${index}`, message);
      });
    },
  },
  {
    name: 'limit-known',
    pointers: ['process/rlimits/*/type'],
    demands: 'is a limit of getrlimit(2)',
    section: 'config.md#posix-process',
    check: ({ process }, report) => {
      each(process?.rlimits, ({ type }, index) => {
        if (LIMITS.includes(type)) return;
        const close = nearest(type, LIMITS);
        const hint = close === undefined ? `one of ${LIMITS.join(', ')}` : `did you mean ${close}?`;
        report(`process/rlimits/${index}/type`, `names no limit of Linux: ${quoted(type)}`, hint);
      });
    },
  },
  {
    name: 'limit-duplicate',
    pointers: ['process/rlimits/*'],
    demands: 'sets a limit that no other entry sets',
    section: 'config.md#posix-process',
    check: ({ process }, report, known) => {
      eachTwin(
        process?.rlimits,
        ({ type }) => type,
        ({ type }, index, first) => {
          const message = `sets ${type} again, after ${known(`process/rlimits/${first}`)}`;
          report(`process/rlimits/${index}`, message, 'leave one of them');
        },
      );
    },
  },
  {
    name: 'limit-order',
    pointers: ['process/rlimits/*/soft'],
    demands: 'is not above `hard`',
    section: 'config.md#posix-process',
    check: ({ process }, report) => {
      each(process?.rlimits, ({ soft, hard }, index) => {
        if (soft > hard)
          report(`process/rlimits/${index}/soft`, `must not be above the hard limit: ${soft} is more than ${hard}`);
      });
    },
  },
  {
    name: 'oom-score',
    pointers: ['process/oomScoreAdj'],
    demands: `is from ${OOM_SCORE.least} to ${OOM_SCORE.most}`,
    section: 'config.md#linux-process',
    check: ({ process }, report) => {
      const score = process?.oomScoreAdj;
      if (score === undefined || (score >= OOM_SCORE.least && score <= OOM_SCORE.most)) return;
      report('process/oomScoreAdj', `must be from ${OOM_SCORE.least} to ${OOM_SCORE.most}, but is ${score}`);
    },
  },
  {
    name: 'user-unchanged',
    pointers: ['process/user/uid', 'process/user/gid', 'process/user/additionalGids/*'],
    demands: 'is not the number that means "unchanged" to setresuid(2)',
    section: 'config.md#posix-platform-user',
    check: ({ process }, report) => {
      const user = process?.user ?? {};
      const refuse = (place: string, id: number | undefined): void => {
        if (id === UNCHANGED) report(`process/user/${place}`, `must be below ${UNCHANGED}`);
      };
      refuse('uid', user.uid);
      refuse('gid', user.gid);
      each(user.additionalGids, (gid, index) => refuse(`additionalGids/${index}`, gid));
    },
  },
  {
    name: 'umask',
    pointers: ['process/user/umask'],
    demands: 'is at most 511, which is 0777',
    section: 'config.md#posix-platform-user',
    check: ({ process }, report) => {
      const umask = process?.user?.umask ?? 0;
      if (umask <= LARGEST_UMASK) return;
      report('process/user/umask', `must be at most ${LARGEST_UMASK}, but is ${umask}`, 'it is decimal: 18 is 022');
    },
  },
  {
    name: 'capability-known',
    pointers: SETS.map((set) => `process/capabilities/${set}/*`),
    demands: 'is a capability of capabilities(7); another one cannot be granted',
    section: 'config.md#linux-process',
    warning: true,
    check: ({ process }, report) => {
      for (const set of SETS) {
        each(process?.capabilities?.[set], (name, index) => {
          if (CAPABILITIES.includes(name)) return;
          const close = nearest(name.toUpperCase(), CAPABILITIES) ?? nearest(`CAP_${name.toUpperCase()}`, CAPABILITIES);
          const hint = close === undefined ? undefined : `did you mean ${close}?`;
          report(`process/capabilities/${set}/${index}`, `unknown capability ${quoted(name)}, not granted`, hint);
        });
      }
    },
  },
  {
    name: 'label-text',
    pointers: ['process/apparmorProfile', 'process/selinuxLabel', 'linux/mountLabel'],
    demands: 'is one line',
    section: 'config.md#linux-process',
    check: ({ process, linux }, report) => {
      const refuse = (pointer: string, text: string | undefined): void => {
        if (text?.includes('\n') === true) report(pointer, 'must not have a newline');
      };
      refuse('process/apparmorProfile', process?.apparmorProfile);
      refuse('process/selinuxLabel', process?.selinuxLabel);
      refuse('linux/mountLabel', linux?.mountLabel);
    },
  },
];

/** The name that an entry of the environment sets, or '' when it sets none. */
function variable(entry: string): string {
  return entry.slice(0, Math.max(0, entry.indexOf('=')));
}
