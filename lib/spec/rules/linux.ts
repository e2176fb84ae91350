/** Rules of `linux`. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import type { Device, Seccomp, SeccompAction } from '../types.gen.js';
import { each, eachTwin, isAbsolute, type Report, type Rule } from './rule.js';

/** Actions that return an error number. */
const WITH_ERRNO: ReadonlySet<SeccompAction> = new Set<SeccompAction>(['SCMP_ACT_ERRNO', 'SCMP_ACT_TRACE']);

/** System calls have six arguments. */
const LAST_ARGUMENT = 5;

export const LINUX_RULES: readonly Rule[] = [
  {
    pointer: 'linux',
    demands: 'is there',
    section: 'config.md#platform-specific-configuration',
    check: ({ linux }, report) => {
      if (linux === undefined) report('linux', 'is required', 'without linux.namespaces there is no container');
    },
  },
  {
    pointer: 'linux/namespaces/*/type',
    demands: 'stands in one entry only',
    section: 'config-linux.md#namespaces',
    check: ({ linux }, report) => {
      eachTwin(
        linux?.namespaces,
        ({ type }) => type,
        ({ type }, index, first) =>
          report(`linux/namespaces/${index}`, `names the ${type} namespace again, after linux/namespaces/${first}`),
      );
    },
  },
  {
    pointer: 'linux/namespaces/*/path',
    demands: 'is absolute',
    section: 'config-linux.md#namespaces',
    check: ({ linux }, report) => {
      each(linux?.namespaces, ({ path = '' }, index) => {
        if (path !== '' && !isAbsolute(path)) report(`linux/namespaces/${index}/path`, 'must be an absolute path');
      });
    },
  },
  {
    pointer: 'linux/devices/*',
    demands: 'has an absolute path and, unless it is a FIFO, both numbers',
    section: 'config-linux.md#devices',
    check: ({ linux }, report) => each(linux?.devices, (device, index) => checkDevice(device, index, report)),
  },
  {
    pointer: 'linux/resources/devices/*/type',
    demands: 'is a, b or c',
    section: 'config-linux.md#allowed-device-list',
    check: ({ linux }, report) => {
      each(linux?.resources?.devices, ({ type = '' }, index) => {
        if (!['', 'a', 'b', 'c'].includes(type))
          report(`linux/resources/devices/${index}/type`, 'must be a (all), b (block) or c (character)');
      });
    },
  },
  {
    pointer: 'linux/resources/devices/*/access',
    demands: 'is made of r, w and m',
    section: 'config-linux.md#allowed-device-list',
    check: ({ linux }, report) => {
      each(linux?.resources?.devices, ({ access = '' }, index) => {
        if (access !== 'rwm' && !/^[rwm]*$/.test(access)) {
          report(`linux/resources/devices/${index}/access`, 'must be made of r (read), w (write) and m (mknod)');
        }
      });
    },
  },
  {
    pointer: 'linux/maskedPaths/*',
    demands: 'is absolute',
    section: 'config-linux.md#masked-paths',
    check: ({ linux }, report) => checkPaths('maskedPaths', linux?.maskedPaths, report),
  },
  {
    pointer: 'linux/readonlyPaths/*',
    demands: 'is absolute',
    section: 'config-linux.md#readonly-paths',
    check: ({ linux }, report) => checkPaths('readonlyPaths', linux?.readonlyPaths, report),
  },
  {
    pointer: 'linux/seccomp/defaultErrnoRet',
    demands: 'comes with an action that returns an error number, as does errnoRet of a rule',
    section: 'config-linux.md#seccomp',
    check: ({ linux }, report) => linux?.seccomp && checkErrors(linux.seccomp, report),
  },
  {
    pointer: 'linux/seccomp/syscalls/*/args/*/index',
    demands: 'is from 0 to 5',
    section: 'config-linux.md#seccomp',
    check: ({ linux }, report) => {
      each(linux?.seccomp?.syscalls, ({ args }, rule) => {
        each(args, ({ index }, number) => {
          if (index <= LAST_ARGUMENT) return;
          report(
            `linux/seccomp/syscalls/${rule}/args/${number}/index`,
            `must be from 0 to ${LAST_ARGUMENT}, but is ${index}`,
          );
        });
      });
    },
  },
];

function checkDevice({ type, path, major, minor }: Device, index: number, report: Report): void {
  const pointer = `linux/devices/${index}`;
  if (!isAbsolute(path)) report(`${pointer}/path`, 'must be an absolute path inside the container');
  if (type === 'p') return;
  if (major === undefined) report(`${pointer}/major`, 'is required for a device that is no FIFO');
  if (minor === undefined) report(`${pointer}/minor`, 'is required for a device that is no FIFO');
}

function checkPaths(name: string, paths: readonly string[] = [], report: Report): void {
  for (let i = 0; i < paths.length; i++) {
    if (!isAbsolute(paths[i] ?? '')) report(`linux/${name}/${i}`, 'must be an absolute path inside the container');
  }
}

function checkErrors(seccomp: Seccomp, report: Report): void {
  const { defaultAction, defaultErrnoRet, syscalls } = seccomp;
  const message = (action: SeccompAction) => `must not be set: ${action} returns no error number`;
  if (defaultErrnoRet !== undefined && !WITH_ERRNO.has(defaultAction)) {
    report('linux/seccomp/defaultErrnoRet', message(defaultAction));
  }
  each(syscalls, ({ action, errnoRet }, index) => {
    if (errnoRet === undefined || WITH_ERRNO.has(action)) return;
    report(`linux/seccomp/syscalls/${index}/errnoRet`, message(action));
  });
}
