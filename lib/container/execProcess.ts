/**
 * Which process `exec` runs: the one of the container's config, or of a file, changed by flags. Called by `caisson exec`.
 */
import { RuntimeError } from '../errors.js';
import { refuseUnsupported } from '../plan/unsupported.js';
import type { Capabilities, Process, Spec, User } from '../spec/types.gen.js';
import { readConfig } from './configFile.js';
import { specOfSnapshot } from './snapshot.js';
import type { Container } from './status.js';

/** What the command line says of the process; what it does not say stays as it is. */
export interface ProcessFlags {
  /** A JSON file that holds the whole process. */
  readonly process: string | undefined;
  readonly command: readonly string[];
  readonly cwd: string | undefined;
  readonly env: readonly string[];
  readonly tty: boolean;
  /** `UID[:GID]` */
  readonly user: string | undefined;
  readonly additionalGids: readonly string[];
  readonly noNewPrivs: boolean;
  readonly cap: readonly string[];
  readonly processLabel: string | undefined;
  readonly apparmor: string | undefined;
}

/**
 * The container's spec with the process that is wanted.
 * @throws RuntimeError usage; config-syntax, config-invalid, config-unsupported for a file; bundle-missing when it cannot be read
 */
export async function specOfExec({ directory }: Container, flags: ProcessFlags): Promise<Spec> {
  const spec = await specOfSnapshot(directory);
  const base =
    flags.process === undefined
      ? withoutTerminal(spec.process)
      : confinedAs(spec.process, await processOfFile(flags.process));
  return { ...spec, process: changed(base, flags) };
}

/** The terminal of the first process says nothing about further ones: --tty does. */
function withoutTerminal(process: Process | undefined): Process {
  return { cwd: '/', ...process, args: [], terminal: false };
}

/** A further process is not less confined than the first one because a file says nothing of it. */
function confinedAs(first: Process | undefined, process: Process): Process {
  const apparmorProfile = named(process.apparmorProfile) ?? first?.apparmorProfile;
  const selinuxLabel = named(process.selinuxLabel) ?? first?.selinuxLabel;
  return {
    ...process,
    ...(apparmorProfile !== undefined && { apparmorProfile }),
    ...(selinuxLabel !== undefined && { selinuxLabel }),
  };
}

/** Engines write '' for a label that is not set. */
function named(label: string | undefined): string | undefined {
  return label === '' ? undefined : label;
}

/** Checked as part of the least config around it, so that pointers begin with `process`. */
async function processOfFile(file: string): Promise<Process> {
  const { loadSpec } = await import('../spec/load.js');
  const text = readConfig(file, 'process');
  try {
    JSON.parse(text);
  } catch (cause) {
    const { notJson } = await import('../spec/syntax.js');
    throw notJson({ text, file, cause, what: 'the process' });
  }
  const spec = await loadSpec(`{"ociVersion":"1.3.0","root":{"path":"rootfs"},"linux":{},"process":${text}}`, file);
  refuseUnsupported(spec);
  return spec.process ?? { cwd: '/' };
}

function changed(base: Process, flags: ProcessFlags): Process {
  const { command, cwd, env, tty, noNewPrivs, cap, apparmor, processLabel } = flags;
  const process = {
    ...base,
    ...(command.length > 0 && { args: [...command] }),
    ...(cwd !== undefined && { cwd: absolute(cwd) }),
    ...(env.length > 0 && { env: [...(base.env ?? []), ...env.map(assignment)] }),
    ...(tty && { terminal: true }),
    ...(noNewPrivs && { noNewPrivileges: true }),
    ...(apparmor !== undefined && { apparmorProfile: oneLine(apparmor, '--apparmor') }),
    ...(processLabel !== undefined && { selinuxLabel: oneLine(processLabel, '--process-label') }),
    ...(cap.length > 0 && { capabilities: withCapabilities(base.capabilities, cap) }),
    user: changedUser(base.user, flags),
  };
  if (process.args === undefined || process.args.length === 0) {
    throw usage('there is nothing to execute', 'name a command behind the id, or a file with --process');
  }
  return process;
}

function absolute(cwd: string): string {
  if (cwd.startsWith('/')) return cwd;
  throw usage(`--cwd ${JSON.stringify(cwd)} is not absolute`, 'the working directory is one of the container');
}

/** The kernel takes a label as a line. */
function oneLine(label: string, flag: string): string {
  if (!label.includes('\n')) return label;
  throw usage(`${flag} ${JSON.stringify(label)} has a newline`, 'a label is one line');
}

function assignment(entry: string): string {
  if (entry.indexOf('=') > 0) return entry;
  throw usage(`--env ${JSON.stringify(entry)} is no variable`, 'write NAME=VALUE');
}

function changedUser(base: User | undefined, { user, additionalGids }: ProcessFlags): User {
  const [uid, gid, ...more] = user?.split(':') ?? [];
  if (more.length > 0) throw usage(`--user ${JSON.stringify(user)} has a colon too many`, 'write UID or UID:GID');
  return {
    uid: 0,
    gid: 0,
    ...base,
    ...(uid !== undefined && { uid: idOf(uid, '--user') }),
    ...(gid !== undefined && { gid: idOf(gid, '--user') }),
    ...(additionalGids.length > 0 && {
      additionalGids: [
        ...(base?.additionalGids ?? []),
        ...additionalGids.map((word) => idOf(word, '--additional-gids')),
      ],
    }),
  };
}

const LARGEST_ID = 0xffff_fffe;

/** Parsed whole: a user who was half read is another user (CVE-2026-30892). */
function idOf(word: string, flag: string): number {
  const id = /^(0|[1-9]\d{0,9})$/.test(word) ? Number(word) : NaN;
  if (id <= LARGEST_ID) return id;
  throw usage(`${flag} takes a number from 0 to ${LARGEST_ID}, not ${JSON.stringify(word)}`, 'names are not looked up');
}

/** Not into the inheritable set: what is there, a file with capabilities of its own would get (CVE-2022-29162). */
function withCapabilities(base: Capabilities | undefined, added: readonly string[]): Capabilities {
  const names = added.map((name) => name.toUpperCase()).map((name) => (name.startsWith('CAP_') ? name : `CAP_${name}`));
  const { bounding = [], effective = [], permitted = [] } = base ?? {};
  return {
    ...base,
    bounding: [...bounding, ...names],
    effective: [...effective, ...names],
    permitted: [...permitted, ...names],
  };
}

function usage(message: string, hint: string): RuntimeError {
  return new RuntimeError('usage', `exec: ${message}`, { hint });
}
