/**
 * AppArmor profile and SELinux labels → what the container's program, its keyring and its mounts are labelled with.
 * Called by compile.ts and exec.ts.
 *
 * Nothing runs unconfined that was to be confined: without the module, a process label is an error. A mount that lacks its
 * label is not any weaker: a warning.
 * Sources: config.md#linux-process, config-linux.md#mount-label, proc_pid_attr(5).
 */
import { RuntimeError } from '../errors.js';
import type { Spec } from '../spec/types.gen.js';
import { type Step, step } from './step.js';
import type { InitAct } from './wire.gen.js';

/** Which security modules the kernel runs. */
export interface SecurityFacts {
  readonly apparmor: boolean;
  readonly selinux: boolean;
}

/** What is done for the labels of a process. */
export interface LabelSteps {
  /** While the procfs of the host is reachable, and behind every program that is not the container's. */
  readonly process: readonly Step<InitAct>[];
  /** Before and behind the making of a keyring. */
  readonly beforeKeyring: readonly Step<InitAct>[];
  readonly behindKeyring: readonly Step<InitAct>[];
}

const NONE: LabelSteps = { process: [], beforeKeyring: [], behindKeyring: [] };

/** The profile that confines nothing, whatever the kernel runs. */
const UNCONFINED = 'unconfined';

/**
 * Labels of the process. Empty texts ask for nothing.
 * @throws RuntimeError host-unsupported
 */
export function labelSteps({ process }: Spec, facts: SecurityFacts): LabelSteps {
  const { apparmorProfile = '', selinuxLabel = '' } = process ?? {};
  if (apparmorProfile === '' && selinuxLabel === '') return NONE;
  const labels = [...profile(apparmorProfile, facts)];
  if (selinuxLabel === '') return { ...NONE, process: labels };
  const pointer = 'process/selinuxLabel';
  if (!facts.selinux) throw missing('SELinux', pointer, 'leave the label out to run without');
  const label = (name: string, value: string, why: string): Step<InitAct> =>
    step(pointer, { op: 'label', name, other: '', value }, why);
  labels.push(label('exec', selinuxLabel, 'of the program, and of the hooks that the image owns'));
  return {
    process: labels,
    beforeKeyring: [label('keycreate', selinuxLabel, 'the program may use its keyring')],
    behindKeyring: [label('keycreate', '', 'keys that the program makes are labelled by the policy')],
  };
}

function profile(name: string, { apparmor }: SecurityFacts): Step<InitAct>[] {
  if (name === '') return [];
  const pointer = 'process/apparmorProfile';
  if (apparmor) {
    // Beside another module, the plain file is that one's. Kernels before 5.8 have the plain one only.
    const act: InitAct = { op: 'label', name: 'apparmor/exec', other: 'exec', value: `exec ${name}` };
    return [step(pointer, act, 'of the program, and of the hooks that the image owns')];
  }
  if (name === UNCONFINED) return [];
  throw missing('AppArmor', pointer, `leave the profile out, or name it ${UNCONFINED}, to run without`);
}

function missing(module: string, pointer: string, hint: string): RuntimeError {
  const message = `${module} is not enabled in this kernel, and the process would run unconfined`;
  return new RuntimeError('host-unsupported', message, { pointer, hint });
}

/** linux.mountLabel, where it can be given; the facts are only read for a config that has one. */
export function mountLabel({ linux }: Spec, facts: SecurityFacts): { label: string; warnings: readonly string[] } {
  const { mountLabel: label = '' } = linux ?? {};
  if (label === '' || facts.selinux) return { label, warnings: [] };
  return { label: '', warnings: ['linux/mountLabel: left out, because SELinux is not enabled in this kernel'] };
}
