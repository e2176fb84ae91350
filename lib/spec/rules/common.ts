/** Rules of the parts that all platforms share: version, root, names, annotations. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import { namespaceOf, type Rule } from './rule.js';

/** Semantic versioning 2.0.0, major version 1. */
const VERSION_1 = /^1\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?(\+[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?$/;

/** Longest host and domain name, in bytes: __NEW_UTS_LEN. */
const LONGEST_NAME = 64;

/** The two names that a uts namespace has. */
const NAMES = ['hostname', 'domainname'] as const;

export const COMMON_RULES: readonly Rule[] = [
  {
    name: 'version',
    pointers: ['ociVersion'],
    demands: 'is a version 1.x.y; what follows a - or + is accepted',
    section: 'config.md#specification-version',
    check: ({ ociVersion }, report) => {
      if (VERSION_1.test(ociVersion)) return;
      const message = `must be a version 1.x.y of the specification, but is ${JSON.stringify(ociVersion)}`;
      report('ociVersion', message, 'write 1.3.0');
    },
  },
  {
    name: 'root',
    pointers: ['root'],
    demands: 'is there',
    section: 'config.md#root',
    check: ({ root }, report) => {
      if (root === undefined) report('root', 'is required', 'root.path names the directory of the root filesystem');
    },
  },
  {
    name: 'root-path',
    pointers: ['root/path'],
    demands: 'is not empty',
    section: 'config.md#root',
    check: ({ root }, report) => {
      if (root?.path !== '') return;
      report('root/path', 'must not be empty', 'name the directory of the root filesystem, usually rootfs');
    },
  },
  {
    name: 'name-namespace',
    pointers: NAMES,
    demands: 'comes with a uts namespace',
    section: 'config.md#hostname',
    needs: ['linux/namespaces'],
    check: (spec, report) => {
      for (const name of NAMES) {
        if ((spec[name] ?? '') === '' || namespaceOf(spec, 'uts') !== undefined) continue;
        report(name, 'needs a uts namespace, or it would rename the host', 'add {"type": "uts"} to linux.namespaces');
      }
    },
  },
  {
    name: 'name-length',
    pointers: NAMES,
    demands: `has at most ${LONGEST_NAME} bytes`,
    section: 'config.md#hostname',
    check: (spec, report) => {
      for (const name of NAMES) {
        const bytes = new TextEncoder().encode(spec[name] ?? '').length;
        if (bytes > LONGEST_NAME) report(name, `must have at most ${LONGEST_NAME} bytes, but has ${bytes}`);
      }
    },
  },
  {
    name: 'annotation-key',
    pointers: ['annotations'],
    demands: 'has no empty key',
    section: 'config.md#annotations',
    check: ({ annotations }, report) => {
      if (annotations && Object.hasOwn(annotations, '')) report('annotations', 'must not have an empty key');
    },
  },
];
