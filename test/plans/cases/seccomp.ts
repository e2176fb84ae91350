/** What libseccomp is given for a profile, what seccomp(2) is, and what whoever decides is told. */
import { filterFlags, seccompProfile, usesListener } from '../../../lib/plan/seccomp.js';
import type { Seccomp, Spec } from '../../../lib/spec/types.gen.js';
import type { Golden } from './world.js';

const CASES: Readonly<Record<string, Seccomp>> = {
  'a default with its errno': {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 38,
    architectures: ['SCMP_ARCH_X86_64'],
  },
  flags: { defaultAction: 'SCMP_ACT_ALLOW', flags: ['SECCOMP_FILTER_FLAG_LOG'] },
  rules: {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [
      { names: ['reboot', 'kexec_load'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
      {
        names: ['personality'],
        action: 'SCMP_ACT_KILL_PROCESS',
        args: [{ index: 0, value: 2n ** 64n - 2n, valueTwo: 8, op: 'SCMP_CMP_MASKED_EQ' }],
      },
      {
        names: ['socket'],
        action: 'SCMP_ACT_ERRNO',
        args: [
          { index: 0, value: 40, op: 'SCMP_CMP_EQ' },
          { index: 0, value: 16, op: 'SCMP_CMP_EQ' },
        ],
      },
    ],
  },
  'somebody who decides': {
    defaultAction: 'SCMP_ACT_ALLOW',
    flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'],
    syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' }],
  },
};

const words = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));

function profileOf({ linux }: Spec): string[] {
  const seccomp = linux?.seccomp;
  if (seccomp === undefined) return ['  no filter'];
  const { rules, ...common } = seccompProfile(seccomp);
  const { flags, optional } = filterFlags(seccomp);
  return [
    ...Object.entries(common).map(([name, value]) => `  ${name} ${words(value)}`),
    ...rules.map(({ pointer, ...rule }) => `  rule ${words(rule)}  # ${pointer}`),
    `  flags 0x${flags.toString(16)}, where they are known 0x${optional.toString(16)}`,
    ...(usesListener(seccomp) ? ['  somebody decides'] : []),
  ];
}

export const FILTERS: readonly Golden[] = Object.entries(CASES).map(([title, seccomp]) => ({
  file: 'seccomp',
  title,
  spec: { ociVersion: '1.3.0', linux: { seccomp } },
  prose: profileOf,
}));
