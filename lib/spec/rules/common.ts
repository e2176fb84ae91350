/** Rules of the parts that all platforms share: version, root, names, mounts, annotations. Part of lib/spec/rules.ts. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- the type of the table types its functions */
import type { Spec } from '../types.gen.js';
import { each, isAbsolute, type Report, type Rule } from './rule.js';

/** Semantic versioning 2.0.0, major version 1. */
const VERSION_1 = /^1\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?(\+[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?$/;

/** What engines write; saves the compilation of the pattern. */
const USUAL_VERSIONS: ReadonlySet<string> = new Set([
  '1.0.0',
  '1.0.1',
  '1.0.2',
  '1.0.2-dev',
  '1.1.0',
  '1.2.0',
  '1.2.1',
  '1.3.0',
]);

/** Longest host and domain name, in bytes: __NEW_UTS_LEN. */
const LONGEST_NAME = 64;

export const COMMON_RULES: readonly Rule[] = [
  {
    pointer: 'ociVersion',
    demands: 'is a version 1.x.y; what follows a - or + is accepted',
    section: 'config.md#specification-version',
    check: ({ ociVersion }, report) => {
      if (USUAL_VERSIONS.has(ociVersion) || VERSION_1.test(ociVersion)) return;
      report(
        'ociVersion',
        `must be a version 1.x.y of the specification, but is ${JSON.stringify(ociVersion)}`,
        'write 1.3.0',
      );
    },
  },
  {
    pointer: 'root',
    demands: 'is there',
    section: 'config.md#root',
    check: ({ root }, report) => {
      if (root === undefined) report('root', 'is required', 'root.path names the directory of the root filesystem');
    },
  },
  {
    pointer: 'root/path',
    demands: 'is not empty',
    section: 'config.md#root',
    check: ({ root }, report) => {
      if (root?.path === '')
        report('root/path', 'must not be empty', 'name the directory of the root filesystem, usually rootfs');
    },
  },
  {
    pointer: 'hostname',
    demands: 'comes with a uts namespace and has at most 64 bytes',
    section: 'config.md#hostname',
    check: (spec, report) => checkName('hostname', spec, report),
  },
  {
    pointer: 'domainname',
    demands: 'comes with a uts namespace and has at most 64 bytes',
    section: 'config.md#domainname',
    check: (spec, report) => checkName('domainname', spec, report),
  },
  {
    pointer: 'mounts/*/destination',
    demands: 'is not empty',
    section: 'config.md#mounts',
    check: ({ mounts }, report) => {
      each(mounts, ({ destination }, index) => {
        if (destination === '') report(`mounts/${index}/destination`, 'must not be empty');
      });
    },
  },
  {
    pointer: 'mounts/*/destination',
    demands: 'is absolute; a relative one is deprecated and taken from /',
    section: 'config.md#mounts',
    warning: true,
    check: ({ mounts }, report) => {
      each(mounts, ({ destination }, index) => {
        if (destination === '' || isAbsolute(destination)) return;
        report(`mounts/${index}/destination`, `should be absolute; ${destination} is taken as /${destination}`);
      });
    },
  },
  {
    pointer: 'annotations',
    demands: 'has no empty key',
    section: 'config.md#annotations',
    check: ({ annotations }, report) => {
      if (annotations && Object.hasOwn(annotations, '')) report('annotations', 'must not have an empty key');
    },
  },
];

function checkName(which: 'hostname' | 'domainname', spec: Spec, report: Report): void {
  const name = spec[which] ?? '';
  if (name === '') return;
  if (!hasUts(spec)) {
    report(which, 'needs a uts namespace, or it would rename the host', 'add {"type": "uts"} to linux.namespaces');
  }
  // At most 3 bytes for each of JavaScript's characters.
  if (name.length > LONGEST_NAME / 3 && new TextEncoder().encode(name).length > LONGEST_NAME) {
    report(which, `must have at most ${LONGEST_NAME} bytes`);
  }
}

function hasUts(spec: Spec): boolean {
  for (const { type } of spec.linux?.namespaces ?? []) if (type === 'uts') return true;
  return false;
}
