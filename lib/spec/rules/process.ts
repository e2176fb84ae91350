/** Rules of `process`. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { each, eachTwin, isAbsolute, type Rule } from './rule.js';

/** The limits of getrlimit(2). */
const RLIMITS: ReadonlySet<string> = new Set([
  'RLIMIT_AS',
  'RLIMIT_CORE',
  'RLIMIT_CPU',
  'RLIMIT_DATA',
  'RLIMIT_FSIZE',
  'RLIMIT_LOCKS',
  'RLIMIT_MEMLOCK',
  'RLIMIT_MSGQUEUE',
  'RLIMIT_NICE',
  'RLIMIT_NOFILE',
  'RLIMIT_NPROC',
  'RLIMIT_RSS',
  'RLIMIT_RTPRIO',
  'RLIMIT_RTTIME',
  'RLIMIT_SIGPENDING',
  'RLIMIT_STACK',
]);

/** Bounds of /proc/PID/oom_score_adj, proc(5). */
const OOM_SCORE = { least: -1000, most: 1000 };

/** (uid_t)-1: the process would stay root. */
const UNCHANGED = 0xffff_ffff;

export const PROCESS_RULES: readonly Rule[] = [
  {
    pointer: 'process',
    demands: 'is there',
    section: 'config.md#process',
    check: ({ process }, report) => {
      if (process === undefined) report('process', 'is required', 'process.args names the program to run');
    },
  },
  {
    pointer: 'process/args',
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
    pointer: 'process/cwd',
    demands: 'is absolute',
    section: 'config.md#process',
    check: ({ process }, report) => {
      if (process === undefined || isAbsolute(process.cwd)) return;
      report('process/cwd', `must be an absolute path, but is ${JSON.stringify(process.cwd)}`, 'write / for the root');
    },
  },
  {
    pointer: 'process/env/*',
    demands: 'is NAME=VALUE with a name',
    section: 'config.md#process',
    check: ({ process }, report) => {
      const env = process?.env ?? [];
      for (let i = 0; i < env.length; i++) {
        // The value may be a secret: it is not shown.
        if ((env[i] ?? '').indexOf('=') < 1) report(`process/env/${i}`, 'must be NAME=VALUE');
      }
    },
  },
  {
    pointer: 'process/rlimits/*/type',
    demands: 'is a limit of getrlimit(2)',
    section: 'config.md#posix-process',
    check: ({ process }, report) => {
      each(process?.rlimits, ({ type }, index) => {
        if (RLIMITS.has(type)) return;
        report(
          `process/rlimits/${index}/type`,
          `names no limit of Linux: ${type}`,
          `one of ${[...RLIMITS].join(', ')}`,
        );
      });
    },
  },
  {
    pointer: 'process/rlimits/*/type',
    demands: 'stands in one entry only',
    section: 'config.md#posix-process',
    check: ({ process }, report) => {
      eachTwin(
        process?.rlimits,
        ({ type }) => type,
        ({ type }, index, first) =>
          report(`process/rlimits/${index}`, `sets ${type} again, after process/rlimits/${first}`),
      );
    },
  },
  {
    pointer: 'process/rlimits/*/soft',
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
    pointer: 'process/oomScoreAdj',
    demands: 'is from -1000 to 1000',
    section: 'config.md#linux-process',
    check: ({ process }, report) => {
      const score = process?.oomScoreAdj;
      if (score === undefined || (score >= OOM_SCORE.least && score <= OOM_SCORE.most)) return;
      report('process/oomScoreAdj', `must be from ${OOM_SCORE.least} to ${OOM_SCORE.most}, but is ${score}`);
    },
  },
  {
    pointer: 'process/user',
    demands: 'is not the number that means "unchanged" to setresuid(2)',
    section: 'config.md#posix-platform-user',
    check: ({ process }, report) => {
      for (const field of ['uid', 'gid'] as const) {
        if (process?.user?.[field] === UNCHANGED) report(`process/user/${field}`, `must be below ${UNCHANGED}`);
      }
    },
  },
];
