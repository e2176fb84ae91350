/** Rules of `hooks`. A timeout of 0 or less is against the schema. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import type { Hook, Hooks, Spec } from '../types.gen.js';
import { LONGEST_TIMEOUT } from '../glance/linux.js';
import { each, isAbsolute, quoted, type Rule } from './rule.js';

const MOMENTS: readonly (keyof Hooks)[] = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
];

const SECTION = 'config.md#posix-platform-hooks';

export const HOOK_RULES: readonly Rule[] = [
  {
    name: 'hook-path',
    pointers: MOMENTS.map((moment) => `hooks/${moment}/*/path`),
    demands: 'is absolute',
    section: SECTION,
    check: (spec, report) => {
      eachHook(spec, ({ path }, pointer) => {
        if (!isAbsolute(path)) report(`${pointer}/path`, `must be an absolute path, but is ${quoted(path)}`);
      });
    },
  },
  {
    name: 'hook-timeout',
    pointers: MOMENTS.map((moment) => `hooks/${moment}/*/timeout`),
    demands: `is at most ${LONGEST_TIMEOUT} seconds, which is 68 years`,
    section: SECTION,
    check: (spec, report) => {
      eachHook(spec, ({ timeout = 0 }, pointer) => {
        if (timeout > LONGEST_TIMEOUT)
          report(`${pointer}/timeout`, `must be at most ${LONGEST_TIMEOUT} seconds`, 'leave it out to wait for ever');
      });
    },
  },
  {
    name: 'hook-env',
    pointers: MOMENTS.map((moment) => `hooks/${moment}/*/env/*`),
    demands: 'is NAME=VALUE with a name',
    section: SECTION,
    check: (spec, report) => {
      eachHook(spec, ({ env }, pointer) => {
        each(env, (entry, index) => {
          if (entry.indexOf('=') < 1) report(`${pointer}/env/${index}`, 'must be NAME=VALUE');
        });
      });
    },
  },
];

function eachHook({ hooks }: Spec, visit: (hook: Hook, pointer: string) => void): void {
  for (const moment of MOMENTS) each(hooks?.[moment], (hook, index) => visit(hook, `hooks/${moment}/${index}`));
}
