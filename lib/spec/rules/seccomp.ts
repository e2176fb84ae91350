/** Rules of `linux.seccomp`. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import type { Seccomp, SeccompAction } from '../types.gen.js';
import { each, isAbsolute, quoted, type Report, type Rule } from './rule.js';

const SECTION = 'config-linux.md#seccomp';

/** Actions that take a number, and the largest: an errno (MAX_ERRNO of linux/err.h), a message to a tracer. */
const LARGEST: Readonly<Partial<Record<SeccompAction, number>>> = { SCMP_ACT_ERRNO: 4095, SCMP_ACT_TRACE: 0xffff };

/** System calls have six arguments. */
const LAST_ARGUMENT = 5;

/** Room for a path in struct sockaddr_un, unix(7), without its NUL. */
const LONGEST_SOCKET = 107;

const KILLABLE = 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV';

export const SECCOMP_RULES: readonly Rule[] = [
  {
    name: 'errno-action',
    pointers: ['linux/seccomp/defaultErrnoRet', 'linux/seccomp/syscalls/*/errnoRet'],
    demands: 'comes with an action that returns an error number',
    section: SECTION,
    check: ({ linux }, report) => {
      eachErrno(linux?.seccomp, (action, _, pointer) => {
        if (LARGEST[action] === undefined) report(pointer, `must not be set: ${action} returns no error number`);
      });
    },
  },
  {
    name: 'errno-range',
    pointers: ['linux/seccomp/defaultErrnoRet', 'linux/seccomp/syscalls/*/errnoRet'],
    demands: 'is a number that the action can return',
    section: SECTION,
    check: ({ linux }, report) => {
      eachErrno(linux?.seccomp, (action, errno, pointer) => {
        const most = LARGEST[action] ?? errno;
        if (errno > most) report(pointer, `must be at most ${most} with ${action}, but is ${errno}`);
      });
    },
  },
  {
    name: 'argument-index',
    pointers: ['linux/seccomp/syscalls/*/args/*/index'],
    demands: `is from 0 to ${LAST_ARGUMENT}`,
    section: SECTION,
    check: ({ linux }, report) => {
      each(linux?.seccomp?.syscalls, ({ args }, rule) => {
        each(args, ({ index }, number) => {
          const pointer = `linux/seccomp/syscalls/${rule}/args/${number}/index`;
          if (index > LAST_ARGUMENT) report(pointer, `must be from 0 to ${LAST_ARGUMENT}, but is ${index}`);
        });
      });
    },
  },
  {
    name: 'listener-missing',
    pointers: ['linux/seccomp/listenerPath'],
    demands: 'is there if an action is SCMP_ACT_NOTIFY',
    section: SECTION,
    check: ({ linux }, report) => {
      if (!notifies(linux?.seccomp) || (linux?.seccomp?.listenerPath ?? '') !== '') return;
      report('linux/seccomp/listenerPath', 'is required with SCMP_ACT_NOTIFY', 'name the socket of the agent');
    },
  },
  {
    name: 'listener-path',
    pointers: ['linux/seccomp/listenerPath'],
    demands: `is an absolute path of at most ${LONGEST_SOCKET} bytes`,
    section: SECTION,
    check: ({ linux }, report) => {
      const path = linux?.seccomp?.listenerPath ?? '';
      const pointer = 'linux/seccomp/listenerPath';
      if (path === '') return;
      if (!isAbsolute(path)) report(pointer, `must be an absolute path, but is ${quoted(path)}`);
      const bytes = new TextEncoder().encode(path).length;
      if (bytes > LONGEST_SOCKET) report(pointer, `must have at most ${LONGEST_SOCKET} bytes, but has ${bytes}`);
    },
  },
  {
    name: 'listener-unused',
    pointers: ['linux/seccomp/listenerPath'],
    demands: 'comes with an action SCMP_ACT_NOTIFY; without one it is ignored',
    section: SECTION,
    needs: ['linux/seccomp/syscalls'],
    warning: true,
    check: ({ linux }, report) => {
      const seccomp = linux?.seccomp;
      if ((seccomp?.listenerPath ?? '') === '' || notifies(seccomp)) return;
      report('linux/seccomp/listenerPath', 'has no effect: no action is SCMP_ACT_NOTIFY');
    },
  },
  {
    name: 'listener-metadata',
    pointers: ['linux/seccomp/listenerMetadata'],
    demands: 'comes with listenerPath',
    section: SECTION,
    needs: ['linux/seccomp/listenerPath'],
    check: ({ linux }, report) => {
      const { listenerPath = '', listenerMetadata = '' } = linux?.seccomp ?? {};
      if (listenerMetadata === '' || listenerPath !== '') return;
      report('linux/seccomp/listenerMetadata', 'must not be set without listenerPath');
    },
  },
  {
    name: 'killable-notify',
    pointers: ['linux/seccomp/flags/*'],
    demands: `is not ${KILLABLE} without an action SCMP_ACT_NOTIFY, of whose wait it speaks`,
    section: SECTION,
    warning: true,
    needs: ['linux/seccomp/syscalls'],
    check: ({ linux }, report) => {
      if (notifies(linux?.seccomp)) return;
      each(linux?.seccomp?.flags, (flag, index) => {
        if (flag === KILLABLE) report(`linux/seccomp/flags/${index}`, 'has no effect: no action is SCMP_ACT_NOTIFY');
      });
    },
  },
];

function notifies(seccomp: Seccomp | undefined): boolean {
  if (seccomp?.defaultAction === 'SCMP_ACT_NOTIFY') return true;
  return seccomp?.syscalls?.some(({ action }) => action === 'SCMP_ACT_NOTIFY') ?? false;
}

function eachErrno(
  seccomp: Seccomp | undefined,
  visit: (action: SeccompAction, errno: number, pointer: Parameters<Report>[0]) => void,
): void {
  if (seccomp?.defaultErrnoRet !== undefined) {
    visit(seccomp.defaultAction, seccomp.defaultErrnoRet, 'linux/seccomp/defaultErrnoRet');
  }
  each(seccomp?.syscalls, ({ action, errnoRet }, index) => {
    if (errnoRet !== undefined) visit(action, errnoRet, `linux/seccomp/syscalls/${index}/errnoRet`);
  });
}
