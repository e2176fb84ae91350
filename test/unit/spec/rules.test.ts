/** The rules that a schema cannot say: a good and a bad config for every row of the table. */
import { describe, expect, test } from '@jest/globals';
import { defaultSpec } from '../../../lib/spec/default.js';
import { breachesOfRules, checkRules, RULES } from '../../../lib/spec/rules.js';
import type { Linux, Process, Spec } from '../../../lib/spec/types.gen.js';

const base = defaultSpec({ cgroupNamespace: false });
const process = (changes: Partial<Process>): Spec => ({ ...base, process: { ...base.process!, ...changes } });
const linux = (changes: Partial<Linux>): Spec => ({ ...base, linux: { ...base.linux, ...changes } });
const without = (name: keyof Spec): Spec => {
  const { [name]: _left, ...rest } = base;
  return rest as Spec;
};
const seccomp = (errnoRet: number | undefined, index: number): Spec =>
  linux({
    seccomp: {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 1,
      syscalls: [
        { names: ['a'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
        {
          names: ['b'],
          action: 'SCMP_ACT_ALLOW',
          args: [{ index, value: 1, op: 'SCMP_CMP_EQ' }],
          ...(errnoRet === undefined ? {} : { errnoRet }),
        },
      ],
    },
  });
const noUts = base.linux?.namespaces?.filter(({ type }) => type !== 'uts') ?? [];

/** Config, pointer of the row, pointer of the breach, message. */
const BAD: readonly [string, Spec, string, string, string | RegExp][] = [
  ...['banana', '2.0.0', '0.1.0', '1', '1.0', '1.0.0.0', '01.0.0', '1.2.3-', ' 1.0.0', '1.0.0\n'].map(
    (ociVersion): (typeof BAD)[number] => [
      `version ${ociVersion}`,
      { ...base, ociVersion },
      'ociVersion',
      'ociVersion',
      `must be a version 1.x.y of the specification, but is ${JSON.stringify(ociVersion)}`,
    ],
  ),
  ['no root', without('root'), 'root', 'root', 'is required'],
  ['an empty root path', { ...base, root: { path: '' } }, 'root/path', 'root/path', 'must not be empty'],
  ['a host name without uts', linux({ namespaces: noUts }), 'hostname', 'hostname', /^needs a uts namespace/],
  ['a host name of 65 bytes', { ...base, hostname: `${'x'.repeat(63)}é` }, 'hostname', 'hostname', /at most 64 bytes/],
  [
    'a domain name without uts',
    { ...linux({ namespaces: noUts }), hostname: '', domainname: 'd' },
    'domainname',
    'domainname',
    /^needs a uts namespace/,
  ],
  [
    'an empty destination',
    { ...base, mounts: [{ destination: '' }] },
    'mounts/*/destination',
    'mounts/0/destination',
    'must not be empty',
  ],
  [
    'a relative destination',
    { ...base, mounts: [{ destination: 'a' }] },
    'mounts/*/destination',
    'mounts/0/destination',
    'should be absolute; a is taken as /a',
  ],
  [
    'an empty annotation key',
    { ...base, annotations: { '': 'x' } },
    'annotations',
    'annotations',
    'must not have an empty key',
  ],
  ['no process', without('process'), 'process', 'process', 'is required'],
  ['no arguments', process({ args: [] }), 'process/args', 'process/args', 'must not be empty'],
  ['an empty program', process({ args: [''] }), 'process/args', 'process/args/0', 'must not be empty'],
  ['args left out', { ...base, process: { cwd: '/' } }, 'process/args', 'process/args', 'is required'],
  ['a relative cwd', process({ cwd: 'root' }), 'process/cwd', 'process/cwd', 'must be an absolute path, but is "root"'],
  ['an empty cwd', process({ cwd: '' }), 'process/cwd', 'process/cwd', 'must be an absolute path, but is ""'],
  ['env without =', process({ env: ['A=b', 'B'] }), 'process/env/*', 'process/env/1', 'must be NAME=VALUE'],
  ['env without a name', process({ env: ['=b'] }), 'process/env/*', 'process/env/0', 'must be NAME=VALUE'],
  [
    'an unknown limit',
    process({ rlimits: [{ type: 'RLIMIT_FILES', soft: 1, hard: 1 }] }),
    'process/rlimits/*/type',
    'process/rlimits/0/type',
    'names no limit of Linux: RLIMIT_FILES',
  ],
  [
    'a limit twice',
    process({ rlimits: ['CORE', 'AS', 'CORE'].map((name) => ({ type: `RLIMIT_${name}`, soft: 1, hard: 1 })) }),
    'process/rlimits/*/type',
    'process/rlimits/2',
    'sets RLIMIT_CORE again, after process/rlimits/0',
  ],
  [
    'a soft limit above the hard one',
    process({ rlimits: [{ type: 'RLIMIT_CORE', soft: 18446744073709551615n, hard: 5 }] }),
    'process/rlimits/*/soft',
    'process/rlimits/0/soft',
    'must not be above the hard limit: 18446744073709551615 is more than 5',
  ],
  [
    'a score of 1001',
    process({ oomScoreAdj: 1001 }),
    'process/oomScoreAdj',
    'process/oomScoreAdj',
    'must be from -1000 to 1000, but is 1001',
  ],
  [
    'a user that means unchanged',
    process({ user: { uid: 4_294_967_295, gid: 0 } }),
    'process/user',
    'process/user/uid',
    'must be below 4294967295',
  ],
  ['no linux', { ...without('linux'), hostname: '' }, 'linux', 'linux', 'is required'],
  [
    'a namespace twice',
    linux({ namespaces: [{ type: 'uts' }, { type: 'pid' }, { type: 'pid' }] }),
    'linux/namespaces/*/type',
    'linux/namespaces/2',
    'names the pid namespace again, after linux/namespaces/1',
  ],
  [
    'a relative path of a namespace',
    linux({ namespaces: [{ type: 'uts', path: 'ns/uts' }] }),
    'linux/namespaces/*/path',
    'linux/namespaces/0/path',
    'must be an absolute path',
  ],
  [
    'a relative path of a device',
    linux({ devices: [{ type: 'p', path: 'dev/x' }] }),
    'linux/devices/*',
    'linux/devices/0/path',
    'must be an absolute path inside the container',
  ],
  [
    'a device without numbers',
    linux({ devices: [{ type: 'c', path: '/dev/x', major: 1 }] }),
    'linux/devices/*',
    'linux/devices/0/minor',
    'is required for a device that is no FIFO',
  ],
  [
    'a device rule of type p',
    linux({ resources: { devices: [{ allow: true, type: 'p' }] } }),
    'linux/resources/devices/*/type',
    'linux/resources/devices/0/type',
    /^must be a/,
  ],
  [
    'a device rule with x',
    linux({ resources: { devices: [{ allow: true, access: 'rwx' }] } }),
    'linux/resources/devices/*/access',
    'linux/resources/devices/0/access',
    /^must be made of r/,
  ],
  [
    'a relative masked path',
    linux({ maskedPaths: ['/a', 'b'] }),
    'linux/maskedPaths/*',
    'linux/maskedPaths/1',
    'must be an absolute path inside the container',
  ],
  [
    'a relative read-only path',
    linux({ readonlyPaths: [''] }),
    'linux/readonlyPaths/*',
    'linux/readonlyPaths/0',
    'must be an absolute path inside the container',
  ],
  [
    'an error number that is not returned',
    seccomp(1, 0),
    'linux/seccomp/defaultErrnoRet',
    'linux/seccomp/syscalls/1/errnoRet',
    'must not be set: SCMP_ACT_ALLOW returns no error number',
  ],
  [
    'a default error number that is not returned',
    linux({ seccomp: { defaultAction: 'SCMP_ACT_ALLOW', defaultErrnoRet: 1 } }),
    'linux/seccomp/defaultErrnoRet',
    'linux/seccomp/defaultErrnoRet',
    'must not be set: SCMP_ACT_ALLOW returns no error number',
  ],
  [
    'a seventh argument',
    seccomp(undefined, 6),
    'linux/seccomp/syscalls/*/args/*/index',
    'linux/seccomp/syscalls/1/args/0/index',
    'must be from 0 to 5, but is 6',
  ],
];

const GOOD: readonly [string, Spec][] = [
  ['the default config', base],
  ...['1.0.2-dev', '1.3.0', '1.0.0-rc5+a.b', '1.99.0'].map((ociVersion): [string, Spec] => [
    ociVersion,
    { ...base, ociVersion },
  ]),
  ['empty names without uts', { ...linux({ namespaces: noUts }), hostname: '', domainname: '' }],
  ['a host name of 64 bytes', { ...base, hostname: 'x'.repeat(64) }],
  ['a FIFO without numbers', linux({ devices: [{ type: 'p', path: '/dev/x' }] })],
  ['an empty path of a namespace', linux({ namespaces: [{ type: 'uts', path: '' }] })],
  ['env with an empty value, and the same name twice', process({ env: ['A=', 'A=b=c'] })],
  [
    'limits without end',
    process({ rlimits: [{ type: 'RLIMIT_CORE', soft: 18446744073709551615n, hard: 18446744073709551615n }] }),
  ],
  ['a filter', seccomp(undefined, 5)],
];

describe('refuses', () => {
  test.each(BAD)('%s', (_name, spec, row, pointer, message) => {
    const breaches = breachesOfRules(spec);
    expect(breaches).toHaveLength(1);
    expect(breaches[0]).toMatchObject({ pointer, rule: { pointer: row } });
    const said = breaches[0]?.message;
    expect(said).toEqual(message instanceof RegExp ? expect.stringMatching(message) : message);
  });

  test('with an error that names the place', () => {
    expect(() => checkRules(process({ cwd: 'x' }), () => undefined)).toThrow(
      expect.objectContaining({ code: 'config-invalid', details: expect.objectContaining({ pointer: 'process/cwd' }) }),
    );
  });
});

test.each(GOOD)('accepts %s', (_name, spec) => {
  expect(breachesOfRules(spec)).toEqual([]);
});

test('every row has a case, a sentence and a section', () => {
  const broken = new Set(BAD.flatMap(([, spec]) => breachesOfRules(spec).map(({ rule }) => rule)));
  expect(RULES.filter((rule) => !broken.has(rule)).map(({ pointer }) => pointer)).toEqual([]);
  for (const rule of RULES) {
    expect(rule.demands).not.toBe('');
    expect(rule.section).toMatch(/^config(-linux)?\.md#/);
  }
});
